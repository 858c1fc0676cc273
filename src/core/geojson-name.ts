import type { StoredSlide } from "./annotation-storage.ts";

/** As the GeoJSON of a slide's annotations is called; letters of any script stay, what no file system bears goes. */
export function geojsonName({ title, slideKey }: Pick<StoredSlide, "title" | "slideKey">): string {
  return `${(title || slideKey.slice(0, 8)).replace(/[^\p{L}\p{N}._-]+/gu, "-")}.geojson`;
}
