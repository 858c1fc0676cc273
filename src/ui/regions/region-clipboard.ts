import { composeAffine, invertAffine } from "../../core/affine.ts";
import type { Annotation } from "../../core/annotation.ts";
import { annotationBox } from "../../core/annotation-box.ts";
import { moveGeometry } from "../../core/annotation-corners.ts";
import { mapGeometry } from "../../core/move-geometry.ts";
import type { PlaneMap } from "../../core/plane-map.ts";
import { addAnnotations } from "../../state/annotation-commands.ts";
import { documentStore, select } from "../../state/document.ts";
import { annotationHistory } from "../../state/history.ts";
import { sessionStore } from "../../state/session.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { selectedAnnotations } from "./region-actions.ts";

interface Clipboard {
  readonly annotations: readonly Annotation[];
  readonly slideId: string | null;
  /** Their frame → µm where the slide's scale is known, else null: then a unit is a unit. */
  readonly toUm: PlaneMap | null;
}

let clipboard: Clipboard = { annotations: [], slideId: null, toUm: null };

/** Pasted annotations lie so far from their originals, CSS px, that one sees both. */
const PASTE_PX = 24;

export function copySelected(centiscope: Centiscope): void {
  clipboard = {
    annotations: selectedAnnotations(),
    slideId: sessionStore.getState().activeId,
    toUm: scaledToUm(centiscope),
  };
}

export const canPaste = (): boolean => clipboard.annotations.length > 0;

/**
 * Puts copies above all and selects them, as one step: on the slide that they come from beside the originals (copies
 * of copies go on in the same direction), on another one in the middle of the view, as large in µm as they were where
 * both scales are known.
 */
export function paste(centiscope: Centiscope): void {
  const { annotations, slideId } = clipboard;
  const geometries =
    slideId === sessionStore.getState().activeId ? beside(centiscope) : elsewhere(centiscope);
  if (!geometries) return;
  const copies = annotations.map((one, i) => ({
    ...one,
    id: annotationHistory.newId(),
    parentId: null,
    locked: false,
    measurements: {},
    geometry: geometries[i]!,
  }));
  annotationHistory.run(addAnnotations(annotationHistory.base, copies, "paste"));
  select(
    documentStore,
    copies.map(({ id }) => id),
  );
  clipboard = {
    annotations: copies,
    slideId: sessionStore.getState().activeId,
    toUm: scaledToUm(centiscope),
  };
}

type Geometries = readonly Annotation["geometry"][];

function beside(centiscope: Centiscope): Geometries {
  const step = PASTE_PX * (centiscope.annotationStage.unitsPerPx() ?? 1);
  return clipboard.annotations.map(({ geometry }) => moveGeometry(geometry, step, step));
}

function elsewhere(centiscope: Centiscope): Geometries | null {
  const view = centiscope.annotationStage.viewBox();
  if (!view) return null;
  const { annotations, toUm } = clipboard;
  return placedAt(
    annotations.map(({ geometry }) => geometry),
    sizeKept(toUm, scaledToUm(centiscope)),
    [(view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2],
  );
}

/** The map from one document's frame to another's that keeps sizes in µm; units where one scale is unknown. */
export function sizeKept(fromToUm: PlaneMap | null, toToUm: PlaneMap | null): PlaneMap {
  const back = toToUm && invertAffine(toToUm);
  if (!fromToUm || !back) return { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
  return composeAffine(back, fromToUm);
}

/** Geometries mapped, then moved together so that the middle of their common box lies at a place. */
export function placedAt(geometries: Geometries, map: PlaneMap, at: readonly [number, number]): Geometries {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const geometry of geometries) {
    const box = annotationBox(mapGeometry(map, geometry));
    [x0, y0] = [Math.min(x0, box.x0), Math.min(y0, box.y0)];
    [x1, y1] = [Math.max(x1, box.x1), Math.max(y1, box.y1)];
  }
  const [dx, dy] = [at[0] - (x0 + x1) / 2, at[1] - (y0 + y1) / 2];
  return geometries.map((geometry) => mapGeometry({ ...map, e: map.e + dx, f: map.f + dy }, geometry));
}

function scaledToUm({ annotationStage: { place } }: Centiscope): PlaneMap | null {
  return place?.scaleKnown ? (invertAffine(place.umToFrame) ?? null) : null;
}
