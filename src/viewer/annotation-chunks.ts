import type { Annotation, AnnotationDocument, ClassEntry } from "../core/annotation.ts";
import { annotationBox } from "../core/annotation-box.ts";
import { annotationColor } from "../core/annotation-color.ts";
import { AnnotationList } from "../core/annotation-list.ts";
import { type AnnotationMesh, annotationMesh } from "../layers/annotation-mesh.ts";

/** Smallest side of a cell, as a power of two of the frame's units; small annotations of a cell are drawn together. */
const LEAST_LEVEL = 14;
/** A change makes the arrays of so many annotations anew, at most. */
const MOST = 800;

interface Chunk {
  readonly level: number;
  readonly members: Map<string, Annotation>;
  mesh: AnnotationMesh | null;
}

/**
 * A document's annotations in chunks that are drawn at once: by place, so that what is out of view costs nothing, and
 * by size, so that the large lie under the small. A change remakes its own chunk only.
 */
export class AnnotationChunks {
  readonly #placed = new Map<string, Chunk>();
  readonly #cells = new Map<string, Chunk[]>();
  #list = AnnotationList.empty;
  #classes: readonly ClassEntry[] = [];
  #omitted: readonly string[] = [];
  #meshes: readonly AnnotationMesh[] = [];

  /** The meshes of all that are not hidden nor omitted, large ones first; the same array when nothing changed. */
  update(
    { annotations, classes }: AnnotationDocument,
    omitted: readonly string[],
  ): readonly AnnotationMesh[] {
    if (annotations === this.#list && classes === this.#classes && omitted === this.#omitted)
      return this.#meshes;
    if (classes !== this.#classes) for (const chunk of this.#all()) chunk.mesh = null;
    const { gone, come } = annotations.since(this.#list);
    const touched = new Set([...this.#omitted, ...omitted]);
    for (const { annotation } of [...gone, ...come]) touched.add(annotation.id);
    const left = new Set(omitted);
    for (const id of touched) {
      this.#take(id);
      const now = left.has(id) ? undefined : annotations.get(id);
      if (now && !now.hidden) this.#put(now);
    }
    this.#list = annotations;
    this.#classes = classes;
    this.#omitted = omitted;
    this.#meshes = this.#draw();
    return this.#meshes;
  }

  #put(annotation: Annotation): void {
    const { x0, y0, x1, y1 } = annotationBox(annotation.geometry);
    const size = Math.max(1, x1 - x0, y1 - y0);
    const level = Math.max(LEAST_LEVEL, Math.ceil(Math.log2(size)));
    const side = 2 ** level;
    const key = `${level}/${Math.floor((x0 + x1) / 2 / side)}/${Math.floor((y0 + y1) / 2 / side)}`;
    const cell = this.#cells.get(key) ?? [];
    this.#cells.set(key, cell);
    let chunk = cell.find(({ members }) => members.size < MOST);
    if (!chunk) {
      chunk = { level, members: new Map(), mesh: null };
      cell.push(chunk);
    }
    chunk.members.set(annotation.id, annotation);
    chunk.mesh = null;
    this.#placed.set(annotation.id, chunk);
  }

  #take(id: string): void {
    const chunk = this.#placed.get(id);
    if (!chunk) return;
    chunk.members.delete(id);
    chunk.mesh = null;
    this.#placed.delete(id);
  }

  *#all(): Generator<Chunk> {
    for (const cell of this.#cells.values()) yield* cell;
  }

  #draw(): readonly AnnotationMesh[] {
    const chunks = [...this.#all()].filter(({ members }) => members.size > 0);
    chunks.sort((a, b) => b.level - a.level);
    return chunks.map((chunk) => {
      chunk.mesh ??= annotationMesh(
        Array.from(chunk.members.values(), (annotation) => ({
          geometry: annotation.geometry,
          color: annotationColor(annotation, this.#classes),
        })),
      );
      return chunk.mesh;
    });
  }
}
