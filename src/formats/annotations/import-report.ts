import type { annotationFileMessages } from "../../core/messages/annotation-file.ts";

/** What became of part of a file: "kept" with a remark, "changed" so that it differs from the file, or "refused". */
export type ReportOutcome = "kept" | "changed" | "refused";

/** The message codes that a report may hold: the file's `import-…` messages, their params `file`, `count`, `first`. */
export type ReportCode = Extract<keyof typeof annotationFileMessages, `import-${string}`>;

export interface ReportLine {
  readonly outcome: ReportOutcome;
  readonly code: ReportCode;
  readonly count: number;
  /** Name or id of the first in question, at most 80 characters, as text. */
  readonly first: string;
}

/** What an import could not take over as it stood. An empty `lines` says that everything was. */
export interface ImportReport {
  readonly file: string;
  /** Objects in the file, and annotations that were made of them. */
  readonly found: number;
  readonly imported: number;
  readonly lines: readonly ReportLine[];
}

/** What each code says of the thing in question. */
const OUTCOMES: Readonly<Record<ReportCode, ReportOutcome>> = {
  "import-id-made": "kept",
  "import-id-repeated": "changed",
  "import-ring-open": "changed",
  "import-third-coordinate": "changed",
  "import-collection-member": "changed",
  "import-collection-split": "changed",
  "import-class-empty": "changed",
  "import-number-words": "kept",
  "import-metadata-text": "changed",
  "import-measurement-invalid": "changed",
  "import-null-member": "changed",
  "import-crs": "changed",
  "import-crossing": "kept",
  "import-no-area": "kept",
  "import-member-missing": "changed",
  "import-geometry-missing": "refused",
  "import-geometry-unknown": "refused",
  "import-position-invalid": "refused",
  "import-too-few-positions": "refused",
  "import-object-invalid": "refused",
  "import-hole-alone": "refused",
};

const MOST_SHOWN = 80;

/** Collects the lines of a report. */
export class ReportBuilder {
  found = 0;
  private readonly lines = new Map<ReportCode, { count: number; first: string }>();

  note(code: ReportCode, which: string, count = 1): void {
    const line = this.lines.get(code);
    if (line) line.count += count;
    else if (count > 0) this.lines.set(code, { count, first: shortened(which) });
  }

  finish(file: string, imported: number): ImportReport {
    const lines = [...this.lines].map(
      ([code, { count, first }]): ReportLine => ({ outcome: OUTCOMES[code], code, count, first }),
    );
    return { file, found: this.found, imported, lines };
  }
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= MOST_SHOWN ? text : `${characters.slice(0, MOST_SHOWN - 1).join("")}…`;
}
