import { expect, test } from "vitest";
import { runNode } from "./child-process.ts";

test("a process that does not end is killed and fails", async () => {
  await expect(runNode(["-e", "setInterval(() => {}, 1000)"], 200)).rejects.toThrow(/did not/);
});

test("a descendant that lives on with the output open keeps nobody waiting", async () => {
  const program = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 30_000)"], { stdio: "inherit", detached: true });
    child.unref();
    console.log(child.pid);
    process.exit(7);`;
  const { status, stdout } = await runNode(["-e", program]);
  process.kill(Number(stdout), "SIGKILL");
  expect(status).toBe(7);
});
