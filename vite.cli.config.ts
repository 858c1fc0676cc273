import { defineConfig } from "vite";
import { assemblyScript } from "./vite.assemblyscript.ts";

/** The command line: our own modules in one folder for Node ≥ 20.19, packages as they are installed. */
export default defineConfig({
  publicDir: false,
  plugins: [assemblyScript()],
  build: {
    ssr: true,
    outDir: "dist-cli",
    emptyOutDir: true,
    target: "node20",
    minify: false,
    rolldownOptions: {
      input: { main: "src/cli/main.ts", "encode.worker": "src/cli/convert/encode.worker.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
