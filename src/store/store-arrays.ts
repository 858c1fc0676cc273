import { CentiscopeError } from "../core/errors.ts";
import type { FileTree } from "../io/file-tree.ts";
import { ArrayReader, type ReadContext } from "./array-reader.ts";
import { parseManifest, type StoreManifest } from "./store-manifest.ts";
import { unpackStrings } from "./vlen-utf8.ts";
import {
  type ArrayShape,
  arrayMetadata,
  chunkBytes,
  DTYPE_BYTES,
  type Json,
  type StoreDtype,
} from "./zarr-metadata.ts";

/** Largest chunks: numbers are 512 kB at most (§7), one array of strings has one. */
const MAX_CHUNK_BYTES = { number: 2 ** 24, string: 2 ** 28 } as const;

type Fields = { readonly [key: string]: unknown };

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isSides = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((side) => Number.isSafeInteger(side) && side >= 0);

/** JSON with the members of every object in one order, so that equal values are equal texts. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isFields(member) && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The metadata of a store's arrays, read once from its root, and readers of them. */
export class StoreArrays {
  readonly manifest: StoreManifest;
  private readonly context: ReadContext;
  private readonly nodes: Fields;
  private readonly readers = new Map<string, ArrayReader>();

  /** `root` is the parsed `zarr.json` of the root group. */
  constructor(context: ReadContext, root: unknown) {
    const file = context.tree.name;
    this.context = context;
    this.manifest = parseManifest(isFields(root) ? root.attributes : undefined, file);
    const consolidated = isFields(root) ? root.consolidated_metadata : undefined;
    const nodes = isFields(consolidated) ? consolidated.metadata : undefined;
    if (!isFields(nodes)) throw this.wrong("consolidated_metadata");
    this.nodes = nodes;
  }

  get tree(): FileTree {
    return this.context.tree;
  }

  /** Paths of all nodes, groups and arrays. */
  get paths(): readonly string[] {
    return Object.keys(this.nodes);
  }

  has(path: string): boolean {
    return Object.hasOwn(this.nodes, path);
  }

  /** The metadata of a node as the root has it. */
  node(path: string): unknown {
    return this.nodes[path];
  }

  /**
   * The reader of an array.
   * @throws CentiscopeError `store-manifest` when its metadata are absent or other than the format's
   */
  reader(path: string): ArrayReader {
    let reader = this.readers.get(path);
    if (!reader) {
      reader = this.parse(path);
      this.readers.set(path, reader);
    }
    return reader;
  }

  /** The reader of an array that must have this type and shape. */
  expect(path: string, dtype: StoreDtype, shape: readonly number[]): ArrayReader {
    const reader = this.reader(path);
    const { array } = reader;
    if (array.dtype !== dtype || ordered(array.shape) !== ordered(shape)) {
      throw this.wrong(`${path}: ${array.dtype} ${array.shape.join("×")}, not ${dtype} ${shape.join("×")}`);
    }
    return reader;
  }

  /** All strings of an array of one chunk. */
  async strings(path: string, length: number, signal?: AbortSignal): Promise<string[]> {
    if (length === 0) return [];
    const [bytes] = await this.expect(path, "string", [length]).read([0], signal);
    if (!bytes) throw this.missing(path, "0");
    const strings = unpackStrings(bytes, length);
    if (!strings) throw this.values(path, "strings that do not add up");
    return strings;
  }

  /** All numbers of a uint64 array of one chunk, checked to be below 2^53. */
  async numbers(path: string, length: number, signal?: AbortSignal): Promise<Float64Array> {
    if (length === 0) return new Float64Array(0);
    const [bytes] = await this.expect(path, "uint64", [length]).read([0], signal);
    if (!bytes) throw this.missing(path, "0");
    return this.wide(path, bytes).subarray(0, length);
  }

  /** uint64 words as float64. */
  wide(path: string, bytes: Uint8Array): Float64Array {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const out = new Float64Array(words.length / 2);
    for (let i = 0; i < out.length; i++) {
      const high = words[2 * i + 1]!;
      if (high >= 2 ** 21) throw this.values(path, "a number past 2^53");
      out[i] = words[2 * i]! + high * 2 ** 32;
    }
    return out;
  }

  missing(path: string, chunk: string): CentiscopeError {
    const params = { file: this.tree.name, array: path, chunk, part: path };
    return new CentiscopeError("store-chunk-missing", params);
  }

  values(path: string, detail: string): CentiscopeError {
    return new CentiscopeError("store-values", { file: this.tree.name, array: path, detail });
  }

  private wrong(detail: string): CentiscopeError {
    return new CentiscopeError("store-manifest", { file: this.tree.name, part: "zarr.json", detail });
  }

  /** Takes the few facts that vary, writes the metadata anew from them, and holds them against what is there. */
  private parse(path: string): ArrayReader {
    const node = this.nodes[path];
    if (!isFields(node)) throw this.wrong(path);
    const { shape, data_type: dtype, dimension_names: dimensions, attributes } = node;
    const outer = gridShape(node.chunk_grid);
    const codecs = Array.isArray(node.codecs) ? node.codecs : [];
    const sharding = isFields(codecs[0]) && codecs[0].name === "sharding_indexed" ? codecs[0] : undefined;
    const inside = sharding && isFields(sharding.configuration) ? sharding.configuration : undefined;
    const chunk = inside ? inside.chunk_shape : outer;
    const inner = inside ? inside.codecs : codecs;
    const blosc = Array.isArray(inner)
      ? inner.find((codec) => isFields(codec) && codec.name === "blosc")
      : null;
    const blockBytes = isFields(blosc) && isFields(blosc.configuration) ? blosc.configuration.blocksize : 0;
    const isDtype = typeof dtype === "string" && Object.hasOwn(DTYPE_BYTES, dtype);
    if (!isDtype || !isSides(shape) || !isSides(outer) || !isSides(chunk) || !isFields(attributes)) {
      throw this.wrong(path);
    }
    const array: ArrayShape = {
      dtype: dtype as StoreDtype,
      shape,
      chunk,
      shard: inside ? outer : null,
      blockBytes: blockBytes as number,
      dimensions: dimensions as string[],
    };
    const divides = chunk.every((side, axis) => side > 0 && outer[axis]! > 0 && outer[axis]! % side === 0);
    const sides = chunk.length === shape.length && outer.length === shape.length;
    if (!sides || !divides) throw this.wrong(`${path}: chunk_shape`);
    // A chunk is made whole before its bytes are seen to be few.
    if (chunkBytes(array) > MAX_CHUNK_BYTES[array.dtype === "string" ? "string" : "number"]) {
      throw this.wrong(`${path}: chunk_shape`);
    }
    const written = arrayMetadata(array, attributes as { [key: string]: Json });
    if (ordered(written) !== ordered(node)) throw this.wrong(`${path}: codecs`);
    const { shards } = attributes;
    if (!isFields(shards) || !Object.values(shards).every((size) => Number.isSafeInteger(size))) {
      throw this.wrong(`${path}: shards`);
    }
    return new ArrayReader(this.context, path, array, attributes, shards as Record<string, number>);
  }
}

function gridShape(grid: unknown): unknown {
  return isFields(grid) && isFields(grid.configuration) ? grid.configuration.chunk_shape : undefined;
}
