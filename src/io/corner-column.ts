import type { Annotation, AnnotationGeometry } from "../core/annotation.ts";
import { isHeavy, type PackedGeometry, packGeometry, unpacked } from "../core/packed-geometry.ts";

/** In the place of an outline of very many corners: where in the column its own begin, and where its rings end. */
interface Reference extends Pick<PackedGeometry, "type" | "shape"> {
  readonly from: number;
  readonly ringEnds: readonly number[];
  readonly polygonEnds: readonly number[];
}

export type KeptAnnotation = Omit<Annotation, "geometry"> & {
  readonly geometry: AnnotationGeometry | Reference;
};

/** The corners of outlines of very many, one after the other. As JSON they take thirty times as long. */
export class CornerColumn {
  readonly #parts: Float64Array[] = [];
  /** Corners. */
  length = 0;

  /** The annotation with a reference, where its corners are very many. */
  keep(annotation: Annotation): KeptAnnotation {
    if (!isHeavy(annotation.geometry)) return annotation;
    const { type, shape, packed } = packGeometry(annotation.geometry);
    const from = this.length;
    this.#parts.push(packed.corners);
    this.length += packed.corners.length / 2;
    const [ringEnds, polygonEnds] = [[...packed.ringEnds], [...packed.polygonEnds]];
    return { ...annotation, geometry: { type, shape, from, ringEnds, polygonEnds } };
  }

  /** (2·n,) x and y of each. */
  joined(): Float64Array<ArrayBuffer> {
    const corners = new Float64Array(2 * this.length);
    let at = 0;
    for (const part of this.#parts) {
      corners.set(part, at);
      at += part.length;
    }
    return corners;
  }
}

/**
 * The annotation that was kept, with a `pause` after every few milliseconds' worth of corners.
 * @throws RangeError when the column has fewer corners than it refers to
 */
export async function withCorners(
  annotation: KeptAnnotation,
  column: Float64Array<ArrayBuffer>,
  pause: () => Promise<void>,
): Promise<Annotation> {
  const { geometry } = annotation;
  if (!("from" in geometry)) return { ...annotation, geometry };
  const { type, shape, from } = geometry;
  const [ringEnds, polygonEnds] = [
    Uint32Array.from(geometry.ringEnds),
    Uint32Array.from(geometry.polygonEnds),
  ];
  const end = 2 * (from + (ringEnds.at(-1) ?? 0));
  if (end > column.length) throw new RangeError("fewer corners than are referred to");
  const packed = { corners: column.subarray(2 * from, end), ringEnds, polygonEnds };
  return { ...annotation, geometry: await unpacked({ type, shape, packed }, pause) };
}
