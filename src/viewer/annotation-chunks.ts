import type { Annotation, AnnotationDocument, AnnotationGeometry, ClassEntry } from "../core/annotation.ts";
import { annotationBox } from "../core/annotation-box.ts";
import { annotationColor } from "../core/annotation-color.ts";
import { AnnotationList } from "../core/annotation-list.ts";
import { cornerCount } from "../core/annotation-parts.ts";
import { type AnnotationMesh, annotationMesh, type DrawnAnnotation } from "../layers/annotation-mesh.ts";
import { hasManyCorners, type OutlineDetails } from "./outline-details.ts";

/** Side of a cell before it is split, at least, as a power of two of the frame's units. */
const FIRST_LEVEL = 14;
/** And the least after. */
const LAST_LEVEL = 5;
/** A cell of more is split in four; so many are drawn together, and a change makes the arrays of no more anew. */
const MOST = 400;
/** So many annotations are put in their chunks at once; a smaller change does not wait for a larger one. */
export const PLACED_AT_ONCE = 2000;
/** Chunks are made until they have so many corners together; the rest waits for the next `update`. */
export const CORNERS_AT_ONCE = 12_000;

interface Chunk {
  readonly level: number;
  readonly members: Map<string, Annotation>;
  /** What is shown; of a stale chunk, what it was. */
  meshes: readonly AnnotationMesh[] | null;
  stale: boolean;
}

/** A square of the frame. What is too large for a quarter of it stays in it when it is split. */
interface Cell {
  readonly level: number;
  /** More than one only where no more can be split. */
  readonly chunks: Chunk[];
  split: boolean;
}

/** What is to be drawn. */
export interface DrawnDocument {
  readonly document: AnnotationDocument;
  /** Left out: a gesture shows them itself. */
  readonly omitted: readonly string[];
  /** Drawn with thick outlines. */
  readonly marked: ReadonlySet<string>;
}

/**
 * A document's annotations in chunks that are drawn at once: by place, a quadtree's cells, so that what is out of view
 * costs nothing, and by size, so that the large lie under the small. A change remakes its own chunk only, and a change of many is taken
 * in by parts: no task is longer than the making of `CORNERS_AT_ONCE` corners and one chunk.
 */
export class AnnotationChunks {
  readonly #details: OutlineDetails;
  readonly #placed = new Map<string, Chunk>();
  readonly #cells = new Map<string, Cell>();
  /** Ids of those that have changed and are not where they belong yet. */
  readonly #touched = new Set<string>();
  /** To be made: those that show something that is no longer so first. */
  readonly #stale = new Set<Chunk>();
  #list = AnnotationList.empty;
  #classes: readonly ClassEntry[] = [];
  #omitted: readonly string[] = [];
  #left: ReadonlySet<string> = new Set();
  #marked: ReadonlySet<string> = new Set();
  #meshes: readonly AnnotationMesh[] = [];
  /** More is made than `#meshes` has. */
  #advanced = false;

  constructor(details: OutlineDetails) {
    this.#details = details;
  }

  /** True while chunks wait for another `update`. */
  get pending(): boolean {
    return this.#touched.size + this.#stale.size > 0;
  }

