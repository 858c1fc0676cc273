import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** How a process ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A hundred times what any of these processes needs. */
const WATCHDOG_MS = 60_000;

/**
 * Runs `node ARGS…` to its end. Nothing here can hang the test runner: its event loop is never blocked, as it would be
 * by `spawnSync`; output goes to files, since pipes stay open for as long as any descendant lives; and a process that
 * does not end is killed and fails the test.
 */
export async function runNode(
  args: readonly string[],
  watchdogMs = WATCHDOG_MS,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "centiscope-child-"));
  const files = ["stdout", "stderr"].map((name) => join(folder, name));
  const [out, err] = files.map((path) => openSync(path, "w")) as [number, number];
  try {
    const child = spawn(process.execPath, [...args], {
      stdio: ["ignore", out, err],
      env: { ...process.env, ...env },
    });
    const ended = await new Promise<Pick<Ended, "status" | "signal">>((resolve, reject) => {
      const watchdog = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`A process that was to end did not: node ${args.join(" ")}`));
      }, watchdogMs);
      child.on("error", (thrown) => {
        clearTimeout(watchdog);
        reject(thrown);
      });
      child.on("exit", (status, signal) => {
        clearTimeout(watchdog);
        resolve({ status, signal });
      });
    });
    const [stdout, stderr] = files.map((path) => readFileSync(path, "utf8")) as [string, string];
    return { ...ended, stdout, stderr };
  } finally {
    closeSync(out);
    closeSync(err);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Bundles `NAME.ts` of this folder into `outDir` and gives the path of the program. The bundler runs in a process of
 * its own: its native threads never live in the one that starts the children.
 */
export async function bundleChild(name: string, outDir: string): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");
  const config = join(here, "child.vite.config.ts");
  const entry = ["--ssr", join(here, `${name}.ts`), "--outDir", outDir];
  const args = [vite, "build", here, "--config", config, "--logLevel", "error", ...entry];
  const { status, stderr } = await runNode(args, 3 * WATCHDOG_MS);
  if (status !== 0) throw new Error(`${name} could not be bundled: ${stderr}`);
  return join(outDir, `${name}.js`);
}
