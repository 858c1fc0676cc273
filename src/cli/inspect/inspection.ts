import type { ReaderWarning } from "../../core/table.ts";
import type { HostReport } from "./host-report.ts";

/** Figures of a table of transcripts; null where the file was not read to its end. */
export interface TableFigures {
  readonly file: string;
  readonly format: string;
  readonly version: string;
  readonly platform: string;
  readonly sizeBytes: number;
  readonly rows: number | null;
  /** Genes that have rows, and all that the file lists. */
  readonly genes: number | null;
  readonly genesListed: number | null;
  readonly controlFeatures: number | null;
  /** Sum of counts: molecules. */
  readonly totalCount: number | null;
  /** Smallest and largest position, in units. */
  readonly bounds: {
    readonly minX: number;
    readonly minY: number;
    readonly maxX: number;
    readonly maxY: number;
  } | null;
  readonly unit: "um" | "spot" | "px" | "unknown";
  /** Micrometres per unit; null when nobody says. */
  readonly unitUm: number | null;
  readonly unitSource: string;
  /** True when positions lie on an integer lattice, whose pitch the unit is. */
  readonly lattice: boolean;
  /** Columns beside position, gene and count. */
  readonly columns: readonly string[];
  readonly simulated: boolean;
  /** Bins of a GEF by size, with the rows of each. */
  readonly bins?: readonly { readonly size: number; readonly rows: number }[];
}

export interface ImageFigures {
  readonly file: string;
  readonly format: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly umPerPx: readonly [x: number, y: number] | null;
  readonly magnification: number | null;
  readonly levels: readonly {
    readonly widthPx: number;
    readonly heightPx: number;
    readonly tileWidthPx: number | null;
    readonly tileHeightPx: number | null;
  }[];
  readonly channels: readonly { readonly name: string; readonly range: readonly [number, number] | null }[];
}

/** What `inspect` finds; `--json` prints it as it is. */
export interface Inspection {
  readonly path: string;
  /** One line: what it is. */
  readonly what: string;
  readonly table: TableFigures | null;
  readonly images: readonly ImageFigures[];
  /** What else there is to say, in order: names and values. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  readonly host: HostReport | null;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** The part of an inspection that a kind of file fills. */
export interface Findings {
  readonly what: string;
  readonly table?: TableFigures;
  readonly images?: readonly ImageFigures[];
  readonly facts?: Inspection["facts"];
  readonly warnings?: readonly ReaderWarning[];
}
