import type { AnnotationGeometry } from "../core/annotation.ts";
import { cornerCount } from "../core/annotation-parts.ts";
import type { OutlineLevel } from "../core/outline.ts";
import { type PackedArea, packArea } from "../core/packed-area.ts";
import type { Region } from "../core/region.ts";
import { type AnnotationMesh, type DrawnAnnotation, QUANTA_PER_UNIT } from "../layers/annotation-mesh.ts";
import { outlineMeshes, outlineOnlyMesh, standInMesh } from "../layers/outline-mesh.ts";

/** Triangulating more corners than these takes longer than a frame should. */
const MANY = 4096;

/** True for an area whose picture is made in a worker. */
export function hasManyCorners(geometry: AnnotationGeometry): boolean {
  return geometry.type === "area" && cornerCount(geometry) > MANY;
}

/**
 * The pictures of areas of very many corners, made elsewhere and kept as long as the geometry is: until one is there,
 * a coarse outline stands for it; where none can be made, the whole outline without a fill.
 */
export class OutlineDetails {
  readonly #make: (area: PackedArea, quantaPerUnit: number) => Promise<OutlineLevel[]>;
  readonly #onMade: (geometry: AnnotationGeometry) => void;
  readonly #known = new WeakMap<AnnotationGeometry, readonly OutlineLevel[] | "asked" | "failed">();
  /** As they were asked for last: the same ones again keep their buffers on the graphics card. */
  readonly #meshes = new WeakMap<
    AnnotationGeometry,
    { readonly look: string; readonly meshes: readonly AnnotationMesh[] }
  >();

  /** `onMade`: hears of each geometry whose picture is there now. */
  constructor(
    make: (area: PackedArea, quantaPerUnit: number) => Promise<OutlineLevel[]>,
    onMade: (geometry: AnnotationGeometry) => void,
  ) {
    this.#make = make;
    this.#onMade = onMade;
  }

  /** `passing`: the geometry is one of a gesture, gone with the next move, and not worth the making. */
  meshes(drawn: DrawnAnnotation, passing = false): readonly AnnotationMesh[] {
    const { geometry, color, marked = false } = drawn;
    const known = this.#known.get(geometry);
    if (known === "failed") return outlineOnlyMesh(drawn);
    if (known && known !== "asked") {
      const look = `${color} ${marked}`;
      const before = this.#meshes.get(geometry);
      if (before?.look === look) return before.meshes;
      const meshes = outlineMeshes(drawn, known);
      this.#meshes.set(geometry, { look, meshes });
      return meshes;
    }
    if (!known && !passing && geometry.type === "area") this.#ask(geometry, geometry.region);
    return standInMesh(drawn);
  }

  #ask(geometry: AnnotationGeometry, region: Region): void {
    this.#known.set(geometry, "asked");
    void this.#make(packArea(region), QUANTA_PER_UNIT)
      .catch(() => "failed" as const)
      .then((made) => {
        this.#known.set(geometry, made);
        this.#onMade(geometry);
      });
  }
}
