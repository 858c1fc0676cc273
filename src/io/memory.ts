import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";

/** Bytes that are in memory already. `read` and `stream` hand out views, not copies. */
export class MemorySource implements ByteSource {
  readonly name: string;
  private readonly bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
  }

  async size(signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    return this.bytes.length;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    if (start < 0 || end < start) {
      throw new CentiscopeError("internal", { file: this.name, detail: `read ${start}-${end}` });
    }
    return this.bytes.subarray(start, Math.min(end, this.bytes.length));
  }

  stream(signal?: AbortSignal): ReadableStream<Uint8Array> {
    const bytes = this.bytes;
    let at = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (signal?.aborted) return controller.error(signal.reason);
          if (at >= bytes.length) return controller.close();
          controller.enqueue(bytes.subarray(at, at + PIECE));
          at += PIECE;
        },
      },
      { highWaterMark: 0 },
    );
  }
}

const PIECE = 1 << 18;
