import { sha256 } from "../core/sha256.ts";
import type { ByteSource } from "./byte-source.ts";

const PIECE = 1 << 16;

/**
 * What a slide is, wherever it lies and whatever it is called: a hash over the size, the first and the last 64 KiB of
 * each of its files, in this order. Two files that differ only between those are taken for one; scanners write their
 * tables of tiles, which differ with every compressed tile, at one of the ends.
 */
export async function slideKey(files: readonly ByteSource[], signal?: AbortSignal): Promise<string> {
  const pieces: Uint8Array[] = [new TextEncoder().encode("centiscope slide 1\n")];
  for (const file of files) {
    const size = await file.size(signal);
    const head = await file.read(0, Math.min(PIECE, size), signal);
    const tail = await file.read(Math.max(head.length, size - PIECE), size, signal);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(size));
    pieces.push(length, head, tail);
  }
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return sha256(all);
}
