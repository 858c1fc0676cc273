/** How a name matched, best first. `word` starts after a separator; `inside` anywhere; `scattered` in order. */
export type MatchRank = "exact" | "prefix" | "word" | "inside" | "scattered";

/** Names prepared for search: 60 000 of them answer a query in a few milliseconds. */
export interface NameIndex {
  /** Lower-cased names, by code. */
  readonly lower: readonly string[];
  /** (n,) which of 32 character classes occur in each name; a name without the query's is skipped unread. */
  readonly classes: Uint32Array;
}

/** Bit of a character's class: letters apart, digits in pairs, everything else together. */
function classBit(charCode: number): number {
  if (charCode >= 97 && charCode <= 122) return 1 << (charCode - 97);
  if (charCode >= 48 && charCode <= 57) return 1 << (26 + ((charCode - 48) >> 1));
  return 1 << 31;
}

function classesOf(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits |= classBit(text.charCodeAt(i));
  return bits >>> 0;
}

/** Prepares names (by gene code) for `searchNames`. O(total length), once per table. */
export function indexNames(names: readonly string[]): NameIndex {
  const lower = names.map((name) => name.toLowerCase());
  const classes = new Uint32Array(lower.length);
  for (let i = 0; i < lower.length; i++) classes[i] = classesOf(lower[i]!);
  return { lower, classes };
}

function isSeparator(charCode: number): boolean {
  const letter = charCode >= 97 && charCode <= 122;
  const digit = charCode >= 48 && charCode <= 57;
  return !(letter || digit || charCode > 127);
}

function startsWord(name: string, query: string, from: number): boolean {
  for (let at = from; at > 0; at = name.indexOf(query, at + 1)) {
    if (isSeparator(name.charCodeAt(at - 1))) return true;
  }
  return false;
}

function isScattered(name: string, query: string): boolean {
  let q = 0;
  for (let i = 0; i < name.length && q < query.length; i++) {
    if (name.charCodeAt(i) === query.charCodeAt(q)) q++;
  }
  return q === query.length;
}

/**
 * Codes of the names that match `query` (case ignored), best rank first; within a rank in the order of codes,
 * which for genes is descending abundance. An empty query gives every name.
 */
export function searchNames(index: NameIndex, query: string, limit = Number.POSITIVE_INFINITY): number[] {
  const needle = query.trim().toLowerCase();
  const { lower, classes } = index;
  if (needle === "") return Array.from({ length: Math.min(limit, lower.length) }, (_, code) => code);

  const ranks: number[][] = [[], [], [], [], []];
  const wanted = classesOf(needle);
  for (let code = 0; code < lower.length; code++) {
    if ((classes[code]! & wanted) >>> 0 !== wanted) continue;
    const name = lower[code]!;
    const at = name.indexOf(needle);
    let rank = 4;
    if (at === 0) rank = name.length === needle.length ? 0 : 1;
    else if (at > 0) rank = startsWord(name, needle, at) ? 2 : 3;
    else if (!isScattered(name, needle)) continue;
    ranks[rank]!.push(code);
  }
  const found = ranks.flat();
  return found.length > limit ? found.slice(0, limit) : found;
}

/** Rank of one name for a query; null when it does not match. */
export function rankName(name: string, query: string): MatchRank | null {
  const lower = name.toLowerCase();
  const needle = query.trim().toLowerCase();
  const at = lower.indexOf(needle);
  if (at === 0) return lower === needle ? "exact" : "prefix";
  if (at > 0) return startsWord(lower, needle, at) ? "word" : "inside";
  return isScattered(lower, needle) ? "scattered" : null;
}
