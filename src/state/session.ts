import { createStore } from "zustand/vanilla";
import type { ErrorFacts } from "../core/errors.ts";
import type {
  ExpressionInfo,
  FilterSummary,
  GeneTable,
  PickedRow,
  ValueHistogram,
} from "../core/expression.ts";
import type { Bounds } from "../core/space.ts";

export interface LoadProgress {
  /** i18n key of the stage: "reading", "sorting", "image". */
  readonly stage: "connecting" | "reading" | "sorting" | "image";
  /** 0–1; null when unknown. */
  readonly fraction: number | null;
  readonly rows: number | null;
  readonly etaSeconds: number | null;
}

/** A part (image or expression) of a slide, as the tray shows it. */
export type PartState =
  | { readonly status: "idle" }
  | { readonly status: "loading"; readonly progress: LoadProgress }
  | { readonly status: "ready" }
  | { readonly status: "failed"; readonly error: ErrorFacts };

/** What a slide needs to know from the user before it can be shown. */
export type SlideQuestion =
  | {
      /** Neither file says how large a unit is. */
      readonly kind: "units";
      readonly file: string;
      /** Extent of the coordinates, in the file's unit. */
      readonly extent: readonly [width: number, height: number];
      readonly suggestions: readonly { readonly umPerUnit: number; readonly reason: string }[];
      readonly hasImage: boolean;
    }
  | {
      readonly kind: "columns";
      readonly file: string;
      readonly names: readonly string[];
      /** First rows, as text. */
      readonly sample: readonly (readonly string[])[];
      readonly guess: ColumnRoles;
    };

/** Column names by role; null = not there. */
export interface ColumnRoles {
  readonly x: string | null;
  readonly y: string | null;
  readonly gene: string | null;
  readonly count: string | null;
  readonly qv: string | null;
  readonly cell: string | null;
}

export type SlideAnswer =
  | {
      readonly kind: "units";
      /** Null: the scale is not known; show units as they are. */
      readonly umPerUnit: number | null;
      /** The coordinates are level-0 pixels of the slide's image. */
      readonly asImagePx: boolean;
    }
  | { readonly kind: "columns"; readonly roles: ColumnRoles };

export interface ImageFacts {
  readonly name: string;
  readonly format: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly umPerPx: number | null;
  readonly magnification: number | null;
  readonly channelNames: readonly string[];
  readonly channels: readonly {
    readonly color: string;
    readonly limits: readonly [number, number];
    readonly dataRange: readonly [number, number];
  }[];
  readonly kind: "rgb" | "channels";
  readonly levels: number;
}

export interface SlideEntry {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly origin:
    | { readonly kind: "sample"; readonly sampleId: string; readonly urls: readonly string[] }
    | { readonly kind: "url"; readonly urls: readonly string[] }
    | { readonly kind: "files"; readonly names: readonly string[] };
  /** Picture for the tray: a URL of a preview or a data URL; null until there is one. */
  readonly previewUrl: string | null;
  readonly simulated: boolean;
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly image: PartState;
  readonly expression: PartState;
  readonly question: SlideQuestion | null;
  readonly warnings: readonly {
    readonly code: string;
    readonly params: Readonly<Record<string, string | number>>;
  }[];
  readonly imageFacts: ImageFacts | null;
  readonly expressionInfo: ExpressionInfo | null;
  readonly boundsUm: Bounds<"um"> | null;
  /**
   * False when nobody knows the size of a unit and the user chose to go on: one "µm" is then one unit of the
   * file, and the interface writes "px" (units) in place of µm, mm and magnifications.
   */
  readonly scaleKnown: boolean;
}

/** What the picture shows at this moment: the honest status line. */
export interface ViewStatus {
  /** `bins` aggregated; `points` each transcript drawn; `both` bins of one set under points of another; `none`. */
  readonly mode: "none" | "bins" | "points" | "both";
  /** Side of the bins on screen, µm (may be larger than asked when a bin would be under a pixel). */
  readonly binUm: number | null;
  readonly binShape: "square" | "hex" | null;
  /** True when bins stand in for transcripts because more are in view than can be drawn one by one. */
  readonly aggregated: boolean;
  /** Rows and molecules of what is drawn that lie in the view, exact; null while counting. */
  readonly rowsInView: number | null;
  readonly countInView: number | null;
  /** True when these are of the selected genes, false when of all. */
  readonly ofSelected: boolean;
  /** Of the molecules in view that pass the filter and belong to the shown genes: the share that the picture carries. 100 when nothing is pending. */
  readonly percentShown: number;
  readonly filtered: boolean;
  readonly smoothUm: number;
  readonly loading: boolean;
  /** What is still coming, of `bins`, `points`, `count` and `filter`, in that order and with spaces between; "" for nothing. */
  readonly coming: string;
  readonly error: ErrorFacts | null;
}

export interface BinLegend {
  readonly histogram: ValueHistogram;
  readonly binUm: number;
  readonly binAreaUm2: number;
  readonly shape: "square" | "hex";
  /** A ratio to all counts, for no gene is under it. */
  readonly isShare: boolean;
  /** Values at the ends of the colour scale after limits are applied. */
  readonly low: number;
  readonly high: number;
  readonly max: number;
  readonly nonEmpty: number;
  readonly count: number;
}

export interface TopGene {
  readonly code: number;
  readonly name: string;
  readonly count: number;
}

export interface Notice {
  readonly id: string;
  readonly level: "info" | "warning" | "error";
  readonly facts:
    | ErrorFacts
    | { readonly code: string; readonly params: Readonly<Record<string, string | number>> };
}

export interface SessionState {
  readonly slides: readonly SlideEntry[];
  readonly activeId: string | null;
  /** The active slide's genes; null until its expression is ready. */
  readonly genes: GeneTable | null;
  readonly filterSummary: FilterSummary | null;
  readonly status: ViewStatus;
  readonly legend: BinLegend | null;
  readonly hover: { readonly row: PickedRow; readonly screenPx: readonly [number, number] } | null;
  readonly pinned: { readonly row: PickedRow; readonly screenPx: readonly [number, number] } | null;
  /** Genes of the rows in view, most abundant first; null until asked for or while counting. */
  readonly topGenes: readonly TopGene[] | null;
  readonly notices: readonly Notice[];
  readonly dialog:
    | "none"
    | "keys"
    | "about"
    | "open-url"
    | "gene-list"
    | "messages"
    | "import-regions"
    | "region-history"
    | "compare-regions"
    | "recovery";
}

export const emptyStatus: ViewStatus = {
  mode: "none",
  binUm: null,
  binShape: null,
  aggregated: false,
  rowsInView: null,
  countInView: null,
  ofSelected: false,
  percentShown: 100,
  filtered: false,
  smoothUm: 0,
  loading: false,
  coming: "",
  error: null,
};

export const sessionStore = createStore<SessionState>()(() => ({
  slides: [],
  activeId: null,
  genes: null,
  filterSummary: null,
  status: emptyStatus,
  legend: null,
  hover: null,
  pinned: null,
  topGenes: null,
  notices: [],
  dialog: "none",
}));
export type SessionStore = typeof sessionStore;
