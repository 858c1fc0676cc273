/**
 * A UUID (version 8, of our own making) of a text: equal texts have equal ids, so an object without an id of its own
 * is known again when its file is imported twice. 122 bits of a hash that is good against chance, not against intent.
 */
export function contentId(text: string): string {
  const lanes = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667];
  const primes = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    for (let k = 0; k < 4; k++) {
      const mixed = Math.imul(lanes[k]! ^ unit, primes[k]!);
      lanes[k] = ((mixed << 13) | (mixed >>> 19)) + lanes[(k + 1) & 3]!;
    }
  }
  const hex = lanes
    .map((lane, k) => {
      let h = lane ^ lanes[(k + 1) & 3]!;
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      return ((h ^ (h >>> 16)) >>> 0).toString(16).padStart(8, "0");
    })
    .join("");
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** True for what QuPath takes as an object's id. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
