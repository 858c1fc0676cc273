import { Gunzip } from "fflate";
import { crc32 } from "./crc32.ts";

/** Input is pushed in pieces so that one push does not unpack gigabytes: at most 1032 times this. */
const PIECE = 16384;

/**
 * Unpacks gzip of any number of members in plain JavaScript (fflate), checking each member's CRC-32 and length,
 * which fflate does not. Throws an Error whose message says "unexpected EOF" for truncated data.
 */
export async function* inflateMembers(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const out: Uint8Array[] = [];
  const tail = new Uint8Array(8);
  let crc = 0;
  let length = 0;
  let pushed = 0;
  const recent = new RecentBytes();
  const gunzip = new Gunzip((chunk) => {
    crc = crc32(crc, chunk);
    length = (length + chunk.length) >>> 0;
    if (chunk.length > 0) out.push(chunk);
  });
  const verify = (end: number) => {
    recent.copy(end - 8, tail);
    const wanted = new Uint8Array(8);
    const view = new DataView(wanted.buffer);
    view.setUint32(0, crc, true);
    view.setUint32(4, length, true);
    if (!endsWith(tail, wanted, 8)) {
      const cut = [7, 6, 5, 4, 3, 2, 1].some((n) => endsWith(tail, wanted, n));
      throw new Error(cut ? "unexpected EOF in the trailer" : "checksum differs");
    }
    crc = 0;
    length = 0;
  };
  gunzip.onmember = verify;
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.subarray(at, Math.min(chunk.length, at + PIECE));
      recent.append(piece, pushed);
      pushed += piece.length;
      gunzip.push(piece, false);
      yield* out;
      out.length = 0;
    }
  }
  gunzip.push(new Uint8Array(0), true);
  yield* out;
  verify(pushed);
}

/** True when the last `n` bytes of `tail` are the first `n` of `wanted`: all, or a trailer cut short. */
function endsWith(tail: Uint8Array, wanted: Uint8Array, n: number): boolean {
  for (let i = 0; i < n; i++) if (tail[tail.length - n + i] !== wanted[i]) return false;
  return true;
}

/** The last pieces of input, by absolute position: a member's trailer may straddle two pieces. */
class RecentBytes {
  private before: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) };
  private last: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) };

  append(bytes: Uint8Array, start: number): void {
    if (bytes.length < 8 && this.last.bytes.length > 0) {
      const joined = new Uint8Array(this.last.bytes.length + bytes.length);
      joined.set(this.last.bytes);
      joined.set(bytes, this.last.bytes.length);
      this.last = { start: this.last.start, bytes: joined };
      return;
    }
    this.before = this.last;
    this.last = { start, bytes };
  }

  copy(from: number, out: Uint8Array): void {
    for (let i = 0; i < out.length; i++) {
      const at = from + i;
      const piece = at >= this.last.start ? this.last : this.before;
      out[i] = piece.bytes[at - piece.start] ?? 0;
    }
  }
}
