import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import type { WrittenArray } from "../../store/array-writer.ts";
import type { FileRecord } from "../../store/store-sink.ts";
import type { BucketExtents } from "./buckets.ts";
import { flushFolder, flushFolders, type OutFolder } from "./out-folder.ts";

/** What a part says once it is done. */
export interface PartRecord {
  /** The plan that it is of. */
  readonly plan: string;
  readonly part: number;
  readonly written: readonly WrittenArray[];
  /** Files of the store, by path. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** The part's own files, by name. */
  readonly spills: Readonly<Record<string, FileRecord>>;
  /** Of a part by place: where its rows by gene lie. */
  readonly dealt: readonly BucketExtents[];
  /** Of a part by gene: the code of the first row of each of its chunks. */
  readonly chunkFirst: readonly number[];
}

const RECORD = "done.json";
/** Rows of a part by place, dealt by gene. */
export const BY_GENE_FILE = "by-gene";

/** The folder of one part: it takes its name when the part is done, so what has that name is whole. */
export class PartFolder {
  readonly path: string;
  private readonly out: OutFolder;
  private readonly part: number;

  constructor(out: OutFolder, part: number) {
    this.out = out;
    this.part = part;
    this.path = join(out.work, "parts", String(part));
  }

  /** The files of the store that the part has written. */
  get store(): string {
    return join(this.path, "store");
  }

  /** What the part has done; undefined when it is not done. Throws `convert-part-other` when it is another plan's. */
  record(plan: string): PartRecord | undefined {
    const path = join(this.path, RECORD);
    if (!existsSync(path)) return undefined;
    const other = (detail: string): CentiscopeError => this.other(detail);
    let record: PartRecord;
    try {
      record = JSON.parse(readFileSync(path, "utf8")) as PartRecord;
    } catch (thrown) {
      throw other(thrown instanceof Error ? thrown.message : String(thrown));
    }
    if (record.plan !== plan || record.part !== this.part) throw other("it is of another plan");
    for (const [name, { bytes }] of Object.entries(record.spills)) {
      const file = join(this.path, name);
      if (!existsSync(file) || statSync(file).size !== bytes) throw other(`${name} is damaged or missing`);
    }
    return record;
  }

  /** A part that cannot be used, and how to make it anew. */
  other(detail: string): CentiscopeError {
    return new CentiscopeError("convert-part-other", {
      file: basename(this.out.out),
      part: basename(this.out.work),
      number: this.part,
      next: this.part + 1,
      detail,
    });
  }

  /**
   * A folder for a run of this part alone: two runs of one part never meet. Host and process do not tell runs apart:
   * the pod that takes another's place in a Job has both of it, and the other may not have ended yet.
   */
  begin(): string {
    const run = mkdtempSync(`${this.path}.${hostname().replace(/[^\w-]/g, "_")}-`);
    mkdirSync(join(run, "store"));
    mkdirSync(join(run, "scratch"));
    return run;
  }

  /** Makes a run the part, unless another run was first: then both have written the same. */
  end(run: string, record: PartRecord): void {
    rmSync(join(run, "scratch"), { recursive: true, force: true });
    writeFileSync(join(run, RECORD), JSON.stringify(record), { flush: true });
    flushFolders(run);
    try {
      renameSync(run, this.path);
    } catch (thrown) {
      if (!existsSync(join(this.path, RECORD))) throw thrown;
      rmSync(run, { recursive: true, force: true });
    }
    flushFolder(join(this.path, ".."));
  }
}
