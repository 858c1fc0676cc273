import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Cursor, Hdf5Bytes, UNDEFINED } from "./hdf5-bytes.ts";
import { Hdf5Dataset } from "./hdf5-dataset.ts";
import { globalHeapObject, openFractalHeap } from "./hdf5-heap.ts";
import { type Hdf5Message, MESSAGE, readMessages, unshared } from "./hdf5-object.ts";
import { readRecords, readSymbols } from "./hdf5-trees.ts";
import { type Hdf5Type, parseDataspace, parseDatatype, parseFilters, parseLayout } from "./hdf5-types.ts";

/** The value of an attribute: arrays for all but scalars; null for a type that is not read. */
export type Hdf5Value = number | string | null | readonly (number | string | null)[];

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** A user block is 512 bytes or a larger power of two; beyond this nobody has one. */
const MAX_USER_BLOCK = 1 << 20;
/** Characters of one reading of texts: names and ids of a million features have a tenth of it. */
const MAX_TEXT = 2 ** 27;

/** True for the magic bytes of an HDF5 file without a user block. */
export function isHdf5(head: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => head[i] === byte);
}

/** One group or dataset. */
export interface Hdf5Object {
  readonly kind: "group" | "dataset";
  /** The path it was asked for by. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, Hdf5Value>;
  /** Names of a group's members; empty for a dataset. */
  readonly members: ReadonlyMap<string, number>;
  readonly dataset: Hdf5Dataset | null;
}

/**
 * An HDF5 file, opened by its metadata alone (HDF Group, "HDF5 File Format Specification" version 3.0): superblocks
 * 0–3, both styles of headers and groups, compact and dense links and attributes. Records are read from the source
 * by byte ranges, so a file of any size opens over HTTP. Damage is an `hdf5-corrupt`, never a wrong value: every
 * structure has its signature and bounds checked, trees and chains are visited once.
 */
export class Hdf5File {
  readonly name: string;
  private readonly file: Hdf5Bytes;
  private readonly root: number;
  private readonly objects = new Map<number, Promise<Omit<Hdf5Object, "path">>>();

  private constructor(file: Hdf5Bytes, root: number) {
    this.name = file.source.name;
    this.file = file;
    this.root = root;
  }

  static async open(source: ByteSource, signal?: AbortSignal): Promise<Hdf5File> {
    const size = await source.size(signal);
    const file = new Hdf5Bytes(source, size, signal);
    if (size === 0) throw new CentiscopeError("file-empty", { file: source.name });
    let base = 0;
    while (!isHdf5((await file.at(base, Math.min(8, size - base))).bytes)) {
      base = base === 0 ? 512 : base * 2;
      if (base > MAX_USER_BLOCK || base + 8 > size) throw file.corrupt(0, "it has no HDF5 signature");
    }
    const cursor = await file.at(base, Math.min(128, size - base));
    cursor.skip(8);
    const version = cursor.u8();
    if (version > 3) {
      const found = `superblock version ${version}`;
      throw new CentiscopeError("hdf5-feature", { file: source.name, dataset: "/", found });
    }
    if (version < 2) cursor.skip(4);
    file.offsetSize = cursor.u8();
    file.lengthSize = cursor.u8();
    for (const width of [file.offsetSize, file.lengthSize]) {
      if (![2, 4, 8].includes(width)) throw cursor.corrupt(`addresses of ${width} bytes`);
    }
    cursor.skip(version < 2 ? (version === 1 ? 13 : 9) : 1);
    file.base = cursor.offset();
    if (file.base !== base && file.base !== 0) throw cursor.corrupt("the base address is elsewhere");
    cursor.skip(file.offsetSize);
    const end = cursor.offset();
    if (end !== UNDEFINED && end > size) {
      throw new CentiscopeError("file-short", { file: source.name, expected: end, found: size });
    }
    if (version < 2) cursor.skip(2 * file.offsetSize);
    return new Hdf5File(file, cursor.offset());
  }

