import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { assemblyScript } from "./vite.assemblyscript.ts";

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
