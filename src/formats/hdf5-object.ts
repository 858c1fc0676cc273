import type { Cursor, Hdf5Bytes } from "./hdf5-bytes.ts";

/** One message of an object header. `shared` bodies are the address of the header that holds the real one. */
export interface Hdf5Message {
  readonly type: number;
  readonly shared: boolean;
  readonly body: Cursor;
}

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** Real headers have dozens; a loop of continuations has no end. */
const MAX_MESSAGES = 20_000;

/** All messages of the object whose header stands at `address`, continuations followed (versions 1 and 2). */
export async function readMessages(file: Hdf5Bytes, address: number): Promise<Hdf5Message[]> {
  const head = await file.at(address, Math.min(64, file.size - file.base - address));
  const version2 = head.bytes[0] === 0x4f;
  const messages: Hdf5Message[] = [];
  const queue: { at: number; length: number; skip: number }[] = [];
  let creationOrder = false;
  if (version2) {
    head.expect("OHDR");
    if (head.u8() !== 2) throw head.corrupt("object header version");
    const flags = head.u8();
    creationOrder = (flags & 4) !== 0;
    if (flags & 32) head.skip(16);
    if (flags & 16) head.skip(4);
    const length = head.uint(1 << (flags & 3));
    queue.push({ at: address + head.position, length, skip: 0 });
  } else {
    if (head.u8() !== 1) throw head.corrupt("object header version");
    head.skip(7);
    queue.push({ at: address + 16, length: head.u32(), skip: 0 });
  }
  const seen = new Set<number>();
  for (let piece = queue.shift(); piece; piece = queue.shift()) {
    if (seen.has(piece.at)) throw head.corrupt("a header that continues in itself");
    seen.add(piece.at);
    const cursor = await file.at(piece.at, piece.length);
    if (piece.skip > 0) cursor.expect("OCHK");
    const least = version2 ? 4 : 8;
    // The last four bytes of a continuation are its checksum.
    const tail = piece.skip > 0 ? 4 : 0;
    while (cursor.left - tail >= least + (creationOrder ? 2 : 0)) {
      const type = version2 ? cursor.u8() : cursor.u16();
      const size = cursor.u16();
      const flags = cursor.u8();
      cursor.skip(version2 ? (creationOrder ? 2 : 0) : 3);
      const body = cursor.part(size);
      if (type === MESSAGE.continuation) {
        queue.push({ at: body.offset(), length: body.length(), skip: version2 ? 4 : 0 });
      } else if (type !== 0) messages.push({ type, shared: (flags & 2) !== 0, body });
      if (messages.length > MAX_MESSAGES) throw cursor.corrupt("too many header messages");
    }
  }
  return messages;
}

/** The body of a message, looked up in another object's header when it is shared. */
export async function unshared(file: Hdf5Bytes, message: Hdf5Message): Promise<Cursor> {
  const { body, shared, type } = message;
  if (!shared) return body;
  const version = body.u8();
  const kind = body.u8();
  if (version === 1) body.skip(6);
  if (version === 3 && kind === 1) throw body.corrupt("a message in the shared message heap");
  const found = (await readMessages(file, body.offset())).find((one) => one.type === type);
  if (!found || found.shared) throw body.corrupt("a shared message that is not there");
  return found.body;
}
