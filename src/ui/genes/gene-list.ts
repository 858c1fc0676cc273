/** What a pasted list holds, against a slide's genes. */
export interface GeneListReport {
  /** Names as the slide writes them, in the list's order, those that fit. */
  readonly found: readonly string[];
  /** As pasted, each once. */
  readonly notFound: readonly string[];
  /** Found, but past the room that is left. */
  readonly over: readonly string[];
}

/** Names of a text: separated by line ends, commas, semicolons, tabs or spaces; quotes dropped; each once. */
export function parseGeneList(text: string): string[] {
  const names = text
    .split(/[\s,;]+/)
    .map((name) => name.replace(/^["']+|["']+$/g, ""))
    .filter((name) => name !== "");
  return [...new Set(names)];
}

/**
 * Compares a list with a slide's gene names: exactly first, else ignoring case when that is unambiguous.
 * `room` is how many more genes may be selected; `selected` are already there and take no room.
 */
export function compareGeneList(
  list: readonly string[],
  names: readonly string[],
  selected: ReadonlySet<string>,
  room: number,
): GeneListReport {
  const exact = new Set(names);
  const folded = new Map<string, string | null>();
  for (const name of names) {
    const key = name.toLowerCase();
    folded.set(key, folded.has(key) ? null : name);
  }
  const found: string[] = [];
  const notFound: string[] = [];
  const over: string[] = [];
  let left = room;
  const seen = new Set<string>();
  for (const pasted of list) {
    const name = exact.has(pasted) ? pasted : folded.get(pasted.toLowerCase());
    if (!name) notFound.push(pasted);
    else if (!seen.has(name)) {
      seen.add(name);
      if (selected.has(name)) found.push(name);
      else if (left > 0) {
        left--;
        found.push(name);
      } else over.push(name);
    }
  }
  return { found, notFound, over };
}
