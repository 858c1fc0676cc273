import type { SlideIo } from "./slide-contract.ts";
import { openStore } from "./store-source.ts";
import { inspectFiles, openTable, prepareTables } from "./table-open.ts";

const loadImages = () => import("./image-open.ts");

/** OpenSeadragon comes with the first image. */
const openImage: SlideIo["openImage"] = async (...request) => (await loadImages()).openImage(...request);

/** A table is read whole into workers, a store stays where it is and is read in parts. */
const openExpression: SlideIo["openTable"] = async (expression, options) =>
  expression.kind === "store" ? openStore(expression, options) : openTable(expression, options);

/** Slides read by our workers, from files and addresses. */
export const slideIo: SlideIo = { inspect: inspectFiles, openImage, openTable: openExpression };

/** Starts what every opening needs: the workers that read, the code that shows images. */
export async function prepareIo(): Promise<void> {
  prepareTables();
  (await loadImages()).prepareImages();
}
