#!/usr/bin/env node
// Starts the command line that `npm run build` makes of src/cli.
import { existsSync } from "node:fs";

const main = new URL("../dist-cli/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("centiscope has not been built yet. Run “npm run build” in its folder, then try again.");
  process.exit(1);
}
await import(main.href);
