/** Strings as Zarr's `vlen-utf8` codec packs them: how many (uint32), then for each its bytes' length and bytes. */
export function packStrings(strings: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const encoded = strings.map((text) => encoder.encode(text));
  const out = new Uint8Array(4 + encoded.reduce((sum, bytes) => sum + 4 + bytes.length, 0));
  const view = new DataView(out.buffer);
  view.setUint32(0, encoded.length, true);
  let at = 4;
  for (const bytes of encoded) {
    view.setUint32(at, bytes.length, true);
    out.set(bytes, at + 4);
    at += 4 + bytes.length;
  }
  return out;
}

/** The strings of a chunk; undefined when its lengths do not add up to `count` strings and all the bytes. */
export function unpackStrings(bytes: Uint8Array, count: number): string[] | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== count) return undefined;
  const decoder = new TextDecoder();
  const strings: string[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) return undefined;
    strings.push(decoder.decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  return at === bytes.length ? strings : undefined;
}
