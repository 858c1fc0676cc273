import type { Affine } from "../../core/affine.ts";
import type { Annotation } from "../../core/annotation.ts";
import { className } from "../../core/annotation-color.ts";
import type { AnnotationList } from "../../core/annotation-list.ts";
import { measured } from "../../viewer/region-measures.ts";
import type { Translate } from "../i18n/i18n.ts";
import { regionTitle } from "./region-words.ts";

export type RegionSort = "order" | "name" | "class" | "area";

export interface RegionRow {
  readonly annotation: Annotation;
  /** How deep it lies in others; 0 where rows are not shown as a tree. */
  readonly depth: number;
}

export interface RegionWish {
  readonly search: string;
  /** Name of a class; "" = none; null = all. */
  readonly classFilter: string | null;
  readonly sort: RegionSort;
}

/**
 * The rows of the list. In the order drawn it is a tree, topmost first, each annotation under the one that it lies
 * in; sorted, searched or filtered it is flat.
 */
export function regionRows(
  annotations: AnnotationList,
  { search, classFilter, sort }: RegionWish,
  t: Translate,
  toUm: Affine<"frame", "um"> | null,
): readonly RegionRow[] {
  const all = [...annotations.values()].reverse();
  const needle = search.trim().toLocaleLowerCase();
  if (sort === "order" && needle === "" && classFilter === null) return tree(all);
  const found = all.filter((one) => {
    const itsClass = one.classification ? className(one.classification.names) : "";
    if (classFilter !== null && itsClass !== classFilter) return false;
    if (needle === "") return true;
    return [regionTitle(one, t), itsClass, one.description ?? ""].some((text) =>
      text.toLocaleLowerCase().includes(needle),
    );
  });
  if (sort === "area") {
    const areaOf = ({ geometry }: Annotation): number => {
      const measure = toUm && measured(geometry, toUm);
      return !measure || measure === "coming" ? 0 : measure.areaUm2;
    };
    const area = new Map(found.map((one) => [one.id, areaOf(one)]));
    found.sort((a, b) => (area.get(b.id) ?? 0) - (area.get(a.id) ?? 0));
  } else if (sort !== "order") {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    const word = (one: Annotation) =>
      sort === "class" && one.classification ? className(one.classification.names) : regionTitle(one, t);
    const words = new Map(found.map((one) => [one.id, word(one)]));
    found.sort((a, b) => compare(words.get(a.id) ?? "", words.get(b.id) ?? ""));
  }
  return found.map((annotation) => ({ annotation, depth: 0 }));
}

function tree(all: readonly Annotation[]): readonly RegionRow[] {
  const children = new Map<string | null, Annotation[]>();
  const known = new Set(all.map(({ id }) => id));
  for (const one of all) {
    const parent = one.parentId !== null && known.has(one.parentId) ? one.parentId : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(one);
    else children.set(parent, [one]);
  }
  const rows: RegionRow[] = [];
  const waiting = (children.get(null) ?? []).map((annotation) => ({ annotation, depth: 0 })).reverse();
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    const inside = children.get(row.annotation.id) ?? [];
    for (const annotation of inside.toReversed()) waiting.push({ annotation, depth: row.depth + 1 });
  }
  return rows;
}
