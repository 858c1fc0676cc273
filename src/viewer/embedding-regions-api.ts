import { applyAffine } from "../core/affine.ts";
import type { Annotation, Position } from "../core/annotation.ts";
import { CentiscopeError } from "../core/errors.ts";
import { um } from "../core/space.ts";
import { editAnnotations, removeAnnotations, replaceGeometries } from "../state/annotation-commands.ts";
import { documentStore, select } from "../state/document.ts";
import { annotationHistory } from "../state/history.ts";
import type { SessionStore } from "../state/session.ts";
import type { App } from "./app.ts";
import type { EmbeddingRegions, RegionImportOptions, RegionImportReport } from "./embedding-regions.ts";

/** `window.centiscope.regions` over the running viewer. */
export function createEmbeddingRegions(app: App, session: SessionStore): EmbeddingRegions {
  const known = (id: string): Annotation => {
    const found = annotationHistory.base.annotations.get(id);
    if (!found) throw new CentiscopeError("annotation-unknown", { annotation: id });
    return found;
  };
  const pair = (at: Position | null | undefined): [number, number] | undefined =>
    at ? [at[0], at[1]] : undefined;
  return {
    list: () => [...annotationHistory.base.annotations.values()],
    state: () => {
      const { document, selected, undoLabel, redoLabel, saved } = documentStore.getState();
      return {
        frame: document.frame,
        selected: [...selected],
        undo: undoLabel,
        redo: redoLabel,
        saved: typeof saved === "string" ? saved : "failed",
      };
    },
    add: async (feature) => {
      needSlide(app, "add");
      // The frame that the feature is read in is the document's.
      await app.slideAnnotations.entered();
      const before = new Set(annotationHistory.base.annotations.keys());
      await importAll(app, JSON.stringify(feature), { frame: annotationHistory.base.frame });
      return [...annotationHistory.base.annotations.keys()].filter((id) => !before.has(id));
    },
    update: (id, patch) => {
      const before = known(id);
      const { base } = annotationHistory;
      // Refuses a locked one.
      if (patch.geometry) replaceGeometries(base, "edit", new Map([[id, patch.geometry]]));
      annotationHistory.run(editAnnotations(base, "edit", [id], () => ({ ...before, ...patch })));
    },
    remove: (id) => {
      known(id);
      annotationHistory.run(removeAnnotations(annotationHistory.base, [id], "keep"));
    },
    import: (content, options = {}) => importAll(app, content, options),
    export: async (format) => {
      const { bytes } = await app.exchange.write(format);
      return new Blob([bytes]);
    },
    counts: async (id) => {
      const { geometry } = known(id);
      if (geometry.type !== "area") return null;
      const sums = await app.countRegion(geometry.region);
      const names = session.getState().genes?.names;
      if (!sums || !names) return null;
      const genes: Record<string, number> = {};
      names.forEach((name, code) => {
        const count = sums.genes[code] ?? 0;
        if (count > 0) genes[name] = (genes[name] ?? 0) + count;
      });
      return { rows: sums.rows, count: sums.count, genes };
    },
    select: (ids) => select(documentStore, ids),
    undo: () => annotationHistory.undo(),
    redo: () => annotationHistory.redo(),
    toUm: (at) => pair(app.annotationStage.toUm(at)),
    fromUm: (at) => {
      const { place } = app.annotationStage;
      return pair(place && applyAffine(place.umToFrame, um(at[0], at[1])));
    },
    onChange: (listener) =>
      documentStore.subscribe((now, before) => {
        const same =
          now.document === before.document && now.selected === before.selected && now.saved === before.saved;
        if (!same) listener();
      }),
  };
}

/** What is put on no slide would be gone with the next one. */
function needSlide(app: App, file: string): void {
  if (!app.slideAnnotations.hasSlide) throw new CentiscopeError("annotations-no-slide", { file });
}

async function importAll(
  app: App,
  content: string | Blob,
  { frame, scale = 1, offset = [0, 0] }: RegionImportOptions,
): Promise<RegionImportReport[]> {
  const blob = typeof content === "string" ? new Blob([content]) : content;
  const name = content instanceof File ? content.name : "import";
  needSlide(app, name);
  const reads = await app.exchange.read(blob, name);
  const place = frame ? { frame, scale, offset } : null;
  for (const read of reads)
    if (!place && app.exchange.asks(read))
      throw new CentiscopeError("annotations-frame-unknown", { file: read.file });
  const reports: RegionImportReport[] = [];
  for (const read of reads) reports.push(await app.exchange.add(read, place));
  return reports;
}
