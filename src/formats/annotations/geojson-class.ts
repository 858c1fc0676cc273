import type { AnnotationClass, Json, Rgb } from "../../core/annotation.ts";
import { isRecord } from "../json-file.ts";

/** Between the parts of a derived class where it is one text, as in QuPath. */
const JOINT = ": ";
const MOST_DEEP = 16;

/** A class as it stands in a file; `color` alone where it has no name. Undefined when it is none of QuPath's forms. */
export interface ParsedClass {
  readonly classification: AnnotationClass | null;
  /** The colour of a class without a name. */
  readonly color: Rgb | null;
}

/**
 * The class of an object: text, `{name | names, color}`, or QuPath 0.3's `{name, colorRGB, parentClass}`.
 */
export function parseClass(value: unknown): ParsedClass | undefined {
  if (typeof value === "string") return { classification: classOf(value.split(JOINT), null), color: null };
  if (!isRecord(value)) return undefined;
  const color = parseColor(value.color) ?? parseColor(value.colorRGB);
  const names = namesOf(value, 0);
  if (!names) return undefined;
  const classification = classOf(names, color);
  return { classification, color: classification ? null : color };
}

function namesOf(value: Readonly<Record<string, unknown>>, depth: number): string[] | undefined {
  if (Array.isArray(value.names)) {
    return value.names.every((name) => typeof name === "string") ? value.names : undefined;
  }
  if (value.name !== undefined && typeof value.name !== "string") return undefined;
  const own = value.name === undefined ? [] : value.name.split(JOINT);
  if (!isRecord(value.parentClass)) return own;
  return depth < MOST_DEEP ? [...(namesOf(value.parentClass, depth + 1) ?? []), ...own] : undefined;
}

function classOf(names: readonly string[], color: Rgb | null): AnnotationClass | null {
  const named = names.filter((name) => name.trim() !== "");
  return named.length > 0 ? { names: named, color } : null;
}

/** `[r, g, b]` with or without alpha, or Java's signed integer 0xAARRGGBB; null for anything else. */
export function parseColor(value: unknown): Rgb | null {
  if (typeof value === "number" && Number.isInteger(value)) {
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  }
  if (!Array.isArray(value) || value.length < 3) return null;
  const parts = value.slice(0, 3).map(Number);
  return parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
    ? (parts as unknown as Rgb)
    : null;
}

/** Grey of a class that must have a colour to be written. */
const NO_COLOR: Rgb = [128, 128, 128];

/**
 * A class as QuPath reads it: an object needs a colour there, so one without is text, where that comes back as the
 * same names.
 */
export function writeClass({ names, color }: AnnotationClass): Json {
  if (color === null && !names.some((name) => name.includes(JOINT))) return names.join(JOINT);
  const rgb = color ?? NO_COLOR;
  return names.length === 1 && !names[0]!.includes(JOINT)
    ? { name: names[0]!, color: rgb }
    : { names, color: rgb };
}
