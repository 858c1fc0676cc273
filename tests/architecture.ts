/** A source file under judgement: path from the repository root, `/` between folders. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** `import type` and `export type … from`: erased, so it makes no cycle. */
  readonly typeOnly: boolean;
}

/** Which of our folders, and which packages, a folder may import. A path with an extension is one file. */
interface Permission {
  readonly own: readonly string[];
  readonly packages: readonly string[];
}

/** What every reader implements: contracts, no code that touches a platform. */
const CONTRACTS = [
  "src/io/byte-source.ts",
  "src/io/file-tree.ts",
  "src/io/expression-source.ts",
  "src/io/image-source.ts",
];
const GPU = ["@deck.gl/*", "@luma.gl/*", "@math.gl/core"];
const INTERFACE = ["react", "react-dom", "@mantine/*", "@tabler/icons-react"];

/** STYLE's table. A missing permission means that the code is in the wrong room. */
export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  "src/core": { own: [], packages: [] },
  "src/io": { own: ["src/core"], packages: ["idb"] },
  "src/geometry": { own: ["src/core"], packages: ["clipper2-ts", "earcut"] },
  "src/formats": {
    own: ["src/core", "src/geometry", ...CONTRACTS],
    packages: [
      "@cornerstonejs/codec-openjpeg",
      "fflate",
      "geotiff",
      "hyparquet-writer",
      "numcodecs",
      "parquet-wasm",
      "saxes",
      "zarrita",
      "zstddec",
    ],
  },
  "src/store": { own: ["src/core", ...CONTRACTS], packages: ["numcodecs", "zstddec"] },
  "src/state": { own: ["src/core"], packages: ["zustand/vanilla"] },
  "src/layers": { own: ["src/core"], packages: ["earcut", ...GPU] },
  workers: {
    own: ["src/core", "src/geometry", "src/io", "src/formats", "src/store"],
    packages: ["comlink", "fflate"],
  },
  "src/viewer": {
    own: [
      "src/core",
      "src/geometry",
      "src/io",
      "src/store",
      "src/state",
      "src/layers",
      "workers/pool.ts",
      "workers/protocol.ts",
      "workers/image-client.ts",
      "workers/journal-client.ts",
      "workers/annotation-client.ts",
      "workers/outline-client.ts",
    ],
    packages: ["openseadragon", ...GPU],
  },
  "src/kit": { own: [], packages: INTERFACE },
  "src/tools": {
    own: ["src/core", "src/geometry", "src/state", "src/layers", "src/kit", "src/tools/tool.ts"],
    packages: [...INTERFACE, "zustand", "zustand/vanilla", ...GPU],
  },
  "src/ui": {
    own: ["src/core", "src/geometry", "src/state", "src/viewer", "src/kit", "src/tools"],
    packages: [...INTERFACE, "zustand", "zustand/*", "i18next", "tinykeys", "@tanstack/react-virtual"],
  },
  "src/cli": { own: ["src/core", "src/io", "src/formats", "src/store"], packages: ["node:*"] },
};

export const MAX_LINES = 500;
export const WARN_LINES = 300;

/** The source with comments and the contents of strings blanked, newlines kept: what is left is code. */
export function codeOnly(text: string): string {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n[])+\/[a-z]*/g;
  return text.replace(token, (found) =>
    found.startsWith("/")
      ? found.replace(/[^\n]/g, " ")
      : `${found[0]}${found.slice(1, -1).replace(/[^\n]/g, " ")}${found[0]}`,
  );
}

