import type { PackedNames } from "./protocol.ts";

/** Packs names as UTF-8, to be transferred; half a million strings would take the page a tenth of a second. */
export function packNames(names: readonly string[]): PackedNames {
  const encoder = new TextEncoder();
  const offsets = new Uint32Array(names.length + 1);
  let bytes = new Uint8Array(1024);
  let used = 0;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    if (used + 3 * name.length > bytes.length) {
      const larger = new Uint8Array(2 * (used + 3 * name.length));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    used += encoder.encodeInto(name, bytes.subarray(used)).written;
    offsets[i + 1] = used;
  }
  return { bytes: bytes.slice(0, used), offsets };
}
