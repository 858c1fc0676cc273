import type { SourceFile } from "../io/byte-source.ts";
import { depth } from "./choose-images.ts";

/** Beyond this many files only some are looked at: a slide has few, a dropped disk has many. */
const MAX_LOOKED_AT = 300;
/** So many of them are kept for tables, where there are that many, and as many for pictures. */
const HALF = MAX_LOOKED_AT / 2;

const PICTURE = /\.(jpe?g|png|webp|tiff?)$/i;

/**
 * The files to look at, in the order given. Of more than {@link MAX_LOOKED_AT} those that lie less deep: a CosMx run has
 * thousands of pictures in folders of their own, and its transcripts among the last of its files.
 */
export function worthLooking(files: readonly SourceFile[]): readonly SourceFile[] {
  if (files.length <= MAX_LOOKED_AT) return files;
  const order = new Map(files.map((file, i) => [file, i]));
  // Sorting keeps the order of equals.
  const byDepth = [...files].sort((a, b) => depth(a.path) - depth(b.path));
  const pictures = byDepth.filter(({ path }) => PICTURE.test(path));
  const others = byDepth.filter(({ path }) => !PICTURE.test(path));
  const room = Math.max(HALF, MAX_LOOKED_AT - pictures.length);
  const chosen = others.slice(0, room);
  chosen.push(...pictures.slice(0, MAX_LOOKED_AT - chosen.length));
  return chosen.sort((a, b) => order.get(a)! - order.get(b)!);
}
