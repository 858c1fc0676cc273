import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { crc32c } from "../../store/crc32c.ts";
import type { FileRecord } from "../../store/store-sink.ts";

export type SpillArray = Uint8Array | Uint32Array | Float64Array;
/** Kinds of arrays by their number in a record's head. */
const KINDS = [Uint8Array, Uint32Array, Float64Array] as const;
const BUFFER_BYTES = 1 << 20;
const aligned = (bytes: number): number => 8 * Math.ceil(bytes / 8);

/** Records of a few arrays each, one after the other, in the machine's own byte order; for processes of one kind. */
export class SpillWriter {
  private readonly descriptor: number;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private used = 0;
  private bytes = 0;
  private crc = 0;

  constructor(path: string) {
    this.descriptor = openSync(path, "wx");
  }

  add(...arrays: readonly SpillArray[]): void {
    const head = new Uint32Array(2 + 2 * arrays.length);
    head[0] = arrays.length;
    arrays.forEach((array, k) => {
      head[2 + 2 * k] = KINDS.findIndex((Kind) => array instanceof Kind);
      head[3 + 2 * k] = array.length;
    });
    for (const array of [head, ...arrays]) {
      this.put(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      this.put(new Uint8Array(aligned(array.byteLength) - array.byteLength));
    }
  }

  /** Makes the file last; what its reader must find. */
  close(): FileRecord {
    this.flush();
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
    return { bytes: this.bytes, crc32c: this.crc };
  }

  private put(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.used === BUFFER_BYTES) this.flush();
      const take = Math.min(bytes.length - from, BUFFER_BYTES - this.used);
      this.buffer.set(bytes.subarray(from, from + take), this.used);
      this.used += take;
      from += take;
    }
  }

  private flush(): void {
    const bytes = this.buffer.subarray(0, this.used);
    this.crc = crc32c(bytes, this.crc);
    this.bytes += bytes.length;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done);
    this.used = 0;
  }
}

/** The records of a file; throws `fault`'s error when it is not what was written, at the latest after the last. */
export function* readSpill(
  path: string,
  expected: FileRecord,
  fault: (detail: string) => Error,
): Generator<SpillArray[]> {
  const descriptor = openSync(path, "r");
  let [at, crc] = [0, 0];
  const take = (bytes: number): Uint8Array => {
    if (at + bytes > expected.bytes) throw fault(`${path} is damaged`);
    const out = new Uint8Array(bytes);
    for (let done = 0; done < bytes; ) {
      const got = readSync(descriptor, out, done, bytes - done, at + done);
      if (got === 0) throw fault(`${path} ends early`);
      done += got;
    }
    at += bytes;
    crc = crc32c(out, crc);
    return out;
  };
  try {
    while (at < expected.bytes) {
      const [arrays] = new Uint32Array(take(8).buffer) as unknown as [number];
      const head = new Uint32Array(take(8 * arrays).buffer);
      yield Array.from({ length: arrays }, (_, k) => {
        const Kind = KINDS[head[2 * k]!];
        if (!Kind) throw fault(`${path} is damaged`);
        const length = head[2 * k + 1]!;
        return new Kind(take(aligned(length * Kind.BYTES_PER_ELEMENT)).buffer as ArrayBuffer, 0, length);
      });
    }
    if (crc !== expected.crc32c) throw fault(`${path}: its checksum differs`);
  } finally {
    closeSync(descriptor);
  }
}
