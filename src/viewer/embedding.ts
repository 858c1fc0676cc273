import type { Camera } from "../core/camera.ts";
import type { ErrorFacts } from "../core/errors.ts";
import type { BinShape, PickedRow } from "../core/expression.ts";
import type { EmbeddingRegions } from "./embedding-regions.ts";

/** What `window.centiscope.status()` reports. Plain JSON. */
export interface EmbeddingStatus {
  readonly mode: "none" | "bins" | "points" | "both";
  /** Side of the bins on screen, µm; null when none are drawn. */
  readonly binUm: number | null;
  readonly binShape: BinShape | null;
  /** True when bins stand in for transcripts because too many are in view. */
  readonly aggregated: boolean;
  /** Rows and molecules in view of what is drawn, exact; null while counting. */
  readonly rowsInView: number | null;
  readonly countInView: number | null;
  readonly percentShown: number;
  /** Selected gene names in order. */
  readonly genes: readonly string[];
  readonly loading: boolean;
  /** Open slides. */
  readonly slides: readonly {
    readonly id: string;
    readonly title: string;
    readonly active: boolean;
    readonly image: "idle" | "loading" | "ready" | "failed";
    readonly expression: "idle" | "loading" | "ready" | "failed";
    readonly question: "units" | "columns" | null;
    readonly errors: readonly ErrorFacts[];
  }[];
  /** Totals of the active slide's table, all rows. */
  readonly table: { readonly rows: number; readonly count: number; readonly genes: number } | null;
  /** Failures shown as notices, with the words in the user's language. */
  readonly errors: readonly { readonly code: string; readonly text: string }[];
}

/**
 * `window.centiscope`: what a page that embeds the viewer, a test or a console can do. Versioned by `version`:
 * within a major number, fields are added, never changed. See docs/EMBEDDING.md.
 */
export interface Embedding {
  readonly version: "1.0";
  /** Opens these addresses as one slide (image, expression and transform belong together). */
  open(urls: readonly string[]): Promise<void>;
  /** Opens a bundled sample. */
  openSample(id: string): Promise<void>;
  /** Resolves when nothing is loading and the picture shows the current state. */
  ready(): Promise<void>;
  status(): EmbeddingStatus;
  /** Undefined before a slide is shown. */
  camera(): Camera | undefined;
  /** Any part of a camera; the rest stays. Throws a `RangeError` for what is no place, scale or angle. */
  setCamera(camera: Partial<Camera>, options?: { readonly animate?: boolean }): void;
  /** Slide µm → CSS pixels of the viewer element; undefined before a slide is shown. */
  project(um: readonly [number, number]): [number, number] | undefined;
  /** CSS pixels of the viewer element → slide µm. */
  unproject(screenPx: readonly [number, number]): [number, number] | undefined;
  /** Replaces the selected genes. Names that the table lacks are returned. */
  select(genes: readonly string[]): string[];
  /** `off` draws every transcript when near. Throws a `RangeError` for any other size or shape. */
  setBin(um: number, shape: BinShape | "off"): void;
  /** The transcript nearest to a screen position within 8 px. */
  pick(screenPx: readonly [number, number]): Promise<PickedRow | undefined>;
  /** PNG of the picture with its scale bar. */
  screenshot(): Promise<Blob>;
  /** The annotations of the slide on screen. */
  readonly regions: EmbeddingRegions;
}

declare global {
  interface Window {
    centiscope?: Embedding;
  }
}
