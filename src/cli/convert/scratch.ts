import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** A run of bytes in a scratch file. */
export interface Extent {
  readonly offset: number;
  readonly bytes: number;
}

/** A file of the conversion's own: appended to, read back, then removed; or one that another process has left. */
export class ScratchFile {
  readonly path: string;
  private readonly descriptor: number;
  private end = 0;

  constructor(path: string, flags: "w+" | "r" = "w+") {
    this.path = path;
    this.descriptor = openSync(path, flags);
  }

  append(bytes: Uint8Array): Extent {
    const extent = { offset: this.end, bytes: bytes.length };
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.descriptor, bytes, done, bytes.length - done, this.end + done);
    }
    this.end += bytes.length;
    return extent;
  }

  /** Fills `out` with the bytes of the extent. */
  read(extent: Extent, out: Uint8Array): void {
    for (let done = 0; done < extent.bytes; ) {
      const got = readSync(this.descriptor, out, done, extent.bytes - done, extent.offset + done);
      if (got === 0) throw new Error(`${this.path} ends early`);
      done += got;
    }
  }

  /** Makes the file last for other processes, and closes it. */
  keep(): void {
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  remove(): void {
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }
}
