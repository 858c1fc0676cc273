import type { Annotation, AnnotationFrame } from "../../core/annotation.ts";
import type { ImportReport } from "./import-report.ts";

export type AnnotationFormat =
  | "geojson"
  | "asap"
  | "aperio"
  | "halo"
  | "sectra"
  | "camelyon"
  | "xenium"
  | "napari"
  | "wkt"
  | "shapes";

/** The formats by the names that their users know. */
export const FORMAT_NAMES: Readonly<Record<AnnotationFormat, string>> = {
  geojson: "GeoJSON",
  asap: "ASAP XML",
  aperio: "Aperio ImageScope XML",
  halo: "HALO annotations",
  sectra: "Sectra JSON",
  camelyon: "CAMELYON JSON",
  xenium: "Xenium Explorer CSV",
  napari: "Napari CSV",
  wkt: "WKT CSV",
  shapes: "SpatialData shapes",
};

/**
 * What one file of annotations holds, in the file's own positions.
 *
 * `frame` says what they are. "unknown": the file does not say it, and nobody may guess; `suggestions` are what to
 * offer first when asking for unit, scale and offset. Positions are moved into a document's frame with `mapGeometry`.
 */
export interface AnnotationImport {
  readonly file: string;
  readonly format: AnnotationFormat;
  readonly frame: AnnotationFrame | "unknown";
  readonly suggestions: readonly FrameSuggestion[];
  /** In the file's order; parents need not come first. */
  readonly annotations: readonly Annotation[];
  readonly report: ImportReport;
}

export interface FrameSuggestion {
  readonly frame: AnnotationFrame;
  /** Units of `frame` in one unit of the file. */
  readonly scale: number;
  /** Why: the usual case of such files, what the file's own area or pixel size says. */
  readonly reason: "usual" | "measured";
}
