import type { Annotation, AnnotationGeometry } from "../../core/annotation.ts";
import { className } from "../../core/annotation-color.ts";
import { formatInteger, formatSignificant, lengthUnit } from "../../core/format-number.ts";
import { en, type WordKey } from "../i18n/en.ts";
import type { Translate } from "../i18n/i18n.ts";

/** A number for words that are counted: as the language writes it, and as its plural goes. */
export function counted(count: number, language: string): { readonly count: number; readonly n: string } {
  return { count, n: formatInteger(count, language) };
}

/** What an annotation is called where it has no name: its class, else its shape. */
export function regionTitle(annotation: Annotation, t: Translate): string {
  const { name, classification, geometry } = annotation;
  if (name !== null && name !== "") return name;
  if (classification) return className(classification.names);
  return shapeWord(geometry, t);
}

export function shapeWord(geometry: AnnotationGeometry, t: Translate): string {
  return t(`regions.shape.${geometry.shape}`);
}

/** The word of a step of the history; its own label where it is none of ours. */
export function stepWord(label: string, t: Translate): string {
  const key = `step.${label}`;
  return key in en ? t(key as WordKey) : label;
}

/** mm² from 0.01 mm² on, else µm²; px² where nobody knows the scale. */
export function formatArea(areaUm2: number, language: string, scaleKnown: boolean): string {
  if (!scaleKnown) return `${formatSignificant(areaUm2, language, 4)} px²`;
  return areaUm2 >= 10_000
    ? `${formatSignificant(areaUm2 / 1e6, language, 4)} mm²`
    : `${formatSignificant(areaUm2, language, 4)} µm²`;
}

export function formatDistance(lengthUm: number, language: string, scaleKnown: boolean): string {
  return scaleKnown && lengthUm >= 1000
    ? `${formatSignificant(lengthUm / 1000, language, 4)} mm`
    : `${formatSignificant(lengthUm, language, 4)} ${lengthUnit(scaleKnown)}`;
}
