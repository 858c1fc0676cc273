import { invertAffine } from "../../core/affine.ts";
import type { Annotation } from "../../core/annotation.ts";
import { measureAnnotations } from "../../state/annotation-commands.ts";
import { annotationHistory } from "../../state/history.ts";
import { sessionStore } from "../../state/session.ts";
import { viewStore } from "../../state/view.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { measuredSoon } from "../../viewer/region-measures.ts";

/**
 * Counts each area for itself and writes the figures to its measurements as one step, where QuPath shows them: area,
 * perimeter, rows, molecules, molecules per mm², and the molecules of each selected gene.
 */
export async function writeMeasurements(
  annotations: readonly Annotation[],
  centiscope: Centiscope,
): Promise<void> {
  const { place } = centiscope.annotationStage;
  const toUm = place && invertAffine(place.umToFrame);
  const { genes } = sessionStore.getState();
  if (!toUm || !genes) return;
  const wanted = viewStore.getState().genes.flatMap(({ name }) => {
    const code = genes.names.indexOf(name);
    return code < 0 ? [] : [{ name, code }];
  });
  const values = new Map<string, Record<string, number>>();
  for (const { id, geometry } of annotations) {
    if (geometry.type !== "area") continue;
    const [measure, sums] = await Promise.all([
      measuredSoon(geometry, toUm),
      centiscope.countRegion(geometry.region),
    ]);
    if (!measure || !sums) continue;
    values.set(id, {
      "Area µm^2": measure.areaUm2,
      "Perimeter µm": measure.perimeterUm,
      "Transcripts: rows": sums.rows,
      "Transcripts: molecules": sums.count,
      "Transcripts: molecules per mm^2": sums.count / measure.areaMm2,
      ...Object.fromEntries(wanted.map(({ name, code }) => [`Transcripts: ${name}`, sums.genes[code] ?? 0])),
    });
  }
  annotationHistory.run(measureAnnotations(annotationHistory.base, values));
}
