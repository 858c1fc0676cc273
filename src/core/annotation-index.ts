import type { Annotation } from "./annotation.ts";
import { annotationBox } from "./annotation-box.ts";
import { hitsAnnotation } from "./annotation-hit.ts";
import { AnnotationList, compareRanked, type RankedAnnotation } from "./annotation-list.ts";
import type { Box } from "./region.ts";

interface Placed {
  readonly entry: RankedAnnotation;
  readonly box: Box;
}

/** Cells of one size, by place. */
type Cells = Map<number, Placed[]>;

/** Smallest side of a cell: 2^6 of the document's units. */
const FIRST_LEVEL = 6;
/** Cells are numbered from −2^25 to 2^25 on each axis; what lies further out shares the last. */
const REACH = 2 ** 25;

/**
 * Finds annotations by place. Each lies in one cell of a grid: of the grid whose cells are just larger than its box,
 * at the box's corner of least x and y. So one edit is one cell out and one in, whatever else is on the slide, and
 * a question looks one cell further to the left and up than it asks for.
 */
export class AnnotationIndex {
  #list = AnnotationList.empty;
  readonly #levels = new Map<number, Cells>();

  /** Comes to stand for this list. Takes time in the number of changes since the last. */
  follow(list: AnnotationList): void {
    if (list === this.#list) return;
    const { gone, come } = list.since(this.#list);
    for (const entry of gone) this.#take(entry);
    for (const entry of come) this.#put(entry);
    this.#list = list;
  }

  /** Those whose box meets the closed box, in drawing order, bottom first. */
  in(box: Box): Annotation[] {
    const found = this.#meeting(box);
    if (found.length === this.#list.size) return Array.from(this.#list.values());
    if (found.length < this.#list.size / 8) return found.sort(compareRanked).map((one) => one.annotation);
    const wanted = new Set(found);
    const all: Annotation[] = [];
    for (const entry of this.#list.rankedValues()) if (wanted.has(entry)) all.push(entry.annotation);
    return all;
  }

  /** Those that are shown and that the point is in, or within `radius` of the outline of; topmost first. */
  at(x: number, y: number, radius: number): Annotation[] {
    const box = { x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius };
    return this.#meeting(box)
      .filter(({ annotation }) => !annotation.hidden && hitsAnnotation(annotation.geometry, x, y, radius))
      .sort((a, b) => compareRanked(b, a))
      .map(({ annotation }) => annotation);
  }

  #meeting(box: Box): RankedAnnotation[] {
    const found: RankedAnnotation[] = [];
    const look = (placed: readonly Placed[]): void => {
      for (const one of placed) if (meet(one.box, box)) found.push(one.entry);
    };
    for (const [level, cells] of this.#levels) {
      const [x0, y0] = [cellOf(box.x0, level) - 1, cellOf(box.y0, level) - 1];
      const [x1, y1] = [cellOf(box.x1, level), cellOf(box.y1, level)];
      if (!((x1 - x0 + 1) * (y1 - y0 + 1) <= cells.size)) for (const placed of cells.values()) look(placed);
      else for (let i = x0; i <= x1; i++) for (let j = y0; j <= y1; j++) look(cells.get(keyOf(i, j)) ?? []);
    }
    return found;
  }

  #put(entry: RankedAnnotation): void {
    const box = annotationBox(entry.annotation.geometry);
    const [level, key] = placeOf(box);
    const cells: Cells = this.#levels.get(level) ?? new Map();
    this.#levels.set(level, cells);
    const placed = cells.get(key);
    if (placed) placed.push({ entry, box });
    else cells.set(key, [{ entry, box }]);
  }

  #take(entry: RankedAnnotation): void {
    const [level, key] = placeOf(annotationBox(entry.annotation.geometry));
    const cells = this.#levels.get(level)!;
    const rest = cells.get(key)!.filter((one) => one.entry !== entry);
    if (rest.length > 0) cells.set(key, rest);
    else if (cells.size > 1) cells.delete(key);
    else this.#levels.delete(level);
  }
}

function placeOf({ x0, y0, x1, y1 }: Box): readonly [level: number, key: number] {
  const side = Math.max(x1 - x0, y1 - y0);
  let level = side > 2 ** FIRST_LEVEL ? Math.floor(Math.log2(side)) : FIRST_LEVEL;
  // The logarithm is rounded, and no annotation may be larger than its cell.
  while (2 ** level < side) level++;
  return [level, keyOf(cellOf(x0, level), cellOf(y0, level))];
}

function cellOf(position: number, level: number): number {
  return Math.min(REACH, Math.max(-REACH, Math.floor(position / 2 ** level)));
}

function keyOf(i: number, j: number): number {
  return (i + REACH + 1) * (2 * REACH + 2) + (j + REACH + 1);
}

function meet(a: Box, b: Box): boolean {
  return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}
