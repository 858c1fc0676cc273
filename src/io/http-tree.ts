import type { ByteSource } from "./byte-source.ts";
import type { FileTree } from "./file-tree.ts";
import { HttpSource } from "./http.ts";
import type { HttpOptions } from "./http-retry.ts";

/** A folder on a web server: files are read by ranges under its address, each size as the caller knows it. */
export class HttpTree implements FileTree {
  readonly name: string;
  private readonly base: URL;
  private readonly options: HttpOptions;

  /** `url` is the folder's, with or without a last slash; its query goes with every file. */
  constructor(url: string, options: HttpOptions = {}) {
    this.base = new URL(url);
    if (!this.base.pathname.endsWith("/")) this.base.pathname += "/";
    this.options = options;
    this.name = decodeURIComponent(this.base.pathname.split("/").filter(Boolean).at(-1) ?? this.base.host);
  }

  open(path: string, sizeBytes?: number): ByteSource {
    const url = new URL(path.split("/").map(encodeURIComponent).join("/"), this.base);
    url.search = this.base.search;
    return new HttpSource(url.href, path, this.options, sizeBytes);
  }
}
