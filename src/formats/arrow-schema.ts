/** How a column shall come: as codes into a dictionary of text or of bytes, or as its file says. */
export type ArrowHint = "text-codes" | "byte-codes" | "plain";

/** Type ids of Arrow's `Type` union [apache/arrow `format/Schema.fbs`]; Null says nothing about a column. */
const TYPE = { plain: 1, "byte-codes": 4, "text-codes": 5 } as const;
const SCHEMA_HEADER = 1;
const METADATA_V5 = 4;

/** A value of at most 32 bits, or what stands behind an offset. */
type Cell = number | ((out: number[]) => number);

/**
 * The Arrow schema that a Parquet writer may leave under the key `ARROW:schema` (an IPC message, base64), naming
 * columns to be decoded to dictionary codes. Readers of Arrow's Rust library then pass a Parquet dictionary on
 * instead of writing out each row's text.
 */
export function encodeArrowSchema(columns: readonly (readonly [name: string, hint: ArrowHint])[]): string {
  const message: number[] = [0, 0, 0, 0];
  const fields = columns.map(
    ([name, hint]) =>
      (out: number[]) =>
        field(out, name, hint),
  );
  const schema = (out: number[]) => table(out, { 1: (to) => vector(to, fields) });
  patch(message, 0, table(message, { 0: METADATA_V5, 1: SCHEMA_HEADER, 2: schema }));
  while (message.length % 8 !== 0) message.push(0);
  const framed = [0xff, 0xff, 0xff, 0xff, ...word(message.length), ...message];
  return btoa(framed.map((byte) => String.fromCharCode(byte)).join(""));
}

function field(out: number[], name: string, hint: ArrowHint): number {
  const int32 = (to: number[]) => table(to, { 0: 32, 1: 1 });
  return table(out, {
    0: (to) => text(to, name),
    1: 1,
    2: TYPE[hint],
    3: (to) => table(to, {}),
    ...(hint === "plain" ? {} : { 4: (to: number[]) => table(to, { 1: int32 }) }),
  });
}

/** A FlatBuffers table whose cells are four bytes each; what it points to follows it. Returns where it stands. */
function table(out: number[], cells: Readonly<Record<number, Cell>>): number {
  const entries = Object.entries(cells).map(([slot, cell]) => [Number(slot), cell] as const);
  const slots = Math.max(-1, ...entries.map(([slot]) => slot)) + 1;
  const offsets = new Array<number>(slots).fill(0);
  entries.forEach(([slot], i) => {
    offsets[slot] = 4 + 4 * i;
  });
  const vtable = out.length;
  for (const value of [4 + 2 * slots, 4 + 4 * entries.length, ...offsets]) out.push(value & 255, value >> 8);
  while (out.length % 4 !== 0) out.push(0);
  const at = out.length;
  out.push(...word(at - vtable));
  for (const [, cell] of entries) out.push(...word(typeof cell === "number" ? cell : 0));
  entries.forEach(([, cell], i) => {
    if (typeof cell !== "number") patch(out, at + 4 + 4 * i, cell(out));
  });
  return at;
}

function vector(out: number[], items: readonly ((out: number[]) => number)[]): number {
  const at = out.length;
  out.push(...word(items.length));
  for (let i = 0; i < items.length; i++) out.push(0, 0, 0, 0);
  items.forEach((item, i) => {
    patch(out, at + 4 + 4 * i, item(out));
  });
  return at;
}

function text(out: number[], value: string): number {
  const at = out.length;
  const bytes = new TextEncoder().encode(value);
  out.push(...word(bytes.length), ...bytes, 0);
  while (out.length % 4 !== 0) out.push(0);
  return at;
}

/** Offsets count from where they are written. */
function patch(out: number[], at: number, target: number): void {
  word(target - at).forEach((byte, i) => {
    out[at + i] = byte;
  });
}

function word(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
}