/** Every static, dynamic and URL-of-a-worker import of a file. */
export function importsOf(text: string): Import[] {
  const code = codeOnly(text);
  const found: Import[] = [];
  const at =
    /\b(import|export)\s+(type\s+)?(?:[\w$*{][\w$\s{},*]*?\s*from\s*)?(["'])|\bimport\s*\(\s*(["'])|\bnew\s+URL\s*\(\s*(["'])/g;
  for (const match of code.matchAll(at)) {
    const quote = match.index + match[0].length - 1;
    const end = code.indexOf(code[quote] ?? "", quote + 1);
    const specifier = text.slice(quote + 1, end);
    if (match[5] && !specifier.startsWith(".")) continue;
    found.push({ specifier, typeOnly: match[2] !== undefined });
  }
  return found;
}

/** The path that a relative specifier names, without a `?query`. */
export function resolveFrom(importer: string, specifier: string): string {
  const parts = importer.split("/").slice(0, -1);
  for (const part of (specifier.split("?")[0] ?? "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function roomOf(path: string): string | undefined {
  return Object.keys(PERMISSIONS).find((folder) => path.startsWith(`${folder}/`));
}

function allowsPackage(allowed: readonly string[], specifier: string): boolean {
  return allowed.some((name) =>
    name.endsWith("*")
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || (specifier.startsWith(`${name}/`) && !name.startsWith("zustand")),
  );
}

function importFault(file: SourceFile, room: string, { specifier }: Import): string | undefined {
  const rules = PERMISSIONS[room];
  if (!rules) return undefined;
  if (!specifier.startsWith(".")) {
    return allowsPackage(rules.packages, specifier)
      ? undefined
      : `${file.path}: ${room} may not import the package ${specifier}`;
  }
  const target = resolveFrom(file.path, specifier);
  if (/\.(css|svg|png|json|wasm)$/.test(target)) return undefined;
  if (room === "src/tools") {
    const tool = file.path.split("/")[2];
    if (target.startsWith(`src/tools/${tool}/`)) return undefined;
  } else if (target.startsWith(`${room}/`)) return undefined;
  const allowed = rules.own.some((own) => target === own || target.startsWith(`${own}/`));
  return allowed ? undefined : `${file.path}: ${room} may not import ${target}`;
}

/** Imports that STYLE's table does not permit. `src/main.tsx` is where everything meets. */
export function importFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    if (!room) return [];
    return importsOf(file.text).flatMap((one) => importFault(file, room, one) ?? []);
  });
}

/** Cycles of imports that survive compilation, each once, as `a → b → a`. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file.text)
        .filter((one) => !one.typeOnly && one.specifier.startsWith("."))
        .map((one) => resolveFrom(file.path, one.specifier)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push([...trail.slice(at), path].join(" → "));
    if (at >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

const VAGUE_NAME = /(^|[/.-])(utils?|helpers?|common|misc)([/.-]|$)/;
const UNFINISHED = new RegExp(`\\b(${["TO", "DO"].join("")}|FIX${"ME"}|XX${"X"})\\b`);
const ANY_TYPE = /(?::|<|,|\||&|=>|\bas|\bextends|=)\s*any\b(?!\s*[:(.])/;
const INNER_HTML = ["dangerously", "SetInnerHTML"].join("");

/** What a single file does against the house style. */
export function styleFaults(file: SourceFile): string[] {
  const faults: string[] = [];
  const lines = file.text.split("\n").length - 1;
  if (lines > MAX_LINES) faults.push(`${file.path}: ${lines} lines, more than ${MAX_LINES}`);
  if (VAGUE_NAME.test(file.path)) faults.push(`${file.path}: a name that says nothing`);
  if (UNFINISHED.test(file.text)) faults.push(`${file.path}: unfinished work marked in the code`);
  if (file.text.includes(INNER_HTML)) faults.push(`${file.path}: ${INNER_HTML}`);
  const code = codeOnly(file.text);
  if (!file.path.endsWith(".as.ts") && ANY_TYPE.test(code)) faults.push(`${file.path}: the type any`);
  const statements = code.replace(
    /\bexport\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+["'][^"']*["'];?/g,
    "",
  );
  const isBarrel = statements.trim() === "" && code.includes("export");
  const isToolIndex = /^src\/tools\/[^/]+\/index\.ts$/.test(file.path);
  if (isBarrel && !isToolIndex && /\bfrom\b/.test(code)) faults.push(`${file.path}: a barrel`);
  return faults;
}
