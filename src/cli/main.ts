import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { run } from "./run.ts";

/** Entry of `centiscope`: the process's own streams, signals and exit code; all else is in {@link run}. */
const stop = new AbortController();
// Everything that runs listens to the one signal; that many listeners are no leak.
setMaxListeners(0, stop.signal);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stop.abort(new DOMException("stopped", "AbortError"));
    // A second one does not wait for tidying up.
    process.once(signal, () => process.exit(130));
  });
}
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (thrown: NodeJS.ErrnoException) => {
  if (thrown.code !== "EPIPE") throw thrown;
  process.exit(0);
});
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
process.exitCode = await run(
  process.argv.slice(2),
  {
    out: (text) => {
      process.stdout.write(text);
    },
    note: (text) => {
      process.stderr.write(text);
    },
    signal: stop.signal,
  },
  version,
);
