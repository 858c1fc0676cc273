import { nodeBuiltin } from "./node-builtin.ts";

interface Gunzip extends AsyncIterable<Uint8Array> {
  write(chunk: Uint8Array): boolean;
  end(): void;
  destroy(error?: unknown): void;
  on(event: "drain" | "close", listener: () => void): void;
}

interface Zlib {
  createGunzip(options: { chunkSize: number }): Gunzip;
}

/**
 * Node's zlib, which takes several members and unpacks on another thread (measured twice as fast as Node's
 * DecompressionStream); undefined in a browser. Errors are zlib's.
 */
export function nodeInflate(input: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> | undefined {
  const zlib = nodeBuiltin<Zlib>("node:zlib");
  return zlib ? inflate(zlib, input()) : undefined;
}

async function* inflate(
  zlib: Zlib,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = zlib.createGunzip({ chunkSize: 1 << 18 });
  let closed = false;
  let resume = () => {};
  gunzip.on("drain", () => resume());
  gunzip.on("close", () => {
    closed = true;
    resume();
  });
  const feed = (async () => {
    try {
      for await (const chunk of input) {
        if (closed) return;
        if (!gunzip.write(chunk)) {
          await new Promise<void>((resolve) => {
            resume = resolve;
            if (closed) resolve();
          });
        }
      }
      if (!closed) gunzip.end();
    } catch (thrown) {
      gunzip.destroy(thrown);
    }
  })();
  try {
    yield* gunzip;
  } finally {
    gunzip.destroy();
    await feed;
  }
}
