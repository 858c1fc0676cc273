import type { ReaderWarning } from "../core/table.ts";
import type { SourceFile } from "../io/byte-source.ts";
import type { FileClass } from "./classify.ts";
import type { ImagePlan } from "./slide-plan.ts";

/** A file, and what its content says that it is. */
export type Looked = { readonly file: SourceFile; readonly found: FileClass & { readonly gzip: boolean } };

export const depth = (path: string): number => path.split("/").length;

/** Stains that show the whole tissue, and the middle focal plane of Vizgen's seven. */
const PREFERRED = [/morphology_focus/i, /mosaic_DAPI_z3/i, /_z3\b/i, /morphology/i, /DAPI|ssDNA|H_?E/i];

/** Pictures that Space Ranger makes of the image it was given: what is beside them is better, of them the largest. */
const SPACE_RANGER = [
  /tissue_hires_image\.(png|jpe?g)$/i,
  /tissue_lowres_image\.(png|jpe?g)$/i,
  /cytassist_image\.tiff?$/i,
  /(aligned_fiducials|aligned_tissue_image|detected_tissue_image)\.(png|jpe?g)$/i,
  // As spatialdata-io names them.
  /_hires_image\/(\.zattrs|zarr\.json)$/i,
  /_lowres_image\/(\.zattrs|zarr\.json)$/i,
  /_cytassist_image\/(\.zattrs|zarr\.json)$/i,
];

const isImage = ({ found: { kind } }: Looked): boolean =>
  kind === "tiff" || kind === "dzi" || kind === "iiif" || kind === "raster" || kind === "zarr";

/**
 * Where a run's own images are not what is shown, `x_he_imagealignment.csv` says where `x_he_image.ome.tif` lies.
 * Without any image among the files it was chosen together with one before, and counts.
 */
export function alignedImage(
  looked: readonly Looked[],
): { readonly image: SourceFile | null; readonly alignment: SourceFile } | null {
  const images = looked.filter(isImage);
  for (const { file: alignment, found } of looked) {
    const stem = /^(?:.*[/\\])?(.*)alignment\.csv$/i.exec(alignment.path)?.[1]?.toLowerCase();
    if (found.kind !== "transform" || stem === undefined) continue;
    if (images.length === 0) return { image: null, alignment };
    const image = images.find(({ file }) => {
      const name = file.path.split(/[/\\]/).at(-1) ?? "";
      return name.replace(/(\.ome)?\.[^.]+$/i, "").toLowerCase() === stem;
    });
    if (image) return { image: image.file, alignment };
  }
  return null;
}

/** True for a path in the folder or deeper; "" is the folder of all. */
export const isInside = (path: string, folder: string): boolean =>
  folder === "" || path.startsWith(`${folder}/`);

/** All images of the files, the one to show first: the wanted one, else those of the folder `run`, by what the name says. */
export function chooseImages(
  looked: readonly Looked[],
  wanted: SourceFile | null,
  run: string,
  warnings: ReaderWarning[],
): ImagePlan[] {
  const images = looked
    .filter(isImage)
    .map(({ file, found }): ImagePlan => ({ kind: found.kind as ImagePlan["kind"], file, more: [] }));
  const rank = ({ kind, file }: ImagePlan) => {
    if (file === wanted) return -1;
    const elsewhere = isInside(file.path, run) ? 0 : 1000;
    const derived = SPACE_RANGER.findIndex((pattern) => pattern.test(file.path));
    if (derived >= 0) return elsewhere + 200 + derived;
    const hint = PREFERRED.findIndex((pattern) => pattern.test(file.path));
    return elsewhere + (kind === "raster" ? 100 : 0) + (hint < 0 ? PREFERRED.length : hint);
  };
  // Of equals the first by name: a folder's files come in any order, and of Xenium's stains DAPI is number 0.
  const byName = (a: ImagePlan, b: ImagePlan) =>
    a.file.path.localeCompare(b.file.path, "en", { numeric: true });
  images.sort((a, b) => rank(a) - rank(b) || depth(a.file.path) - depth(b.file.path) || byName(a, b));
  joinStains(images);
  if (images.length > 1) {
    const [first, ...others] = images.map((image) => image.file.path);
    const params = { file: first ?? "", others: others.slice(0, 5).join(", ") };
    warnings.push({ code: "warn-two-images", params });
  }
  return images;
}

/** Xenium's stains, a file each: `morphology_focus_0002.ome.tif` to version 3, `ch0002_18s.ome.tif` since. */
const STAIN = /^(.*[/\\])?(?:morphology_focus_|ch)\d{4}[^/\\]*\.ome\.tiff?$/i;

/** Where the first image is one of several stains, it takes the others of its folder along. */
function joinStains(images: ImagePlan[]): void {
  const [first, ...others] = images;
  const folder = first?.kind === "tiff" ? STAIN.exec(first.file.path) : null;
  if (!first || !folder) return;
  const stains = others.filter(
    ({ kind, file }) =>
      kind === "tiff" &&
      (STAIN.exec(file.path)?.[1] ?? null) === (folder[1] ?? null) &&
      STAIN.test(file.path),
  );
  images.splice(0, images.length, { ...first, more: stains.map(({ file }) => file) });
  images.push(...others.filter((one) => !stains.includes(one)));
}
