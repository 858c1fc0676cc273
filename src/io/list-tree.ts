import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource, SourceFile } from "./byte-source.ts";
import type { FileTree } from "./file-tree.ts";

/** A folder as a list of its files: dropped or picked ones, or the entries of an archive. */
export class ListTree implements FileTree {
  readonly name: string;
  private readonly files: ReadonlyMap<string, ByteSource>;

  /** Paths are relative to the folder `name`. */
  constructor(name: string, files: readonly SourceFile[]) {
    this.name = name;
    this.files = new Map(files.map(({ path, source }) => [path, source]));
  }

  open(path: string): ByteSource {
    return this.files.get(path) ?? missing(path);
  }
}

/** A file that is not there: said when it is read. */
function missing(path: string): ByteSource {
  const fail = async (): Promise<never> => {
    throw new CentiscopeError("file-missing", { file: path, detail: "not among the files" });
  };
  return {
    name: path,
    size: fail,
    read: fail,
    stream: () => new ReadableStream<Uint8Array>({ pull: fail }),
  };
}
