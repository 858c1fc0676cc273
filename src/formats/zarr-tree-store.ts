import type { AsyncReadable } from "zarrita";
import { errorFacts } from "../core/errors.ts";
import type { FileTree } from "../io/file-tree.ts";

/** More bytes than any chunk of an image that can be shown. */
const MOST_BYTES = 2 ** 30;
/** A chunk that is not there is one of the fill value. */
const ABSENT = ["file-missing", "http-not-found"];

/** A folder of files as zarrita reads it. What is not there is undefined; other failures are the files' own. */
export function zarrTreeStore(tree: FileTree): AsyncReadable {
  const found = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (thrown) {
      if (ABSENT.includes(errorFacts(thrown, tree.name).code)) return undefined;
      throw thrown;
    }
  };
  return {
    get: (key, options) =>
      found(() => tree.open(key.slice(1)).read(0, MOST_BYTES, options?.signal ?? undefined)),
    getRange: (key, range, options) =>
      found(async () => {
        const source = tree.open(key.slice(1));
        const signal = options?.signal ?? undefined;
        if (!("suffixLength" in range)) {
          return source.read(range.offset, range.offset + range.length, signal);
        }
        const size = await source.size(signal);
        return source.read(Math.max(0, size - range.suffixLength), size, signal);
      }),
  };
}
