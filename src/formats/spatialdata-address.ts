import { CentiscopeError, errorFacts, isAbort } from "../core/errors.ts";
import { groupAttributes, isMultiscale, isSeriesFolder } from "../core/ome-zarr.ts";
import type { ReaderWarning } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { isRecord, readJson } from "./json-file.ts";
import { isParquet } from "./parquet-magic.ts";

/** A zarr store on a server that cannot list its folders: only its files can be asked for, one by one. */
export interface StoreAddress {
  /** The store's name as the user knows it, for messages: `x.zarr`. */
  readonly name: string;
  /** The file of that path inside the store, whether it is there or not. */
  readonly open: (path: string) => ByteSource;
}

/** The files of the points element that a store is opened for, and the metadata of its images; paths are inside the store. */
export interface StoreFiles {
  readonly paths: readonly string[];
  readonly warnings: readonly ReaderWarning[];
}

/** All of a store's metadata in one file: zarr v3; zarr v2; zarr v2 as SpatialData before 0.5 named it. */
const METADATA = ["zarr.json", ".zmetadata", "zmetadata"] as const;
/** More parts than any writer makes; a server that has an answer for every path must come to an end. */
const MAX_PARTS = 4096;
/** Parts asked for at a time, at most; doubling from 2 keeps the refusals of a small store few. */
const MOST_AT_ONCE = 16;

/**
 * Finds what a store holds: an OME-Zarr image, by its metadata; the transcripts and images of a SpatialData store by its
 * consolidated metadata, the transcripts' Parquet parts by asking for one after the other until one is missing. Throws
 * `store-metadata-missing` or `spatialdata-no-points`, and what the server's refusals are.
 */
export async function findStoreFiles(store: StoreAddress, signal?: AbortSignal): Promise<StoreFiles> {
  const image = await imageMetadata(store, signal);
  if (image !== undefined) return { paths: [image], warnings: [] };
  const keys = await readKeys(store, signal);
  const images = keys.filter((key) => /^images\/[^/]+\/(\.zattrs|zarr\.json)$/.test(key));
  const elements = pointsElements(keys);
  for (const element of elements) {
    const folder = `points/${element}`;
    const found = await findParts(store, `${folder}/points.parquet`, signal);
    if (found.paths.length === 0) continue;
    const attributes = [`${folder}/.zattrs`, `${folder}/zarr.json`].filter((path) => keys.includes(path));
    const others = elements.filter((other) => other !== element);
    const several: ReaderWarning = {
      code: "warn-two-tables",
      params: { file: `${store.name}/${folder}`, others: others.slice(0, 5).join(", ") },
    };
    return {
      paths: [...attributes, ...found.paths, ...images],
      warnings: [...(others.length > 0 ? [several] : []), ...found.warnings],
    };
  }
  if (images.length > 0) return { paths: images, warnings: [] };
  throw new CentiscopeError("spatialdata-no-points", { file: store.name });
}

/**
 * The metadata file of the OME-Zarr image that the address is, or of the first of a series. Failures are left to those
 * who look for a store then: what is not there may look like a host that does not answer.
 */
async function imageMetadata(
  { open }: StoreAddress,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const found = await Promise.all(
    ["zarr.json", ".zattrs"].map(async (name) => {
      const json = await readJson(open(name), signal).catch((thrown: unknown) => {
        if (isAbort(thrown)) throw thrown;
        return {};
      });
      const attributes = groupAttributes(json);
      if (isMultiscale(attributes)) return name;
      return isSeriesFolder(attributes) ? `0/${name}` : undefined;
    }),
  );
  return found.find((path) => path !== undefined);
}

/** Points elements, the one to show first: `transcripts`, else one that is named like it, else the first. */
function pointsElements(keys: readonly string[]): string[] {
  const names = keys.map((key) => /^points\/([^/]+)\/(\.zgroup|\.zattrs|zarr\.json)$/.exec(key)?.[1] ?? "");
  const rank = (name: string) => (name === "transcripts" ? 0 : /transcript|molecule/i.test(name) ? 1 : 2);
  const usable = [...new Set(names)].filter((name) => !["", ".", ".."].includes(name));
  return usable.sort((a, b) => rank(a) - rank(b));
}

