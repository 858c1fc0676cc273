import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CentiscopeError } from "../../core/errors.ts";
import { filesOf, identify } from "../../formats/registry.ts";
import { storeTree } from "../convert/open-source.ts";
import { pathError } from "../file-source.ts";
import { closeFiles, isUrl, sourceFiles } from "../source-files.ts";
import { numberOption, UsageError, type Verb } from "../verb.ts";
import { type ServedRoot, startViewServer, type ViewServer } from "./view-server.ts";

export const view: Verb = {
  usage: "PATH…",
  about:
    "Opens files of this machine in the viewer: serves them, and the viewer, on this machine's own loopback address with byte ranges, and opens a browser there. All paths together make one slide: a table and its image. Nothing leaves the machine. It serves until you stop it (Ctrl+C).",
  options: {
    port: { type: "string", value: "N", help: "the port to serve on; without it a free one" },
    "no-open": { type: "boolean", help: "print the address and open no browser" },
  },
  paths: [1, 64],
  example: "centiscope view sample.tissue.gef ssDNA_regist.tif",
  run: async (args, context) => {
    const { signal, out, note } = context;
    const viewer = await viewerFolder();
    const port = numberOption(args, "port", 0, 65_535) ?? 0;
    const { roots, opens } = await plan(args.paths, signal);
    const server = await startViewServer(viewer, roots, port).catch((thrown) => {
      if (thrown instanceof Error && "code" in thrown && thrown.code === "EADDRINUSE") {
        throw new UsageError(`Port ${port} is taken; choose another or leave --port out.`);
      }
      throw thrown;
    });
    try {
      const address = viewAddress(server, opens);
      out(args.json ? `${JSON.stringify({ address })}\n` : `${address}\n`);
      if (!args.options["no-open"]) openBrowser(address);
      note("Serving on this machine only. Stop with Ctrl+C.\n");
      await new Promise<void>((done) => {
        if (signal.aborted) done();
        else signal.addEventListener("abort", () => done(), { once: true });
      });
    } finally {
      await server.close();
    }
    return 0;
  },
};

/** What the viewer is to open: an address as it is, or a file of a served root. */
type Open = string | { readonly root: number; readonly path: string };

function viewAddress(server: ViewServer, opens: readonly Open[]): string {
  const query = new URLSearchParams();
  for (const one of opens)
    query.append("open", typeof one === "string" ? one : server.dataUrl(one.root, one.path));
  return `${server.address}?${query}`;
}

/** Which roots to serve, and which of their files make the slide. Throws when nothing is known. */
async function plan(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly roots: readonly ServedRoot[]; readonly opens: readonly Open[] }> {
  const roots: ServedRoot[] = [];
  const opens: Open[] = [];
  for (const path of paths) {
    if (isUrl(path)) {
      opens.push(path);
      continue;
    }
    const full = resolve(path);
    const found = await stat(full).catch((thrown) => {
      throw pathError(thrown, path);
    });
    const root = roots.push({ path: full, isFolder: found.isDirectory() }) - 1;
    const name = basename(full);
    if (!found.isDirectory()) opens.push({ root, path: name });
    // A store is opened by its name; the viewer asks for the parts of it that it needs.
    else if (storeTree(full)) opens.push({ root, path: `${name}/zarr.json` });
    else for (const file of await slideFiles(full, signal)) opens.push({ root, path: file });
    // A Deep Zoom image's tiles lie in a folder beside it: the viewer asks for them relative to the image.
    if (/\.dzi$/i.test(name)) {
      const stem = name.slice(0, -4);
      roots[root] = { path: dirname(full), isFolder: true, only: [name, `${stem}_files/`] };
      opens[opens.length - 1] = { root, path: `${basename(dirname(full))}/${name}` };
    }
  }
  return { roots, opens };
}

/** The files of a folder that make its slide: all of a SpatialData element, a table and the first image. */
async function slideFiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const opened = await sourceFiles(folder, signal);
  try {
    const slide = await identify(opened.files, signal);
    const image = slide.images[0];
    return [...filesOf(slide.expression), ...(image ? [image.file, ...image.more] : [])].map(
      ({ path }) => path,
    );
  } finally {
    await closeFiles(opened);
  }
}

/** The built viewer beside the built command line. Throws `build-missing`. */
async function viewerFolder(): Promise<string> {
  for (const up of ["../dist", "../../../dist"]) {
    const folder = fileURLToPath(new URL(up, import.meta.url));
    if (await stat(join(folder, "index.html")).catch(() => undefined)) return folder;
  }
  throw new CentiscopeError("build-missing", { file: "dist/index.html" });
}

/** The system's own way to open an address; when there is none, the address stands on the screen. */
function openBrowser(address: string): void {
  const [program, ...before] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler"]
        : ["xdg-open"];
  const child = spawn(program!, [...before, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
