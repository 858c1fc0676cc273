import type { WrittenArray } from "./array-writer.ts";
import type { ChunkForm } from "./chunk-codec.ts";
import { encodeChunk } from "./chunk-encode.ts";
import { crc32c } from "./crc32c.ts";
import type { StoreFeatures } from "./features.ts";
import { MANIFEST_FILE, manifestJson, type StoreManifest, versionOf } from "./store-manifest.ts";
import { type LedgerSink, writeFile } from "./store-sink.ts";
import type { RasterGroup } from "./total-writer.ts";
import { packStrings } from "./vlen-utf8.ts";
import {
  type ArrayShape,
  arrayMetadata,
  chunkForm,
  groupMetadata,
  type Json,
  type StoreDtype,
} from "./zarr-metadata.ts";

/** Groups of rasters, and what they are called in other viewers. */
const RASTER_GROUPS: readonly (readonly [RasterGroup, string])[] = [
  ["total", "total counts"],
  ["total_high", "total counts of sufficient quality"],
];

const text = (value: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** The shape of an array that is one chunk, one file. */
export function wholeShape(dtype: StoreDtype, length: number): ArrayShape {
  return {
    dtype,
    shape: [length],
    chunk: [Math.max(1, length)],
    shard: null,
    blockBytes: 0,
    dimensions: ["index"],
  };
}

async function writeWhole(
  sink: LedgerSink,
  path: string,
  dtype: StoreDtype,
  length: number,
  raw: Uint8Array,
): Promise<WrittenArray> {
  const array = wholeShape(dtype, length);
  if (length === 0) return { path, array, shards: {}, attributes: {} };
  const form: ChunkForm = { typesize: chunkForm(array).typesize, blockBytes: raw.length };
  const chunk = await encodeChunk(raw, form);
  await writeFile(sink, `${path}/c/0`, chunk);
  return { path, array, shards: { "c/0": chunk.length }, attributes: {} };
}

function words(values: Float64Array): Uint8Array {
  const out = new BigUint64Array(values.length);
  values.forEach((value, i) => {
    out[i] = BigInt(value);
  });
  return new Uint8Array(out.buffer);
}

/** Writes the features and the dictionaries: arrays that are one chunk each. */
export async function writeLists(
  sink: LedgerSink,
  genes: StoreFeatures,
  dictionaries: ReadonlyMap<string, readonly string[]>,
): Promise<WrittenArray[]> {
  const { length } = genes.names;
  const written = [
    await writeWhole(sink, "genes/name", "string", length, packStrings(genes.names)),
    await writeWhole(sink, "genes/total", "uint64", length, words(genes.totals)),
    await writeWhole(sink, "genes/rows", "uint64", length, words(genes.rows)),
    await writeWhole(sink, "genes/control", "uint8", length, genes.isControl),
  ];
  if (genes.ids) written.push(await writeWhole(sink, "genes/id", "string", length, packStrings(genes.ids)));
  if (genes.division) {
    const { gene, isLow } = genes.division;
    written.push(await writeWhole(sink, "genes/gene", "uint32", length, new Uint8Array(gene.slice().buffer)));
    written.push(await writeWhole(sink, "genes/low", "uint8", length, isLow));
  }
  for (const [name, strings] of dictionaries) {
    const path = `dictionaries/${name}`;
    written.push(await writeWhole(sink, path, "string", strings.length, packStrings(strings)));
  }
  return written;
}

/** OME-Zarr 0.5 multiscales of a group of rasters: any viewer of images shows them. */
function multiscales(manifest: StoreManifest, name: string, rasters: readonly WrittenArray[]): Json {
  const { plan } = manifest;
  const quantumUm = plan.unitUm / plan.quantaPerUnit;
  const datasets = rasters.map(({ path, attributes }) => {
    const bin = attributes.bin as number;
    const place = (first: Json | undefined): number => ((first as number) + 0.5) * bin * quantumUm;
    return {
      path: path.slice(path.indexOf("/") + 1),
      coordinateTransformations: [
        { type: "scale", scale: [bin * quantumUm, bin * quantumUm] },
        { type: "translation", translation: [place(attributes.row0), place(attributes.col0)] },
      ],
    };
  });
  const axes = ["y", "x"].map((name) => ({ name, type: "space", unit: "micrometer" }));
  return { version: "0.5", multiscales: [{ name, axes, datasets }] };
}

/**
 * Writes every `zarr.json` and, last, the manifest with the size and checksum of every file: what makes a
 * folder a store.
 */
export async function finishStore(
  sink: LedgerSink,
  manifest: StoreManifest,
  written: readonly WrittenArray[],
): Promise<void> {
  const nodes = new Map<string, Json>();
  const arrays = [...written].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, array, shards, attributes } of arrays) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const group = parts.slice(0, depth).join("/");
      if (!nodes.has(group)) nodes.set(group, groupMetadata({}));
    }
    nodes.set(path, arrayMetadata(array, { ...attributes, shards }));
  }
  for (const [group, name] of RASTER_GROUPS.filter(([group]) => nodes.has(group))) {
    const rasters = manifest.plan.ladder.map(
      (bin) => arrays.find(({ path }) => path === `${group}/b${bin}`)!,
    );
    nodes.set(group, groupMetadata({ ome: multiscales(manifest, name, rasters) }));
  }
  for (const [path, node] of nodes) await writeFile(sink, `${path}/zarr.json`, text(node));
  const root = {
    ...groupMetadata({ centiscope: manifestJson(manifest) }),
    consolidated_metadata: {
      kind: "inline",
      must_understand: false,
      metadata: Object.fromEntries(nodes),
    },
  };
  await writeFile(sink, "zarr.json", text(root));
  const files = [...sink.files].sort(([a], [b]) => (a < b ? -1 : 1));
  const list = Object.fromEntries(files.map(([path, file]) => [path, [file.bytes, file.crc32c]]));
  const body = JSON.stringify({ format: "centiscope-store", version: versionOf(manifest), files: list });
  await writeFile(sink, MANIFEST_FILE, sealed(body));
}

/** A JSON object with the CRC32C of its own text as last member: a flipped bit anywhere shows. */
function sealed(body: string): Uint8Array {
  const open = body.slice(0, -1);
  return new TextEncoder().encode(`${open},"crc32c":${crc32c(new TextEncoder().encode(open))}}`);
}
