import {
  type AnnotationExport,
  type AnnotationExportFormat,
  type AnnotationImport,
  type CountsExportRequest,
  type LabelMaskRequest,
  readAnnotationFile,
  writeAnnotationFile,
} from "../../workers/annotation-client.ts";
import { invertAffine } from "../core/affine.ts";
import type { Annotation, AnnotationDocument, AnnotationFrame } from "../core/annotation.ts";
import { mapGeometry } from "../core/move-geometry.ts";
import type { PlaneMap } from "../core/plane-map.ts";
import { sameValue } from "../core/same-value.ts";
import { nextTask } from "../io/next-task.ts";
import { addAnnotations } from "../state/annotation-commands.ts";
import { documentStore, select } from "../state/document.ts";
import { annotationHistory } from "../state/history.ts";
import type { FramePlace } from "./annotation-stage.ts";

export type {
  AnnotationExportFormat,
  AnnotationImport,
  CountsExportRequest,
} from "../../workers/annotation-client.ts";

/** What a file's positions are, where it does not say so itself: `frame = scale · file + offset`. */
export interface ImportPlace {
  readonly frame: AnnotationFrame;
  readonly scale: number;
  readonly offset: readonly [x: number, y: number];
}

/** What became of a file. */
export interface ImportOutcome {
  readonly file: string;
  readonly format: string;
  /** Objects in the file; those now on the slide; those that were there already, to the last bit. */
  readonly found: number;
  readonly imported: number;
  readonly known: number;
  readonly lines: AnnotationImport["report"]["lines"];
}

/** Of a larger import nothing is selected: what is selected is joined, measured and counted at once. */
const SELECTED_AT_MOST = 100;

const identity: PlaneMap = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/** Brings annotations from files and to files. */
export class AnnotationExchange {
  readonly #place: () => FramePlace | null;
  readonly #entered: () => Promise<void>;

  /**
   * @param place where the document's frame lies on the slide on screen
   * @param entered resolves when that slide's document is there
   */
  constructor(place: () => FramePlace | null, entered: () => Promise<void>) {
    this.#place = place;
    this.#entered = entered;
  }

  /** Reads a file in a worker; nothing is on the slide yet, but what it would be put on is there. */
  async read(blob: Blob, name: string): Promise<AnnotationImport[]> {
    const [reads] = await Promise.all([readAnnotationFile(blob, name), this.#entered()]);
    return reads;
  }

  /** True when the file must be asked about: it does not say what its positions are, or the slide has no such frame. */
  asks({ frame }: AnnotationImport): boolean {
    const { frame: own } = annotationHistory.base;
    return frame === "unknown" || (frame !== own && own === "um");
  }

  /** Puts an import on the slide as one step. `place` is needed where `asks` says so. */
  async add(read: AnnotationImport, place: ImportPlace | null): Promise<ImportOutcome> {
    const { base } = annotationHistory;
    const map = this.#mapOf(read, place, base.frame);
    const moved = read.annotations.map((one) =>
      map === identity ? one : { ...one, geometry: mapGeometry(map, one.geometry) },
    );
    const { fresh, known } = withOwnIds(moved, base);
    if (fresh.length > 0) {
      await annotationHistory.runByParts(addAnnotations(base, fresh, "import"), nextTask);
      // Another slide may be in view meanwhile.
      const { annotations } = annotationHistory.base;
      const there = fresh.map(({ id }) => id).filter((id) => annotations.has(id));
      if (there.length > 0 && there.length <= SELECTED_AT_MOST) select(documentStore, there);
    }
    const { found, lines } = read.report;
    return { file: read.file, format: read.format, found, imported: fresh.length, known, lines };
  }

  /** Exact counts of regions as a table; in a worker. */
  writeCounts(request: CountsExportRequest): Promise<AnnotationExport> {
    return writeAnnotationFile(request);
  }

  /** All areas as a picture of labels, `downsample` image pixels to the side of one of its own; in a worker. */
  writeLabels(image: Omit<LabelMaskRequest, "format" | "annotations">): Promise<AnnotationExport> {
    const annotations = [...annotationHistory.base.annotations.values()];
    return writeAnnotationFile({ ...image, format: "labels.zip", annotations });
  }

  /** The annotations of these ids, or all, as a file; in a worker. */
  write(format: AnnotationExportFormat, ids?: ReadonlySet<string>): Promise<AnnotationExport> {
    const { annotations, frame } = annotationHistory.base;
    const place = this.#place();
    const toUm = (place && invertAffine(place.umToFrame)) ?? identity;
    const all = [...annotations.values()];
    const chosen = ids ? all.filter(({ id }) => ids.has(id)) : all;
    return writeAnnotationFile({ format, annotations: chosen, frame, toUm });
  }

  #mapOf({ frame }: AnnotationImport, place: ImportPlace | null, own: AnnotationFrame): PlaneMap {
    const asked = place ?? { frame: frame === "unknown" ? own : frame, scale: 1, offset: [0, 0] as const };
    const { scale, offset } = asked;
    const umToFrame = this.#place()?.umToFrame;
    const toOwn = asked.frame === "um" && own === "imagePx" && umToFrame ? umToFrame : identity;
    if (scale === 1 && offset[0] === 0 && offset[1] === 0) return toOwn;
    const { a, b, c, d, e, f } = toOwn;
    return {
      a: a * scale,
      b: b * scale,
      c: c * scale,
      d: d * scale,
      e: a * offset[0] + c * offset[1] + e,
      f: b * offset[0] + d * offset[1] + f,
    };
  }
}

/**
 * What is on the slide already, to the last bit, is not put there twice; what has an id that another annotation has
 * gets one of its own, and its children follow it.
 */
function withOwnIds(
  annotations: readonly Annotation[],
  { annotations: present }: AnnotationDocument,
): { readonly fresh: readonly Annotation[]; readonly known: number } {
  const ids = new Map<string, string>();
  const fresh: Annotation[] = [];
  for (const one of annotations) {
    const there = present.get(one.id);
    if (there && sameValue(there, one)) continue;
    if (there) ids.set(one.id, annotationHistory.newId());
    fresh.push(one);
  }
  const coming = new Set(fresh.map(({ id }) => id));
  return {
    fresh: fresh.map((one) => {
      const parent = one.parentId;
      const parentId = parent !== null && (coming.has(parent) || present.has(parent)) ? parent : null;
      return {
        ...one,
        id: ids.get(one.id) ?? one.id,
        parentId: parentId === null ? null : (ids.get(parentId) ?? parentId),
      };
    }),
    known: annotations.length - fresh.length,
  };
}
