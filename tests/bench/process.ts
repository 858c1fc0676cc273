import { spawn } from "node:child_process";

/** Runs `node ARGS…` to its end; throws with what it said when it fails. */
export async function runProcess(
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, args);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (piece) => {
    stdout += String(piece);
  });
  child.stderr.on("data", (piece) => {
    stderr += String(piece);
  });
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${stdout}${stderr}`);
  return { stdout, stderr };
}