  /** The object at a path ("geneExp/bin1"); undefined when there is none. "" is the root. */
  async find(path: string): Promise<Hdf5Object | undefined> {
    let address = this.root;
    for (const name of path.split("/").filter(Boolean)) {
      const next = (await this.load(address)).members.get(name);
      if (next === undefined || next === UNDEFINED) return undefined;
      address = next;
    }
    return { ...(await this.load(address)), path };
  }

  /** The object at a path. Throws `hdf5-missing` when there is none. */
  async get(path: string): Promise<Hdf5Object> {
    const found = await this.find(path);
    if (!found) throw new CentiscopeError("hdf5-missing", { file: this.name, dataset: `/${path}` });
    return found;
  }

  /** The dataset at a path. Throws `hdf5-missing` when there is none. */
  async dataset(path: string): Promise<Hdf5Dataset> {
    const { dataset } = await this.get(path);
    if (!dataset) throw new CentiscopeError("hdf5-missing", { file: this.name, dataset: `/${path}` });
    return dataset.named(`/${path}`);
  }

  /** Texts `[start, end)` of a dataset of fixed or variable length. Throws `hdf5-feature` for another type. */
  async strings(path: string, start: number, end: number, signal?: AbortSignal): Promise<string[]> {
    const dataset = await this.dataset(path);
    const { type } = dataset;
    if (type.kind !== "string" && type.kind !== "vlen-string") {
      const found = `${type.kind} instead of text`;
      throw new CentiscopeError("hdf5-feature", { file: this.name, dataset: `/${path}`, found });
    }
    const bytes = await dataset.read(start, end, signal);
    const cursor = this.file.cursor(bytes);
    const texts: string[] = [];
    let length = 0;
    for (let i = start; i < end; i++) {
      const text = String(await this.value(cursor.part(type.size), type));
      // Texts of variable length may all point to one long one.
      length += text.length;
      if (length > MAX_TEXT) throw cursor.corrupt(`/${path} holds more than ${MAX_TEXT} characters`);
      texts.push(text);
    }
    return texts;
  }

  private load(address: number): Promise<Omit<Hdf5Object, "path">> {
    const known = this.objects.get(address);
    if (known) return known;
    const loading = this.read(address);
    this.objects.set(address, loading);
    loading.catch(() => this.objects.delete(address));
    return loading;
  }

  private async read(address: number): Promise<Omit<Hdf5Object, "path">> {
    const messages = await readMessages(this.file, address);
    const attributes = await this.attributes(messages);
    const dataset = await this.datasetOf(messages);
    const members = dataset ? new Map<string, number>() : await this.members(messages);
    return { kind: dataset ? "dataset" : "group", attributes, members, dataset };
  }

  private async datasetOf(messages: readonly Hdf5Message[]): Promise<Hdf5Dataset | null> {
    const find = async (type: number) => {
      const message = messages.find((one) => one.type === type);
      return message ? unshared(this.file, message) : undefined;
    };
    const [layout, type, space, filters] = [
      await find(MESSAGE.layout),
      await find(MESSAGE.datatype),
      await find(MESSAGE.dataspace),
      await find(MESSAGE.filters),
    ];
    if (!layout || !type || !space) return null;
    return new Hdf5Dataset(this.file, {
      shape: parseDataspace(space),
      type: parseDatatype(type),
      layout: parseLayout(layout),
      filters: filters ? parseFilters(filters) : [],
    });
  }

  private async members(messages: readonly Hdf5Message[]): Promise<Map<string, number>> {
    const members = new Map<string, number>();
    for (const { type, body } of messages) {
      if (type === MESSAGE.symbolTable) {
        for (const [name, at] of await readSymbols(this.file, body.offset(), body.offset()))
          members.set(name, at);
      } else if (type === MESSAGE.link) addLink(body, members);
      else if (type === MESSAGE.linkInfo) {
        body.skip(1);
        if (body.u8() & 1) body.skip(8);
        for (const link of await this.dense(body.offset(), body.offset(), 5)) addLink(link, members);
      }
    }
    return members;
  }

