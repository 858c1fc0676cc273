/**
 * `npm run bench` runs every `*.bench.ts` here; `npm run bench -- binning points` those named. Writes
 * `docs/BENCHMARKS.md`, keeping the sections of benchmarks that did not run this time.
 * `--rounds n` and `--seed n` change what is repeated and generated, `--rows n` the size of the store's table,
 * `--file-rows n` that of its files at most, `--stages files,drawn,peer,questions` which of its stages are run;
 * `--dry` prints and writes nothing; `--out PATH` writes `PATH.md` and `PATH.json` instead of the document;
 * `--machine NAME` gives the figures sections of their own, beside those of the machine without a name.
 * `CHROMIUM_ANGLE=vulkan` or `gl-egl` draws with the graphics card in place of the processor.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { CHROMIUM_FLAGS, ensureChromium } from "../chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const document = join(root, "docs/BENCHMARKS.md");
const SERVER_PORT = 5275;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    seed: { type: "string", default: "20261123" },
    rows: { type: "string", default: "20000000" },
    "file-rows": { type: "string", default: "20000000" },
    stages: { type: "string" },
    minutes: { type: "string", default: "1" },
    machine: { type: "string" },
    out: { type: "string" },
    dry: { type: "boolean", default: false },
  },
});
const seed = Number(options.seed);
const rounds = Number(options.rounds);
const { machine } = options;
if (machine && !/^\w+$/.test(machine)) {
  console.error("--machine takes a word of letters and digits.");
  process.exit(2);
}

const available = readdirSync(join(root, "tests/bench"))
  .filter((name) => name.endsWith(".bench.ts"))
  .map((name) => basename(name, ".bench.ts"))
  .sort();
const unknown = positionals.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(", ")}. There are: ${available.join(", ")}.`);
  process.exit(2);
}
const chosen = positionals.length > 0 ? available.filter((name) => positionals.includes(name)) : available;

/** Rows as a Markdown table; numbers at most four significant digits, so that noise is not printed as fact. */
function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value) => {
    if (typeof value !== "number") return String(value).replaceAll("|", "\\|");
    return Number.isInteger(value) ? value.toLocaleString("en-GB") : String(Number(value.toPrecision(4)));
  };
  const align = columns.map((column) =>
    rows.every((row) => typeof row[column] === "number") ? "--:" : "---",
  );
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(columns),
    line(align),
    ...rows.map((row) => line(columns.map((column) => cell(row[column] ?? "")))),
  ].join("\n");
}

function sectionText({ title, rows, notes }) {
  const remarks = notes.map((note) => `- ${note}`).join("\n");
  return [`### ${title}`, rows.length > 0 ? table(rows) : "", remarks].filter(Boolean).join("\n\n");
}

/** The parts of the document by benchmark name, as the last runs left them. */
function storedParts() {
  if (!existsSync(document)) return new Map();
  const text = readFileSync(document, "utf8");
  const parts = text.matchAll(/<!-- bench:([\w-]+) -->\n([\s\S]*?)\n<!-- end:\1 -->/g);
  return new Map([...parts].map(([, name, body]) => [name, body]));
}

function documentText(parts) {
  const ordered = [...parts].sort(([a], [b]) => a.localeCompare(b));
  const bodies = ordered.map(([name, body]) => `<!-- bench:${name} -->\n${body}\n<!-- end:${name} -->`);
  return `# Benchmarks

Written by \`npm run bench\`; not edited by hand, but for notes that say so. Medians of interleaved rounds over seeded data, every
comparison within one run on one machine. Absolute times are the machine's; ratios are the claim.

${bodies.join("\n\n")}
`;
}

let browser;
let server;
async function sharedBrowser() {
  browser ??= await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS] });
  return browser;
}
async function sharedServer() {
  if (!server) {
    server = await createServer({
      root,
      logLevel: "error",
      server: { port: SERVER_PORT, host: "127.0.0.1", hmr: false, watch: null },
    });
    await server.listen();
  }
  return server;
}

/** What has run, as `PATH.md` and `PATH.json`; written after every benchmark, so that one that fails loses no other. */
function writeResults(path) {
  writeFileSync(`${path}.md`, `${results.map(({ body }) => body).join("\n\n")}\n`);
  const bare = results.map(({ name, facts, sections }) => ({ name, facts, sections }));
  writeFileSync(`${path}.json`, `${JSON.stringify(bare, null, 2)}\n`);
}

const results = [];
const parts = storedParts();
let failures = 0;
try {
  const vite = await sharedServer();
  for (const name of chosen) {
    console.info(`\n── ${name} ──`);
    try {
      const start = performance.now();
      const { bench } = await vite.ssrLoadModule(`/tests/bench/${name}.bench.ts`);
      const sections = await bench.run({
        seed,
        rounds,
        rows: Number(options.rows),
        fileRows: Number(options["file-rows"]),
        stages: options.stages?.split(",") ?? null,
        tourMinutes: Number(options.minutes),
        browser: sharedBrowser,
        serverUrl: async () => vite.resolvedUrls?.local[0] ?? `http://127.0.0.1:${SERVER_PORT}/`,
        log: (line) => console.info(`  ${Math.round((performance.now() - start) / 1000)} s  ${line}`),
      });
      const chromiumVersion = browser ? `, Chromium ${browser.version()}` : "";
      const facts = [
        `${new Date().toISOString().slice(0, 10)}`,
        `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "an unnamed processor"}`,
        `Node ${process.versions.node}${chromiumVersion}`,
        `seed ${seed}, ${rounds} rounds`,
      ];
      const sized = ["store", "chip"].includes(name) ? ` --rows ${options.rows}` : "";
      const angle = process.env.CHROMIUM_ANGLE ? `CHROMIUM_ANGLE=${process.env.CHROMIUM_ANGLE} ` : "";
      const command = `\`${angle}npm run bench -- ${name}${sized}\``;
      const part = machine ? `${name}-${machine}` : name;
      const body = [
        `## ${machine ? `${name}, ${machine}` : name}`,
        `${command} · ${facts.join(" · ")}`,
        ...sections.map(sectionText),
      ].join("\n\n");
      console.info(body);
      parts.set(part, body);
      results.push({ name, facts, sections, body });
    } catch (error) {
      failures += 1;
      console.error(`${name} failed; its earlier section stays.`, error);
    }
    if (options.out) writeResults(options.out);
    else if (!options.dry) writeFileSync(document, documentText(parts));
  }
} finally {
  await browser?.close();
  await server?.close();
}
process.exit(failures === 0 ? 0 : 1);
