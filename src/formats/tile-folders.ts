import type { Looked } from "./choose-images.ts";

/** `z/y/x.jpg` of map programs and of libvips' layout "google", and the tile that it writes for where nothing is. */
const MAP_TILE = /(?:^|[/\\])\d+[/\\]\d+[/\\]\d+\.(?:jpe?g|png|webp)$/i;
const MAP_BLANK = /(?:^|[/\\])blank\.png$/i;
/** `x,y,w,h/w,h/0/default.jpg` (IIIF Image API, level 0). */
const IIIF_TILE = /[/\\]default\.(?:jpe?g|png|webp)$/i;
/** So few are no pyramid. */
const FEWEST = 4;

/**
 * Tiles that lie in a folder in a way that we do not read, as what they are: not pictures, one of which would be shown as
 * the image. A IIIF description with its tiles beside it names a server that has none of them.
 */
export function withoutTiles(looked: readonly Looked[]): Looked[] {
  const paths = looked.map(({ file: { path } }) => path);
  const map = paths.filter((path) => MAP_TILE.test(path)).length >= FEWEST;
  const iiif =
    looked.some(({ found }) => found.kind === "iiif") && paths.some((path) => IIIF_TILE.test(path));
  const formatOf = ({ file: { path }, found }: Looked): string | undefined => {
    if (iiif && (found.kind === "iiif" || IIIF_TILE.test(path))) return "IIIF";
    if (map && found.kind === "raster" && (MAP_TILE.test(path) || MAP_BLANK.test(path))) return "Google Maps";
    return undefined;
  };
  return looked.map((one) => {
    const format = formatOf(one);
    if (format === undefined) return one;
    const { gzip } = one.found;
    return { ...one, found: { kind: "foreign-image", code: "image-foreign-pyramid", format, gzip } };
  });
}
