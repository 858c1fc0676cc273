import type { FoundPart, WorkerFile } from "../../workers/protocol.ts";
import type { Affine } from "../core/affine.ts";
import type { CentiscopeError } from "../core/errors.ts";
import type { ReaderWarning } from "../core/table.ts";
import type { ExpressionSource } from "../io/expression-source.ts";
import type { LoadProgress, SlideAnswer, SlideQuestion } from "../state/session.ts";
import type { OpenedImage } from "./image-open.ts";

/** One file of a slide, before anything is read. `path` is what the user knows it by. */
export type SlideFile = WorkerFile;

/** An image, a table or a store among a slide's files. `files` are its own, in the reader's order. */
export interface SlidePart {
  readonly name: string;
  readonly kind: FoundPart["kind"];
  readonly files: readonly SlideFile[];
  /** As `FoundPart` has it. */
  readonly alignment?: FoundPart["alignment"];
}

/** What was found among a slide's files, told by content. */
export interface Inspected {
  readonly image: SlidePart | null;
  readonly expression: SlidePart | null;
  readonly warnings: readonly ReaderWarning[];
}

/** A table or store that is open in workers, with what ties it to an image. */
export interface OpenedTable {
  readonly source: ExpressionSource;
  /** Micrometres per unit of the file; null when the user goes on without a scale. */
  readonly umPerUnit: number | null;
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  readonly unitIsImagePx: boolean;
  /** True when its rows were made up, by its own word. */
  readonly simulated: boolean;
  readonly warnings: readonly ReaderWarning[];
}

/** What a table's opening asks; whether the slide has an image is for the slide to say. */
export type TableQuestion =
  | Exclude<SlideQuestion, { readonly kind: "units" }>
  | Omit<Extract<SlideQuestion, { readonly kind: "units" }>, "hasImage">;

export interface OpenTableOptions {
  readonly signal: AbortSignal;
  /** What a sample's source states and its files do not; a unit of null is known to be unknown. */
  readonly units: { readonly umPerUnit?: number | null } | null;
  readonly onProgress: (progress: LoadProgress) => void;
  /** Called once when the open table's memory is lost with a worker: it must be read again. */
  readonly onLost?: (error: CentiscopeError) => void;
  /** Asks the user; rejects with the signal's reason when loading is cancelled meanwhile. */
  readonly ask: (question: TableQuestion) => Promise<SlideAnswer>;
  /** µm per pixel of the slide's image once it is open; null when it has none or does not say. */
  readonly imageUmPerPx: () => Promise<readonly [x: number, y: number] | null>;
}

/** How slides reach bytes and workers; handed to `Slides`, so that tests can stand in. */
export interface SlideIo {
  inspect(files: readonly SlideFile[], signal: AbortSignal): Promise<Inspected>;
  openImage(image: SlidePart, signal: AbortSignal): Promise<OpenedImage>;
  openTable(expression: SlidePart, options: OpenTableOptions): Promise<OpenedTable>;
}
