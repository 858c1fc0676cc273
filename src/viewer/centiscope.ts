import type { Camera } from "../core/camera.ts";
import type { ErrorFacts } from "../core/errors.ts";
import type { RegionSums } from "../core/expression.ts";
import type { Region } from "../core/region.ts";
import type { RegionOptions } from "../io/expression-source.ts";
import type { SlideAnswer } from "../state/session.ts";
import type { AnnotationExchange } from "./annotation-exchange.ts";
import type { AnnotationKeeper } from "./annotation-keeper.ts";
import type { AnnotationStage } from "./annotation-stage.ts";

/** One card of the start page: an entry of `samples/index.json`, read at run time. */
export interface SampleCard {
  readonly id: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly subtitle: { readonly en: string; readonly zh: string };
  readonly description: { readonly en: string; readonly zh: string };
  readonly previewUrl: string;
  readonly licence: string;
  readonly attribution: string;
  readonly simulated: boolean;
}

/** Files as a drop, a picker or a folder gives them; `path` is relative to what was dropped. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/** Live camera, for what follows it without React: scale bar, readout, dial, minimap. */
export type CameraListener = (camera: Camera) => void;
/** Slide µm under the pointer; null when it left the picture. */
export type CursorListener = (
  at: {
    readonly xUm: number;
    readonly yUm: number;
    readonly xImagePx: number | null;
    readonly yImagePx: number | null;
  } | null,
) => void;

/** What the interface can ask of the viewer. Panels dispatch here; the stores tell what came of it. */
export interface Centiscope {
  samples(): Promise<readonly SampleCard[]>;
  openSample(id: string): Promise<void>;
  openFiles(files: readonly DroppedFile[]): Promise<void>;
  openUrls(urls: readonly string[]): Promise<void>;
  /** Stops what loads for this slide; the entry stays, with Retry. */
  cancel(slideId: string): void;
  retry(slideId: string): Promise<void>;
  answer(slideId: string, answer: SlideAnswer): Promise<void>;
  activate(slideId: string): Promise<void>;
  closeSlide(slideId: string): void;

  /** What keeps the annotations of the slide in view. Fetched when first asked for. */
  annotations(): Promise<AnnotationKeeper>;

  /** The element that the picture fills; called once by the stage component. Returns the teardown. */
  mount(stage: HTMLElement, minimap: HTMLElement): () => void;
  /** Brings annotations from files and to files. */
  readonly exchange: AnnotationExchange;
  /** The picture as tools see it. */
  readonly annotationStage: AnnotationStage;
  camera(): Camera | null;
  setCamera(camera: Partial<Camera>, options?: { readonly animate?: boolean }): void;
  /** Slide µm → CSS pixels of the stage; null while nothing is shown. */
  project(um: readonly [x: number, y: number]): readonly [x: number, y: number] | null;
  onCamera(listener: CameraListener): () => void;
  onCursor(listener: CursorListener): () => void;
  fit(): void;
  zoomBy(factor: number): void;
  /** Screen pixels. */
  panBy(dxPx: number, dyPx: number): void;
  rotateBy(degrees: number): void;
  flip(): void;
  setMagnification(times: number): void;
  /** One image pixel (or one lattice spot) = one CSS pixel; null when neither exists. */
  oneToOneUmPerPx(): number | null;

  /**
   * Rows and molecules of every gene in a region of the document's frame, exact, of the rows that pass the filter;
   * null when the slide has no expression.
   */
  countRegion(region: Region, options?: RegionOptions): Promise<RegionSums | null>;
  /** Counts the genes of the rows in view into `session.topGenes`. */
  countTopGenes(): Promise<void>;
  screenshot(): Promise<Blob>;
  /** The link that reproduces what is on screen; null when the data came from files on this machine. */
  link(): string | null;
  /** Shows a failure. */
  notify(facts: ErrorFacts): void;
  dismissNotice(id: string): void;
}
