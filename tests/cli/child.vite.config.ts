import { defineConfig } from "vite";

/** Bundles a program that a test runs as a process of its own, with all it imports, for Node without a build. */
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: { ssr: true, target: "node20", minify: false, emptyOutDir: true },
});
