import { invertAffine } from "../../core/affine.ts";
import type { Annotation, AnnotationGeometry, AnnotationPatch, Position } from "../../core/annotation.ts";
import { annotationBox } from "../../core/annotation-box.ts";
import { joinPatches } from "../../core/annotation-patch.ts";
import { mapGeometry, mirrorAt, moveByUm, turnAbout } from "../../core/move-geometry.ts";
import type { PlaneMap } from "../../core/plane-map.ts";
import type { Region } from "../../core/region.ts";
import { type BooleanOperation, regionBoolean, uniteRegions } from "../../geometry/region-boolean.ts";
import { fillHoles } from "../../geometry/region-clean.ts";
import { marginBands } from "../../geometry/region-margins.ts";
import { repairRegion } from "../../geometry/region-repair.ts";
import { simplifyRegion } from "../../geometry/region-simplify.ts";
import { splitRegion } from "../../geometry/region-split.ts";
import { resolveHierarchy } from "../../geometry/resolve-hierarchy.ts";
import {
  addAnnotations,
  editAnnotations,
  removeAnnotations,
  replaceGeometries,
} from "../../state/annotation-commands.ts";
import { documentStore, select } from "../../state/document.ts";
import { annotationHistory } from "../../state/history.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { selectedAnnotations } from "./region-actions.ts";

type Area = Annotation & { readonly geometry: Extract<AnnotationGeometry, { type: "area" }> };

const isArea = (one: Annotation): one is Area => one.geometry.type === "area";

/** The selected areas that are not locked, in the order selected. */
export function selectedAreas(): readonly Area[] {
  return selectedAnnotations()
    .filter(isArea)
    .filter(({ locked }) => !locked);
}

function areaOf(region: Region): AnnotationGeometry {
  return { type: "area", region, shape: "polygon" };
}

/** As one step, and selects what is left of it. */
function run(label: string, first: AnnotationPatch, second: AnnotationPatch, ids: readonly string[]): void {
  annotationHistory.run(joinPatches(label, first, second));
  select(documentStore, ids);
}

/**
 * The first of the selected areas becomes the union with, the rest without, or the part in common with all others,
 * which go. Where nothing is left of it, it goes too.
 */
export function combineSelected(operation: Exclude<BooleanOperation, "exclude">): void {
  const [first, ...others] = selectedAreas();
  if (!first || others.length === 0) return;
  const regions = others.map(({ geometry }) => geometry.region);
  const region =
    operation === "intersect"
      ? regions.reduce((left, one) => regionBoolean("intersect", left, one), first.geometry.region)
      : regionBoolean(operation, first.geometry.region, uniteRegions(regions));
  const { base } = annotationHistory;
  const left = region.length > 0;
  const gone = others.map(({ id }) => id);
  run(
    operation,
    left
      ? replaceGeometries(base, operation, new Map([[first.id, areaOf(region)]]))
      : removeAnnotations(base, [first.id], "keep"),
    removeAnnotations(base, gone, "keep"),
    left ? [first.id] : [],
  );
}

/** A new outline for each selected area; one of which nothing is left stays as it is. */
function reshape(label: string, shape: (region: Region) => Region): void {
  const geometries = new Map<string, AnnotationGeometry>();
  for (const { id, geometry } of selectedAreas()) {
    const region = shape(geometry.region);
    if (region.length > 0) geometries.set(id, areaOf(region));
  }
  annotationHistory.run(replaceGeometries(annotationHistory.base, label, geometries));
}

/** Leaves out corners that a screen pixel at this zoom would not show. */
export function simplifySelected(centiscope: Centiscope): void {
  const tolerance = centiscope.annotationStage.unitsPerPx() ?? 1;
  reshape("simplify", (region) => simplifyRegion(region, tolerance));
}

/** Outlines that cross themselves are resolved into parts and holes that cover the same places: counts stay the same. */
export const repairSelected = (): void => reshape("repair", (region) => repairRegion(region).region);

export const fillSelectedHoles = (): void => reshape("fill-holes", fillHoles);

