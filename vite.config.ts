import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import asc from "assemblyscript/asc";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * What the page may do, in the page itself, since static hosts cannot all set headers. `connect-src` and
 * `img-src` stay open because users name the addresses of their own slides; scripts and workers are ours alone.
 * Mantine writes its theme variables into a style element, hence `unsafe-inline` for styles only.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data: https: http:",
  "font-src 'self' data:",
  "connect-src 'self' blob: data: https: http:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Development needs inline scripts for hot reload, so the policy is of the build alone; the tests run under it. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_SECURITY_POLICY },
      injectTo: "head-prepend",
    },
  ],
};

/**
 * `main.tsx` imports the interface part by part, so that each is evaluated in a task of its own. The browser is told
 * of them in the page, or it would learn of them, and fetch them, only when `main.tsx` runs.
 */
const interfaceFetchedAtOnce: Plugin = {
  name: "interface-fetched-at-once",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle = {} }) => {
      const names = new Set<string>();
      const add = (name: string) => {
        const file = bundle[name];
        if (file?.type !== "chunk" || names.has(name)) return;
        names.add(name);
        file.imports.forEach(add);
      };
      for (const file of Object.values(bundle)) {
        const entry = file.type === "chunk" && file.isDynamicEntry ? (file.facadeModuleId ?? "") : "";
        if (/\/(react-dom\/client\.js|src\/ui\/(theme\.ts|app\.tsx))$/.test(entry)) add(file.fileName);
      }
      return [...names].map((name) => {
        const attrs = { rel: "modulepreload", crossorigin: true, href: `./${name}` };
        return { tag: "link", attrs, injectTo: "head" as const };
      });
    },
  },
};

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
function assemblyScript(): Plugin {
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

/** `base: "./"`: the build works under any sub-path of any static host. */
export default defineConfig({
  base: "./",
  plugins: [react(), assemblyScript(), contentSecurityPolicy, interfaceFetchedAtOnce],
  worker: { format: "es", plugins: () => [assemblyScript()] },
  // Plain modules that only workers import, on demand: bundling them then would reload the page under a slide.
  optimizeDeps: { exclude: ["parquet-wasm", "fflate", "zstddec"] },
  build: { target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { host: "127.0.0.1" },
  preview: { host: "127.0.0.1" },
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/e2e/**", "node_modules"],
    environment: "node",
    testTimeout: 120_000,
    // Left to itself it keeps a core free, which on two cores is half of them.
    maxWorkers: "100%",
  },
});