  /**
   * The meshes of all that are not hidden nor omitted, large ones first, as far as they are made; the same array when
   * nothing changed. While `pending`, chunks show what they showed, or nothing.
   */
  update(drawn: DrawnDocument): readonly AnnotationMesh[] {
    if (this.#take(drawn)) this.#make();
    else if (!this.#advanced) return this.#meshes;
    this.#advanced = false;
    const chunks = [...this.#all()].filter(({ members, meshes }) => members.size > 0 && meshes);
    chunks.sort((a, b) => b.level - a.level);
    this.#meshes = chunks.flatMap(({ meshes }) => meshes ?? []);
    return this.#meshes;
  }

  /** The picture of an area of very many corners is there: `update` shows it. */
  detailed(geometry: AnnotationGeometry): void {
    for (const chunk of this.#all())
      for (const member of chunk.members.values()) if (member.geometry === geometry) this.#spoil(chunk);
    this.#advanced = true;
  }

  /** Makes a part of what is pending; `update` shows it. */
  advance(): void {
    this.#make();
  }

  #take({ document: { annotations, classes }, omitted, marked }: DrawnDocument): boolean {
    if (
      annotations === this.#list &&
      classes === this.#classes &&
      omitted === this.#omitted &&
      marked === this.#marked
    )
      return false;
    if (classes !== this.#classes) for (const chunk of this.#all()) this.#spoil(chunk);
    const { gone, come } = annotations.since(this.#list);
    const touched = new Set([...this.#omitted, ...omitted]);
    for (const { annotation } of [...gone, ...come]) touched.add(annotation.id);
    if (marked !== this.#marked) {
      for (const id of marked) if (!this.#marked.has(id)) touched.add(id);
      for (const id of this.#marked) if (!marked.has(id)) touched.add(id);
    }
    this.#list = annotations;
    this.#classes = classes;
    this.#omitted = omitted;
    this.#left = new Set(omitted);
    this.#marked = marked;
    if (touched.size <= PLACED_AT_ONCE) for (const id of touched) this.#place(id);
    else for (const id of touched) this.#touched.add(id);
    return true;
  }

  /** Puts an annotation where it belongs now, or takes it out. */
  #place(id: string): void {
    this.#touched.delete(id);
    this.#remove(id);
    const now = this.#left.has(id) ? undefined : this.#list.get(id);
    if (now && !now.hidden) this.#put(now);
  }

  #put(annotation: Annotation): void {
    const { x0, y0, x1, y1 } = annotationBox(annotation.geometry);
    const own = Math.max(LAST_LEVEL, Math.ceil(Math.log2(Math.max(1, x1 - x0, y1 - y0))));
    const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
    let level = Math.max(FIRST_LEVEL, own);
    let cell = this.#cellAt(x, y, level);
    while (cell.split && level > own) cell = this.#cellAt(x, y, --level);
    let chunk = cell.chunks.find(({ members }) => members.size < MOST);
    if (!chunk && !cell.split && level > LAST_LEVEL) {
      this.#split(cell);
      this.#put(annotation);
      return;
    }
    if (!chunk) {
      chunk = { level, members: new Map(), meshes: null, stale: false };
      cell.chunks.push(chunk);
    }
    chunk.members.set(annotation.id, annotation);
    this.#spoil(chunk);
    this.#placed.set(annotation.id, chunk);
  }

  #cellAt(x: number, y: number, level: number): Cell {
    const side = 2 ** level;
    const key = `${level}/${Math.floor(x / side)}/${Math.floor(y / side)}`;
    const cell = this.#cells.get(key) ?? { level, chunks: [], split: false };
    this.#cells.set(key, cell);
    return cell;
  }

  #split(cell: Cell): void {
    cell.split = true;
    for (const { members } of cell.chunks) {
      for (const annotation of [...members.values()]) {
        this.#remove(annotation.id);
        this.#put(annotation);
      }
    }
  }

  #remove(id: string): void {
    const chunk = this.#placed.get(id);
    if (!chunk) return;
    chunk.members.delete(id);
    this.#spoil(chunk);
    this.#placed.delete(id);
  }

  #spoil(chunk: Chunk): void {
    if (chunk.stale) return;
    chunk.stale = true;
    this.#stale.add(chunk);
  }

  *#all(): Generator<Chunk> {
    for (const { chunks } of this.#cells.values()) yield* chunks;
  }

  /** First what shows something that is no longer so, then what is not in its place yet, then what is not shown yet. */
  #make(): void {
    this.#advanced = true;
    const shown = [...this.#stale].filter(({ meshes }) => meshes !== null);
    const corners = this.#makeSome(shown, CORNERS_AT_ONCE);
    if (corners === 0) return;
    if (this.#touched.size === 0) this.#makeSome([...this.#stale], corners);
    else for (const id of [...this.#touched].slice(0, PLACED_AT_ONCE)) this.#place(id);
  }

  /** What is left of the corners. */
  #makeSome(chunks: readonly Chunk[], corners: number): number {
    let left = corners;
    for (const chunk of chunks) {
      if (left <= 0) return 0;
      for (const { geometry } of chunk.members.values()) left -= cost(geometry);
      chunk.meshes = chunk.members.size === 0 ? null : this.#meshesOf(chunk);
      chunk.stale = false;
      this.#stale.delete(chunk);
    }
    return Math.max(0, left);
  }

  #meshesOf({ members }: Chunk): AnnotationMesh[] {
    const drawn = Array.from(
      members.values(),
      (annotation): DrawnAnnotation => ({
        geometry: annotation.geometry,
        color: annotationColor(annotation, this.#classes),
        marked: this.#marked.has(annotation.id),
      }),
    );
    const large = drawn.filter(({ geometry }) => hasManyCorners(geometry));
    const rest = large.length > 0 ? drawn.filter((one) => !large.includes(one)) : drawn;
    return [...large.flatMap((one) => this.#details.meshes(one)), annotationMesh(rest)];
  }
}

/** Corners to be made into arrays here. */
function cost(geometry: AnnotationGeometry): number {
  return hasManyCorners(geometry) ? CORNERS_AT_ONCE : cornerCount(geometry);
}