/** Each selected area becomes the pieces that the line cuts it into; the first piece keeps its id. */
export function splitSelected(line: readonly Position[]): void {
  const { base } = annotationHistory;
  const geometries = new Map<string, AnnotationGeometry>();
  const pieces: Annotation[] = [];
  for (const area of selectedAreas()) {
    const [first, ...rest] = splitRegion(area.geometry.region, line);
    if (!first || rest.length === 0) continue;
    geometries.set(area.id, areaOf(first));
    for (const region of rest)
      pieces.push({ ...area, id: annotationHistory.newId(), geometry: areaOf(region), measurements: {} });
  }
  if (geometries.size === 0) return;
  run("split", replaceGeometries(base, "split", geometries), addAnnotations(base, pieces, "split"), [
    ...geometries.keys(),
    ...pieces.map(({ id }) => id),
  ]);
}

/** Bands along the edges of the selected areas, outside (or inside, where the width is negative), nearest first. */
export function addMargins(widthUm: number, count: number, name: string, centiscope: Centiscope): void {
  const { place } = centiscope.annotationStage;
  const toUm = place && invertAffine(place.umToFrame);
  if (!toUm) return;
  const made = selectedAreas().flatMap((area) =>
    marginBands(area.geometry.region, toUm, widthUm, count).flatMap((region, i): Annotation[] => {
      if (region.length === 0) return [];
      const [from, to] = [i * Math.abs(widthUm), (i + 1) * Math.abs(widthUm)];
      return [
        {
          ...area,
          id: annotationHistory.newId(),
          geometry: areaOf(region),
          name: `${name} ${from}–${to} µm`,
          description: null,
          measurements: {},
          metadata: {},
          extra: {},
        },
      ];
    }),
  );
  if (made.length === 0) return;
  annotationHistory.run(addAnnotations(annotationHistory.base, made, "margins"));
  select(
    documentStore,
    made.map(({ id }) => id),
  );
}

/** What is done to all that is selected as one body, by exact numbers. */
export type Transform =
  | { readonly kind: "move"; readonly dxUm: number; readonly dyUm: number }
  | { readonly kind: "turn"; readonly degrees: number }
  | { readonly kind: "mirror"; readonly across: "leftRight" | "upDown" };

/** Moves the selected annotations, or turns or mirrors them about the middle of their common box. */
export function transformSelected(transform: Transform, centiscope: Centiscope): void {
  const { place } = centiscope.annotationStage;
  const toUm = place && invertAffine(place.umToFrame);
  const chosen = selectedAnnotations().filter(({ locked }) => !locked);
  if (!toUm || chosen.length === 0) return;
  const map = mapOf(transform, toUm, chosen);
  const geometries = new Map(chosen.map(({ id, geometry }) => [id, mapGeometry(map, geometry)]));
  const label = transform.kind === "move" ? "move" : "transform";
  annotationHistory.run(replaceGeometries(annotationHistory.base, label, geometries));
}

function mapOf(transform: Transform, toUm: PlaneMap, chosen: readonly Annotation[]): PlaneMap {
  if (transform.kind === "move") return moveByUm(toUm, transform.dxUm, transform.dyUm);
  const boxes = chosen.map(({ geometry }) => annotationBox(geometry));
  const middle = (low: number[], high: number[]): number => (Math.min(...low) + Math.max(...high)) / 2;
  const centre: Position = [
    middle(
      boxes.map(({ x0 }) => x0),
      boxes.map(({ x1 }) => x1),
    ),
    middle(
      boxes.map(({ y0 }) => y0),
      boxes.map(({ y1 }) => y1),
    ),
  ];
  return transform.kind === "turn"
    ? turnAbout(toUm, centre, transform.degrees)
    : mirrorAt(toUm, centre, transform.across);
}

/** Puts every annotation into the smallest area that holds all of it, as QuPath's "Resolve hierarchy" does. */
export function nestByPlace(): void {
  const { base } = annotationHistory;
  const parents = resolveHierarchy([...base.annotations.values()]);
  const nest = (one: Annotation): Annotation => ({ ...one, parentId: parents.get(one.id) ?? null });
  annotationHistory.run(editAnnotations(base, "parent", base.annotations.keys(), nest));
}
