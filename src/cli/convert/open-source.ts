import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { CentiscopeError, fillTemplate } from "../../core/errors.ts";
import { type MessageCode, messages } from "../../core/messages.ts";
import { identify } from "../../formats/registry.ts";
import { isZip, readZipDirectory } from "../../formats/zip-directory.ts";
import { ZipTree } from "../../formats/zip-tree.ts";
import type { FileTree } from "../../io/file-tree.ts";
import { HttpTree } from "../../io/http-tree.ts";
import type { Provenance } from "../../store/store-manifest.ts";
import { StoreReader } from "../../store/store-reader.ts";
import type { RowSource } from "../row-source.ts";
import { openRows } from "../rows/open-rows.ts";
import type { OpenedRows } from "../rows/table-rows.ts";
import { openXeniumZarr } from "../rows/xenium-zarr-source.ts";
import { closeFiles, isUrl, sourceFiles } from "../source-files.ts";
import { type CliContext, UsageError } from "../verb.ts";
import { FolderTree } from "./node-folder.ts";
import { storeSource } from "./store-source.ts";

/** Rows to be read, whatever they come from. */
export interface OpenedSource {
  readonly source: RowSource;
  /** The store itself, when the path is one. */
  readonly store: StoreReader | null;
  readonly provenance: Omit<Provenance, "converter">;
  /** Says what was noticed about the rows; complete once they were read. */
  tellWarnings(): void;
  close(): Promise<void>;
}

/** A map's coefficients row by row, as the store has them. */
function rowsOf({ a, b, c, d, e, f }: NonNullable<OpenedRows["instrumentToImagePx"]>): number[] {
  return [a, c, e, b, d, f];
}

/** The files of a store at a path or address; undefined when it cannot be one by its name or content. */
export function storeTree(path: string): FileTree | undefined {
  if (isUrl(path))
    return /\.centiscope\.zarr\/*$/i.test(new URL(path).pathname) ? new HttpTree(path) : undefined;
  const folder = existsSync(path) && statSync(path).isDirectory();
  return folder && existsSync(join(path, "manifest.json")) && existsSync(join(path, "zarr.json"))
    ? new FolderTree(path)
    : undefined;
}

/** µm of one unit of x and y: as the user gives it, or as a store made from the table has it. */
export interface UnitChoice {
  readonly given?: number | undefined;
  readonly assumed?: number | undefined;
}

/** The manifest of a store in an archive, at its top or in its only folder. */
const STORE_IN_ZIP = /^([^/]+\/)?manifest\.json$/;

async function storeOpened(
  store: StoreReader,
  path: string,
  unit: UnitChoice,
  close: () => Promise<void>,
): Promise<OpenedSource> {
  if (unit.given !== undefined)
    throw new UsageError("--um-per-unit is for tables; a store says its own scale.");
  const { platform, source, simulated, toImagePx } = store.manifest;
  return {
    source: await storeSource(store, basename(path)),
    store,
    provenance: { platform, source, simulated, toImagePx },
    tellWarnings: () => {},
    close,
  };
}

/** Opens the rows of a path: of a store, or of anything else that has expression. */
export async function openSource(
  path: string,
  { signal, note }: CliContext,
  unit: UnitChoice = {},
): Promise<OpenedSource> {
  const unitUm = unit.given ?? unit.assumed;
  const tree = storeTree(path);
  if (tree) {
    const close = async () => {
      if (tree instanceof FolderTree) tree.close();
    };
    return storeOpened(await StoreReader.open(tree, {}, signal), path, unit, close);
  }
  const files = await sourceFiles(path, signal);
  const [named] = files.files;
  const archive = named && isZip(await named.source.read(0, 4, signal)) ? named.source : undefined;
  if (archive && (await readZipDirectory(archive, signal)).some(({ name }) => STORE_IN_ZIP.test(name))) {
    const store = await StoreReader.open(await ZipTree.open(archive, signal), {}, signal);
    return storeOpened(store, path, unit, () => closeFiles(files));
  }
  const opened =
    (archive && (await openXeniumZarr(archive, unitUm, signal))) ??
    (await openRows(await identify(files.files, signal), { signal, unitUm }));
  const { source, instrumentToImagePx } = opened;
  if (!Number.isFinite(source.unitUm)) throw new CentiscopeError("convert-unit", { file: source.path });
  return {
    source,
    store: null,
    provenance: {
      platform: source.platform,
      source: {
        name: basename(source.path),
        formatVersion: source.formatVersion,
        bytes: source.sizeBytes,
        sha256: null,
      },
      simulated: opened.simulated,
      toImagePx: instrumentToImagePx ? rowsOf(instrumentToImagePx) : null,
    },
    tellWarnings: () => {
      for (const { code, params } of opened.warnings()) {
        note(`${fillTemplate(messages[code as MessageCode]?.en ?? code, params)}\n`);
      }
    },
    close: () => closeFiles(files),
  };
}
