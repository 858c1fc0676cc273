import type { Annotation, AnnotationFrame } from "../src/core/annotation.ts";
import type { SentAnnotation } from "../src/core/packed-geometry.ts";
import type { PlaneMap } from "../src/core/plane-map.ts";
import type { AnnotationImport } from "../src/formats/annotations/annotation-import.ts";
import type { CountedRegion } from "../src/formats/annotations/counts-export.ts";
import type { Answer } from "./errors.ts";

/** What annotations can be written as. */
export type AnnotationExportFormat = "geojson" | "geojson.gz" | "geojson.zip" | "xenium.csv" | "wkt.csv";

export interface AnnotationExportRequest {
  readonly format: AnnotationExportFormat;
  readonly annotations: readonly Annotation[];
  readonly frame: AnnotationFrame;
  readonly toUm: PlaneMap;
}

/** Exact counts of regions, to be written as a table. */
export interface CountsExportRequest {
  readonly format: "counts.csv" | "counts.parquet";
  readonly genes: readonly string[];
  readonly regions: readonly CountedRegion[];
}

/** Areas as a picture of labels with the table of what they are, in one zip. */
export interface LabelMaskRequest {
  readonly format: "labels.zip";
  readonly title: string;
  readonly annotations: readonly Annotation[];
  /** Of the image at level 0. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly downsample: number;
  /** µm to the side of a level-0 pixel; null when nobody knows. */
  readonly umPerPx: number | null;
}

/** Files that were written before, in one zip. */
export interface FilesZipRequest {
  readonly format: "files.zip";
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export type AnnotationWriteRequest =
  | AnnotationExportRequest
  | CountsExportRequest
  | LabelMaskRequest
  | FilesZipRequest;

export interface AnnotationExport {
  /** Transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the format could not hold; all 0 for GeoJSON. */
  readonly leftOut: number;
  readonly filled: number;
  readonly parted: number;
}

/**
 * Annotations cross by parts, each in a message of its own: taking in 50 000 polygons at once keeps a page from
 * everything else for a second.
 */
export interface AnnotationWorkerApi {
  /** Reads a file and keeps what it holds; the answer has every read without its annotations, and their number. */
  read(
    blob: Blob,
    name: string,
  ): Promise<Answer<{ readonly read: AnnotationImport; readonly count: number }[]>>;
  /** The annotations of a read from the one of this index on, as many as go into a message. */
  take(read: number, from: number): Promise<readonly SentAnnotation[]>;
  /** Annotations that go before those of the request that is written next. */
  give(annotations: readonly SentAnnotation[]): Promise<void>;
  write(request: AnnotationWriteRequest): Promise<Answer<AnnotationExport>>;
}
