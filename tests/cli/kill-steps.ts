import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let steps = 0;

/** Steps on the disk so far. */
export function stepsTaken(): number {
  return steps;
}

/** Makes this process kill itself with SIGKILL at its n-th step on the disk, half way through a write; never with 0. */
export function killAtStep(killAt: number): void {
  /** Counts a step; true when it is the last. */
  const isLast = (): boolean => {
    steps += 1;
    return steps === killAt;
  };
  const die = (): never => {
    process.kill(process.pid, "SIGKILL");
    for (;;);
  };
  for (const name of [
    "openSync",
    "renameSync",
    "mkdirSync",
    "fsyncSync",
    "rmSync",
    "writeFileSync",
  ] as const) {
    const real = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (isLast()) die();
        return real(...args);
      },
    });
  }
  const write = fs.writeSync as (...args: unknown[]) => number;
  Object.assign(fs, {
    writeSync: (
      descriptor: number,
      bytes: Uint8Array,
      offset = 0,
      length = bytes.length - offset,
      at?: number,
    ) => {
      if (isLast()) {
        write(descriptor, bytes, offset, Math.floor(length / 2), at);
        die();
      }
      return write(descriptor, bytes, offset, length, at);
    },
  });
  syncBuiltinESMExports();
}

/** Makes the disk full from this process's n-th write on: every write fails as it does on Linux; removing works. */
export function fullFromWrite(first: number): void {
  let writes = 0;
  const full = (target: unknown): void => {
    // The process's own output is not on that disk.
    if (typeof target === "number" && target < 3) return;
    writes += 1;
    if (writes < first) return;
    const error = new Error("ENOSPC: no space left on device, write");
    throw Object.assign(error, { code: "ENOSPC", errno: -28, syscall: "write" });
  };
  for (const name of ["writeSync", "writeFileSync"] as const) {
    const real = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        full(args[0]);
        return real(...args);
      },
    });
  }
  syncBuiltinESMExports();
}
