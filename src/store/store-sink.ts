import { crc32c, joinCrc32c } from "./crc32c.ts";

/** One file being written, from its beginning to its end. */
export interface SinkFile {
  /** `checksum`: the CRC32C of the bytes, where it is known. */
  write(bytes: Uint8Array, checksum?: number): Promise<void>;
  /** Nothing is certain to be kept before this resolves. */
  close(): Promise<void>;
}

/** Where a store is written: a folder that does not hold one yet. Paths use forward slashes. */
export interface StoreSink {
  create(path: string): Promise<SinkFile>;
}

/** What the manifest says of one file. */
export interface FileRecord {
  readonly bytes: number;
  readonly crc32c: number;
}

/** A sink that also keeps the size and checksum of every file, for the manifest. */
export class LedgerSink implements StoreSink {
  readonly files = new Map<string, FileRecord>();
  private readonly sink: StoreSink;

  constructor(sink: StoreSink) {
    this.sink = sink;
  }

  async create(path: string): Promise<SinkFile> {
    const file = await this.sink.create(path);
    let bytes = 0;
    let crc = 0;
    return {
      write: async (piece, checksum) => {
        bytes += piece.length;
        crc = checksum === undefined ? crc32c(piece, crc) : joinCrc32c(crc, checksum, piece.length);
        await file.write(piece);
      },
      close: async () => {
        await file.close();
        this.files.set(path, { bytes, crc32c: crc });
      },
    };
  }
}

/** Writes a whole file at once. */
export async function writeFile(sink: StoreSink, path: string, bytes: Uint8Array): Promise<void> {
  const file = await sink.create(path);
  await file.write(bytes);
  await file.close();
}