  private async attributes(messages: readonly Hdf5Message[]): Promise<Map<string, Hdf5Value>> {
    const values = new Map<string, Hdf5Value>();
    for (const { type, body } of messages) {
      if (type === MESSAGE.attribute) await this.addAttribute(body, values);
      else if (type === MESSAGE.attributeInfo) {
        body.skip(1);
        if (body.u8() & 1) body.skip(2);
        for (const one of await this.dense(body.offset(), body.offset(), 8))
          await this.addAttribute(one, values);
      }
    }
    return values;
  }

  /** The objects of a fractal heap that a name index lists. */
  private async dense(heapAt: number, index: number, type: 5 | 8): Promise<Cursor[]> {
    if (heapAt === UNDEFINED || index === UNDEFINED) return [];
    const heap = await openFractalHeap(this.file, heapAt);
    const found: Cursor[] = [];
    for (const record of await readRecords(this.file, index, type)) {
      if (type === 5) record.skip(4);
      found.push(await heap.object(record.part(Math.min(heap.idLength, record.left))));
    }
    return found;
  }

  private async addAttribute(body: Cursor, values: Map<string, Hdf5Value>): Promise<void> {
    const version = body.u8();
    const flags = body.u8();
    const sizes = [body.u16(), body.u16(), body.u16()] as const;
    if (version < 1 || version > 3) throw body.corrupt(`attribute version ${version}`);
    if (version === 3) body.skip(1);
    const pad = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
    const name = body.part(pad(sizes[0])).text(sizes[0]);
    const typeBody = body.part(pad(sizes[1]));
    const shape = parseDataspace(body.part(pad(sizes[2])));
    if (version > 1 && (flags & 1) !== 0) return;
    const type = parseDatatype(typeBody);
    if (shape === null) return;
    const count = shape.reduce((product, length) => product * length, 1);
    if (type.size < 1) throw body.corrupt(`attribute ${name} has elements of no bytes`);
    if (count * type.size > body.left) throw body.corrupt(`attribute ${name} ends too early`);
    const list: (number | string | null)[] = [];
    for (let i = 0; i < count; i++) list.push(await this.value(body.part(type.size), type));
    values.set(name, shape.length === 0 ? (list[0] ?? null) : list);
  }

  private async value(cursor: Cursor, type: Hdf5Type): Promise<number | string | null> {
    if (type.kind === "string") return cursor.text(type.size);
    if (type.kind === "vlen-string") {
      const length = cursor.u32();
      const heap = cursor.offset();
      const index = cursor.u32();
      if (length === 0 || heap === UNDEFINED || heap === 0) return "";
      const bytes = await globalHeapObject(this.file, heap, index);
      return new TextDecoder().decode(bytes.subarray(0, length));
    }
    if (type.kind !== "int" && type.kind !== "float") return null;
    const view = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset, cursor.bytes.byteLength);
    const little = !type.bigEndian;
    if (type.kind === "float") {
      return type.size === 4
        ? view.getFloat32(0, little)
        : type.size === 8
          ? view.getFloat64(0, little)
          : null;
    }
    switch (type.size) {
      case 1:
        return type.signed ? view.getInt8(0) : view.getUint8(0);
      case 2:
        return type.signed ? view.getInt16(0, little) : view.getUint16(0, little);
      case 4:
        return type.signed ? view.getInt32(0, little) : view.getUint32(0, little);
      case 8:
        return Number(type.signed ? view.getBigInt64(0, little) : view.getBigUint64(0, little));
      default:
        return null;
    }
  }
}

/** Link message (specification IV.A.2.g); soft and external links are left out. */
function addLink(body: Cursor, members: Map<string, number>): void {
  body.skip(1);
  const flags = body.u8();
  const kind = flags & 8 ? body.u8() : 0;
  if (flags & 4) body.skip(8);
  if (flags & 16) body.skip(1);
  const name = body.text(body.uint(1 << (flags & 3)));
  if (kind === 0) members.set(name, body.offset());
}
