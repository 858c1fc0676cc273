import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import type { Plugin } from "vite";

/** Where compiled kernels are kept between runs, by the hash of their source and flags. */
const KERNEL_CACHE = join(import.meta.dirname, "node_modules/.cache/asc");
const KERNEL_FLAGS = "-O3 --converge --noAssert --runtime stub --importMemory --enable simd".split(" ");

/** The AssemblyScript files of a folder: a kernel may import its neighbours. */
function kernelSources(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".as.ts"));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Compiles one AssemblyScript file; returns the path of the .wasm. Throws with the compiler's words. */
async function compileKernel(path: string): Promise<string> {
  const sources = kernelSources(dirname(path));
  const key = createHash("sha256")
    .update(asc.version)
    .update(KERNEL_FLAGS.join())
    .update(JSON.stringify([...sources]))
    .digest("hex");
  const target = join(KERNEL_CACHE, `${basename(path, ".as.ts")}-${key.slice(0, 16)}.wasm`);
  if (existsSync(target)) return target;
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([basename(path), "--outFile", "out.wasm", ...KERNEL_FLAGS], {
    readFile: (file) => sources.get(file) ?? null,
    writeFile: (_file, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`${path}: ${stderr.toString()}`, { cause: error });
  mkdirSync(KERNEL_CACHE, { recursive: true });
  // Under another name first: a file that another process sees is whole.
  writeFileSync(`${target}.${process.pid}`, binary);
  renameSync(`${target}.${process.pid}`, target);
  return target;
}

/**
 * `import load from "./x.as.ts?wasm"` gives `() => Promise<bytes>` of the compiled file: fetched as an asset of
 * the build in a browser, read from the module itself in Node, where relative URLs cannot be fetched.
 */
export function assemblyScript(): Plugin {
  return {
    name: "assemblyscript",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(".as.ts?wasm")) return null;
      const path = id.slice(0, -"?wasm".length);
      for (const name of kernelSources(dirname(path)).keys()) this.addWatchFile(join(dirname(path), name));
      const wasm = await compileKernel(path);
      if (this.environment.config.consumer === "server") {
        const base64 = readFileSync(wasm).toString("base64");
        return `export default async () => Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0));`;
      }
      return `import url from ${JSON.stringify(`${wasm}?url&no-inline`)};
        export default async () => {
          const response = await fetch(url);
          if (!response.ok) throw new Error("HTTP " + response.status + ": " + url);
          return new Uint8Array(await response.arrayBuffer());
        };`;
    },
  };
}
