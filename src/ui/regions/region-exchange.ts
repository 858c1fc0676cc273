import { createStore } from "zustand/vanilla";
import { invertAffine } from "../../core/affine.ts";
import { errorFacts } from "../../core/errors.ts";
import { openDialog } from "../../state/actions.ts";
import { annotationHistory } from "../../state/history.ts";
import { sessionStore } from "../../state/session.ts";
import type {
  AnnotationExportFormat,
  AnnotationImport,
  CountsExportRequest,
  ImportOutcome,
  ImportPlace,
} from "../../viewer/annotation-exchange.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { measuredSoon } from "../../viewer/region-measures.ts";
import { saveFile } from "../save-file.ts";

/** Files on their way in: those that wait for an answer, and what became of the others. */
export interface ImportState {
  readonly asking: readonly AnnotationImport[];
  readonly outcomes: readonly ImportOutcome[];
  readonly failures: readonly ReturnType<typeof errorFacts>[];
}

export const importStore = createStore<ImportState>()(() => ({ asking: [], outcomes: [], failures: [] }));

/** Reads files, puts on the slide what says where it belongs, and opens the report, which asks about the rest. */
export async function importFiles(files: readonly File[], centiscope: Centiscope): Promise<void> {
  importStore.setState({ asking: [], outcomes: [], failures: [] }, true);
  for (const file of files) {
    try {
      for (const read of await centiscope.exchange.read(file, file.name)) {
        if (centiscope.exchange.asks(read))
          importStore.setState(({ asking }) => ({ asking: [...asking, read] }));
        else await place(read, null, centiscope);
      }
    } catch (thrown) {
      fail(thrown, file.name);
    }
  }
  sessionStore.setState(openDialog("import-regions"));
}

/** Puts one on the slide; the report follows. */
export async function place(
  read: AnnotationImport,
  at: ImportPlace | null,
  centiscope: Centiscope,
): Promise<void> {
  importStore.setState(({ asking }) => ({ asking: asking.filter((one) => one !== read) }));
  try {
    const outcome = await centiscope.exchange.add(read, at);
    importStore.setState(({ outcomes }) => ({ outcomes: [...outcomes, outcome] }));
  } catch (thrown) {
    fail(thrown, read.file);
  }
}

function fail(thrown: unknown, file: string): void {
  importStore.setState(({ failures }) => ({ failures: [...failures, errorFacts(thrown, file)] }));
}

/** Lets the user pick files. */
export function chooseImport(centiscope: Centiscope): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.addEventListener("change", () => {
    if (input.files?.length) void importFiles([...input.files], centiscope);
  });
  input.click();
}

/** Hands all annotations to the user as a file. */
export async function saveRegions(format: AnnotationExportFormat, centiscope: Centiscope): Promise<void> {
  await saveAs(format, centiscope, () => centiscope.exchange.write(format));
}

/** Counts every area of the slide, each for itself, and hands the table of all genes to the user. */
export async function saveCounts(
  format: CountsExportRequest["format"],
  centiscope: Centiscope,
): Promise<void> {
  await saveAs(format, centiscope, async () => {
    const { place } = centiscope.annotationStage;
    const toUm = place && invertAffine(place.umToFrame);
    const genes = sessionStore.getState().genes?.names ?? [];
    const regions: CountsExportRequest["regions"][number][] = [];
    for (const annotation of annotationHistory.base.annotations.values()) {
      if (annotation.geometry.type !== "area") continue;
      const sums = await centiscope.countRegion(annotation.geometry.region);
      const areaMm2 = (toUm && (await measuredSoon(annotation.geometry, toUm))?.areaMm2) ?? 0;
      if (sums) regions.push({ annotation, areaMm2, counts: sums.genes });
    }
    return centiscope.exchange.writeCounts({ format, genes, regions });
  });
}

/** Hands all areas to the user as a picture of labels over the slide's image. */
export async function saveLabels(downsample: number, centiscope: Centiscope): Promise<void> {
  const { slides, activeId } = sessionStore.getState();
  const slide = slides.find(({ id }) => id === activeId);
  const facts = slide?.imageFacts;
  if (!slide || !facts) return;
  const { widthPx, heightPx, umPerPx } = facts;
  const { title } = slide;
  await saveAs("labels.zip", centiscope, () =>
    centiscope.exchange.writeLabels({ title, widthPx, heightPx, downsample, umPerPx }),
  );
}

/** Hands a table to the user, named after the slide. */
export async function saveTable(text: string, ending: string, centiscope: Centiscope): Promise<void> {
  await saveAs(ending, centiscope, async () => ({ bytes: new TextEncoder().encode(text) }));
}

async function saveAs(
  ending: string,
  centiscope: Centiscope,
  make: () => Promise<{ readonly bytes: Uint8Array<ArrayBuffer> }>,
): Promise<void> {
  const { slides, activeId } = sessionStore.getState();
  const title = slides.find(({ id }) => id === activeId)?.title ?? "regions";
  try {
    const { bytes } = await make();
    saveFile(bytes, `${title.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.${ending}`);
  } catch (thrown) {
    centiscope.notify(errorFacts(thrown, `${title}.${ending}`));
  }
}
