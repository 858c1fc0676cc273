import { errorFacts } from "../core/errors.ts";
import type { ReaderWarning } from "../core/table.ts";
import type { SourceFile } from "../io/byte-source.ts";
import type { ExpressionPlan, ImagePlan } from "./slide-plan.ts";
import { scaledDown } from "./visium-files.ts";
import { zarrName } from "./zarr-images.ts";

/** The expression with what says where it lies on the image that is shown first. */
export function placedOn(
  found: ExpressionPlan | null,
  image: SourceFile | null,
  alignment: SourceFile | null,
): ExpressionPlan | null {
  if (found?.format === "xenium" && alignment) return { ...found, alignment };
  if (found?.format === "visium-hd" && image && scaledDown(image.source.name)) {
    return { ...found, picture: image };
  }
  if (found?.format === "spatialdata" && image && ofOneStore(found.attributes.path, image.path)) {
    return { ...found, image };
  }
  return found;
}

/** Takes out the store's images that nothing places among the points: transcripts would lie on them anywhere. */
export async function leaveUnplaced(
  { element, attributes, parts }: ExpressionPlan & { readonly format: "spatialdata" },
  images: ImagePlan[],
  warnings: ReaderWarning[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { readPlaces } = await import("./spatialdata.ts");
  const points = { name: element, attributes: attributes.source, parts: parts.map(({ source }) => source) };
  for (const image of images.filter(({ file }) => ofOneStore(attributes.path, file.path))) {
    try {
      await readPlaces({ ...points, image: image.file.source }, signal);
    } catch (thrown) {
      const { code, params } = errorFacts(thrown, image.file.path);
      if (code !== "spatialdata-transform" || params.file === element) return;
      images.splice(images.indexOf(image), 1);
      warnings.push({ code, params: { ...params, file: zarrName(image.file.path) } });
    }
  }
}

/** `a.zarr/points/p/.zattrs` and `a.zarr/images/i/.zattrs`, whose places are said in the store's own coordinates. */
function ofOneStore(points: string, image: string): boolean {
  const root = /^(.*\/|)points\/[^/]+\/[^/]+$/.exec(points)?.[1];
  return (
    root !== undefined &&
    /^images\/[^/]+\/(\.zattrs|zarr\.json)$/.test(image.slice(root.length)) &&
    image.startsWith(root)
  );
}
