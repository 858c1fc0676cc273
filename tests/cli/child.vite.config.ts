import { defineConfig } from "vite";
import { assemblyScript } from "../../vite.assemblyscript.ts";

/** Bundles a program that a test runs as a process of its own, with all it imports, for Node without a build. */
export default defineConfig({
  publicDir: false,
  plugins: [assemblyScript()],
  ssr: { noExternal: true },
  build: { ssr: true, target: "node20", minify: false, emptyOutDir: true },
});
