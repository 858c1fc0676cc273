import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MemorySource } from "../../../src/io/memory.ts";

const SHARED = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));

/** True where the shared data lies beside the checkout; tests that need it say so when they are passed over. */
export const hasSharedData = existsSync(`${SHARED}annotations`);

export function sharedFile(path: string): MemorySource {
  return new MemorySource(path.split("/").at(-1) ?? path, new Uint8Array(readFileSync(SHARED + path)));
}

export function textFile(name: string, text: string): MemorySource {
  return new MemorySource(name, new TextEncoder().encode(text));
}
