import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";

/** Streams ask for this much at a time: larger pieces than Chromium's own 64 KiB, which cost a task each. */
const PIECE = 1 << 21;

/** A dropped or picked file (or any Blob). Nothing is read before it is asked for. */
export class BlobSource implements ByteSource {
  readonly name: string;
  private readonly blob: Blob;

  constructor(blob: Blob, name: string) {
    this.name = name;
    this.blob = blob;
  }

  async size(signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    return this.blob.size;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const stop = Math.min(end, this.blob.size);
    if (start >= stop) return new Uint8Array(0);
    let buffer: ArrayBuffer;
    try {
      buffer = await this.blob.slice(start, stop).arrayBuffer();
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      throw new CentiscopeError("file-unreadable", { file: this.name, detail }, { cause: thrown });
    }
    signal?.throwIfAborted();
    if (buffer.byteLength !== stop - start) {
      throw new CentiscopeError("file-short", {
        file: this.name,
        expected: stop,
        found: start + buffer.byteLength,
      });
    }
    return new Uint8Array(buffer);
  }

  stream(signal?: AbortSignal): ReadableStream<Uint8Array> {
    let at = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await this.read(at, at + PIECE, signal);
          at += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          if (at >= this.blob.size) controller.close();
        },
      },
      { highWaterMark: 1 },
    );
  }
}
