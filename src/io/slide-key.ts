import { sha256 } from "../core/sha256.ts";
import type { ByteSource } from "./byte-source.ts";

const PIECE = 1 << 16;

/** Of each file, so many pieces of this size between its ends, evenly spread. */
const BETWEEN = 4;
const BETWEEN_BYTES = 1 << 12;

/**
 * What tells files of one key apart that differ between their ends, such as uncompressed images with empty margins: a
 * hash of pieces from between. Empty when the key covers all of them.
 */
export async function slideCheck(files: readonly ByteSource[], signal?: AbortSignal): Promise<string> {
  const pieces = await Promise.all(
    files.map(async (file) => {
      const room = (await file.size(signal)) - 2 * PIECE;
      if (room <= 0) return [];
      const length = Math.min(BETWEEN_BYTES, room);
      return Promise.all(
        Array.from({ length: BETWEEN }, (_, i) => {
          const from = PIECE + Math.floor(((room - length) * (i + 0.5)) / BETWEEN);
          return file.read(from, from + length, signal);
        }),
      );
    }),
  );
  const all = pieces.flat();
  return all.length === 0 ? "" : sha256(joined(all));
}

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
  return sha256(joined(pieces));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
