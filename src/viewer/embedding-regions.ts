import type { Annotation, AnnotationFrame, Position } from "../core/annotation.ts";

/** What may be changed of an annotation from outside. */
export type RegionChange = Partial<
  Pick<
    Annotation,
    | "name"
    | "description"
    | "classification"
    | "color"
    | "locked"
    | "hidden"
    | "parentId"
    | "geometry"
    | "measurements"
    | "metadata"
  >
>;

export type RegionFormat = "geojson" | "geojson.gz" | "geojson.zip" | "xenium.csv" | "wkt.csv";

/** What the positions of an imported file are, where it does not say so: `frame = scale · file + offset`. */
export interface RegionImportOptions {
  readonly frame?: AnnotationFrame;
  readonly scale?: number;
  readonly offset?: readonly [x: number, y: number];
}

export interface RegionImportReport {
  readonly file: string;
  readonly format: string;
  /** Objects in the file; those now on the slide; those that were there already, to the last bit. */
  readonly found: number;
  readonly imported: number;
  readonly known: number;
  /** What could not be taken over as it stood: empty when everything was. */
  readonly lines: readonly {
    readonly outcome: "kept" | "changed" | "refused";
    readonly code: string;
    readonly count: number;
    readonly first: string;
  }[];
}

export interface RegionCount {
  /** Exact, of the rows that pass the filter. */
  readonly rows: number;
  readonly count: number;
  /** Molecules by gene name; genes that the region lacks are left out. */
  readonly genes: Readonly<Record<string, number>>;
}

export interface RegionsState {
  /** Of positions: pixels of the image, or slide µm where there is none. */
  readonly frame: AnnotationFrame;
  readonly selected: readonly string[];
  /** Labels of the steps that `undo` and `redo` would take; null: there is none. */
  readonly undo: string | null;
  readonly redo: string | null;
  /** `saved` only when the browser has confirmed that the last change is on the disk. */
  readonly saved: "saving" | "saved" | "failed";
}

/** The annotations of the slide on screen. Every change is one step that undo takes back, and is kept like any other. */
export interface EmbeddingRegions {
  /** In drawing order, bottom first. Plain JSON. */
  list(): Annotation[];
  state(): RegionsState;
  /**
   * Adds a GeoJSON Feature, FeatureCollection or geometry in the document's frame; returns the new ids. Waits for a slide
   * that is being opened; rejects when none is in view.
   */
  add(feature: object): Promise<string[]>;
  /** Throws when the id is unknown, or the outline of a locked one is to change. */
  update(id: string, patch: RegionChange): void;
  /** What lies in it stays. Throws when the id is unknown. */
  remove(id: string): void;
  /**
   * Reads any format that the interface reads; one report for each file in an archive. Rejects when a file does not
   * say what its positions are and `options.frame` does not either, and when no slide is in view.
   */
  import(content: string | Blob, options?: RegionImportOptions): Promise<RegionImportReport[]>;
  export(format: RegionFormat): Promise<Blob>;
  /** Exact, every gene; null when the slide has no expression or the annotation no area. */
  counts(id: string): Promise<RegionCount | null>;
  select(ids: readonly string[]): void;
  /** False when there was nothing. */
  undo(): boolean;
  redo(): boolean;
  /** Document position → slide µm, and back; undefined before a slide is shown. */
  toUm(at: Position): [x: number, y: number] | undefined;
  fromUm(um: Position): [x: number, y: number] | undefined;
  /** Called after each change of annotations, selection or saving. Returns the removal. */
  onChange(listener: () => void): () => void;
}
