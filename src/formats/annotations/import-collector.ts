import type { Annotation, AnnotationGeometry } from "../../core/annotation.ts";
import { ringContacts } from "../../core/ring-contacts.ts";
import { ringArea } from "../../core/ring-measure.ts";
import { MOST_FAR } from "../../geometry/clip-grid.ts";
import type { AnnotationFormat, AnnotationImport, FrameSuggestion } from "./annotation-import.ts";
import { contentId } from "./content-id.ts";
import { type ImportReport, ReportBuilder } from "./import-report.ts";

/** What a reader knows of one object; the rest is empty. */
export type Draft = Partial<Omit<Annotation, "geometry" | "id">> & {
  readonly geometry: AnnotationGeometry;
  /** As in the file; absent or null where it gives none. */
  readonly id?: string | null;
};

/** Gathers the annotations of one file: gives each an id of its own, and says what is wrong with its shape. */
export class ImportCollector {
  readonly report = new ReportBuilder();
  private readonly annotations = new Map<string, Annotation>();
  private readonly file: string;
  private readonly format: AnnotationFormat;

  constructor(file: string, format: AnnotationFormat) {
    this.file = file;
    this.format = format;
  }

  /** The id that it got, or null when its geometry was refused. */
  add({ id, geometry, ...known }: Draft): string | null {
    const label = known.name || id || `#${this.report.found}`;
    if (!this.isSound(geometry, label)) return null;
    const content = { ...EMPTY, ...known, geometry };
    let own = id ?? null;
    if (own === null) this.report.note("import-id-made", label);
    else if (this.annotations.has(own)) {
      this.report.note("import-id-repeated", own);
      own = null;
    }
    own ??= this.idOf(JSON.stringify([id, content]));
    this.annotations.set(own, { id: own, ...content });
    return own;
  }

  finish(frame: AnnotationImport["frame"], suggestions: readonly FrameSuggestion[] = []): AnnotationImport {
    const annotations = [...this.annotations.values()];
    const report: ImportReport = this.report.finish(this.file, annotations.length);
    return { file: this.file, format: this.format, frame, suggestions, annotations, report };
  }

  private idOf(content: string): string {
    for (let copy = 0; ; copy++) {
      const id = contentId(copy === 0 ? content : `${content} ${copy}`);
      if (!this.annotations.has(id)) return id;
    }
  }

  private isSound(geometry: AnnotationGeometry, label: string): boolean {
    const chains =
      geometry.type === "area"
        ? geometry.region.flat()
        : geometry.type === "line"
          ? geometry.lines
          : [geometry.positions];
    const least = { area: 3, line: 2, points: 1 }[geometry.type];
    if (chains.length === 0 || chains.some((chain) => chain.length < least)) {
      this.report.note("import-too-few-positions", label);
      return false;
    }
    if (
      chains.some((chain) => !chain.every(([x, y]) => Math.abs(x) <= MOST_FAR && Math.abs(y) <= MOST_FAR))
    ) {
      this.report.note("import-position-invalid", label);
      return false;
    }
    if (geometry.type === "area") {
      const contacts = ringContacts(chains);
      if (contacts.kind === "contact" && contacts.crossing) this.report.note("import-crossing", label);
      else if (geometry.region.every(([outline]) => ringArea(outline ?? []) === 0)) {
        this.report.note("import-no-area", label);
      }
    }
    return true;
  }
}

const EMPTY: Omit<Annotation, "id" | "geometry"> = {
  parentId: null,
  objectType: "annotation",
  name: null,
  description: null,
  classification: null,
  color: null,
  locked: false,
  hidden: false,
  measurements: {},
  metadata: {},
  extra: {},
};
