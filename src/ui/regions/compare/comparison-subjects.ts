import type { Affine } from "../../../core/affine.ts";
import type { Annotation, ClassEntry, Rgb } from "../../../core/annotation.ts";
import { annotationColor, className } from "../../../core/annotation-color.ts";
import type { Region } from "../../../core/region.ts";
import { uniteRegions } from "../../../geometry/region-boolean.ts";
import { measuredSoon } from "../../../viewer/region-measures.ts";
import type { Translate } from "../../i18n/i18n.ts";
import { regionTitle } from "../region-words.ts";

/** What is counted by itself: each region, or all regions of a class together. */
export type ComparisonBy = "region" | "class";

/** One line of the comparison. */
export interface ComparisonSubject {
  readonly key: string;
  readonly title: string;
  /** "" = none. */
  readonly className: string;
  readonly color: Rgb;
  /** The annotations that it is made of. */
  readonly ids: readonly string[];
  /** In the document's frame; every place once. */
  readonly region: Region;
  /** Of `region`, so that what overlaps counts once; null when it cannot be measured. */
  readonly areaUm2: number | null;
  readonly perimeterUm: number | null;
}

export interface ComparisonRequest {
  readonly annotations: readonly Annotation[];
  readonly by: ComparisonBy;
  readonly classes: readonly ClassEntry[];
  readonly toUm: Affine<"frame", "um">;
  readonly t: Translate;
}

/** So many regions are united in one go; larger classes are united by parts, with pauses between. */
const UNITED_AT_ONCE = 64;

/** The areas among the annotations, each for itself or by class, in their order. */
export async function comparisonSubjects(
  request: ComparisonRequest,
  pause: () => Promise<void>,
): Promise<ComparisonSubject[]> {
  const { annotations, by, classes, toUm, t } = request;
  const areas = annotations.flatMap((annotation) => {
    const { geometry } = annotation;
    return geometry.type === "area" ? [{ annotation, geometry }] : [];
  });
  const named = ({ classification }: Annotation) => (classification ? className(classification.names) : "");
  if (by === "region") {
    const subjects = areas.map(async ({ annotation, geometry }): Promise<ComparisonSubject> => {
      const measure = await measuredSoon(geometry, toUm);
      return {
        key: annotation.id,
        title: regionTitle(annotation, t),
        className: named(annotation),
        color: annotationColor(annotation, classes),
        ids: [annotation.id],
        region: geometry.region,
        areaUm2: measure?.areaUm2 ?? null,
        perimeterUm: measure?.perimeterUm ?? null,
      };
    });
    return Promise.all(subjects);
  }
  const subjects: ComparisonSubject[] = [];
  const byClass = new Map<string, typeof areas>();
  for (const area of areas) {
    const name = named(area.annotation);
    const own = byClass.get(name);
    if (own) own.push(area);
    else byClass.set(name, [area]);
  }
  for (const [name, own] of byClass) {
    const first = own[0]!;
    const region = await united(
      own.map(({ geometry }) => geometry.region),
      pause,
    );
    // An ellipse alone keeps the exact size of an ellipse.
    const whole = own.length === 1 ? first.geometry : ({ type: "area", shape: "polygon", region } as const);
    const measure = await measuredSoon(whole, toUm);
    subjects.push({
      key: `class ${name}`,
      title: name === "" ? t("regions.classNone") : name,
      className: name,
      color: annotationColor({ color: null, classification: first.annotation.classification }, classes),
      ids: own.map(({ annotation }) => annotation.id),
      region,
      areaUm2: measure?.areaUm2 ?? null,
      perimeterUm: measure?.perimeterUm ?? null,
    });
  }
  return subjects;
}

async function united(regions: readonly Region[], pause: () => Promise<void>): Promise<Region> {
  if (regions.length === 1) return regions[0]!;
  let parts = regions;
  do {
    const next: Region[] = [];
    for (let i = 0; i < parts.length; i += UNITED_AT_ONCE) {
      next.push(uniteRegions(parts.slice(i, i + UNITED_AT_ONCE)));
      await pause();
    }
    parts = next;
  } while (parts.length > 1);
  return parts[0]!;
}