/** Paths of the metadata files that the store's consolidated metadata stand for. */
async function readKeys(store: StoreAddress, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const tries = METADATA.map((name) => readConsolidated(store, name, signal));
  const settled = await Promise.allSettled(tries);
  signal?.throwIfAborted();
  for (const result of settled) {
    if (result.status === "fulfilled" && result.value) return result.value;
  }
  const failed = settled.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  const codes = failed.map((thrown) => errorFacts(thrown, store.name).code);
  // A refusal of one name beside plain absence of the others is a store without that file, as S3 answers it.
  const telling = failed.find((_, i) => !["http-not-found", "http-forbidden"].includes(codes[i]!));
  if (telling !== undefined) throw telling;
  if (failed.length === METADATA.length && codes.every((code) => code === "http-forbidden")) throw failed[0];
  throw new CentiscopeError("store-metadata-missing", { file: store.name });
}

/** Undefined when that file is there but holds no consolidated metadata. */
async function readConsolidated(
  store: StoreAddress,
  name: (typeof METADATA)[number],
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
  const source = store.open(name);
  // Some servers answer a missing file with their start page.
  const [first] = await source.read(0, 1, signal);
  if (first === undefined || first === 0x3c) return undefined;
  const json = await readJson(source, signal);
  if (name !== "zarr.json") return isRecord(json.metadata) ? Object.keys(json.metadata) : undefined;
  const { consolidated_metadata: all } = json;
  if (!isRecord(all) || !isRecord(all.metadata)) return undefined;
  return Object.keys(all.metadata).map((path) => `${path}/zarr.json`);
}

/** `part.0.parquet`, `part.1.parquet` … of a folder, or the folder's name itself when it is one file. */
async function findParts(
  store: StoreAddress,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<StoreFiles> {
  const part = (i: number) => `${folder}/part.${i}.parquet`;
  const paths: string[] = [];
  const warnings: ReaderWarning[] = [];
  for (let at = 0, width = 2; at < MAX_PARTS; at += width, width = Math.min(MOST_AT_ONCE, 2 * width)) {
    const answers = await Promise.all(
      Array.from({ length: width }, (_, i) => ask(store, part(at + i), signal)),
    );
    // A part beyond a gap is kept: the gap is then told by name.
    paths.push(...answers.flatMap((answer, i) => (answer === "there" ? [part(at + i)] : [])));
    const end = answers.findIndex((answer) => answer !== "there");
    if (end < 0) continue;
    const refused = answers[end];
    if (refused === "there" || refused === "absent" || refused === undefined) break;
    const known = paths[0];
    if (known === undefined || (await ask(store, known, signal)) !== "there") throw refused;
    // S3 refuses what is not there, and some servers leave CORS headers out of such answers.
    const { code } = refused.facts;
    warnings.push({
      code: "warn-store-part-refused",
      params: { file: store.name, part: part(at + end), code },
    });
    break;
  }
  if (paths.length === 0 && (await ask(store, folder, signal)) === "there") paths.push(folder);
  return { paths, warnings };
}

/** Whether a Parquet file is at that path; a refusal that may stand for absence is returned. */
async function ask(
  store: StoreAddress,
  path: string,
  signal: AbortSignal | undefined,
): Promise<"there" | "absent" | CentiscopeError> {
  try {
    return isParquet(await store.open(path).read(0, 4, signal)) ? "there" : "absent";
  } catch (thrown) {
    if (isAbort(thrown) || !(thrown instanceof CentiscopeError)) throw thrown;
    const { code } = thrown.facts;
    if (code === "http-not-found") return "absent";
    if (code === "http-forbidden" || code === "http-unreachable") return thrown;
    throw thrown;
  }
}
