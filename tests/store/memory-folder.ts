import { CentiscopeError } from "../../src/core/errors.ts";
import type { ByteSource } from "../../src/io/byte-source.ts";
import type { FileTree } from "../../src/io/file-tree.ts";
import { MemorySource } from "../../src/io/memory.ts";
import type { SinkFile, StoreSink } from "../../src/store/store-sink.ts";

/** A folder in memory: what a store is written to and read from in tests. */
export class MemoryFolder implements StoreSink, FileTree {
  readonly name = "test.centiscope.zarr";
  readonly files = new Map<string, Uint8Array>();
  /** Ranges read, as `path start-end`. */
  readonly reads: string[] = [];

  async create(path: string): Promise<SinkFile> {
    const pieces: Uint8Array[] = [];
    return {
      write: async (bytes) => {
        pieces.push(bytes.slice());
      },
      close: async () => {
        this.files.set(path, new Uint8Array(Buffer.concat(pieces)));
      },
    };
  }

  open(path: string): ByteSource {
    const bytes = this.files.get(path);
    const missing = (): CentiscopeError => new CentiscopeError("http-not-found", { file: path, status: 404 });
    const source = new MemorySource(path, bytes ?? new Uint8Array(0));
    return {
      name: path,
      size: async (signal) => (bytes ? source.size(signal) : Promise.reject(missing())),
      read: async (start, end, signal) => {
        this.reads.push(`${path} ${start}-${end}`);
        await Promise.resolve();
        return bytes ? source.read(start, end, signal) : Promise.reject(missing());
      },
      stream: (signal) => source.stream(signal),
    };
  }
}
