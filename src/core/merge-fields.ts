import type { Annotation, ClassEntry } from "./annotation.ts";
import { sameValue } from "./same-value.ts";

const RECORDS = ["measurements", "metadata", "extra"] as const;
type Plain = Exclude<keyof Annotation, (typeof RECORDS)[number] | "id" | "geometry" | "parentId">;
const PLAIN: readonly Plain[] = [
  "objectType",
  "name",
  "description",
  "classification",
  "color",
  "locked",
  "hidden",
];

/**
 * `now` with what changed between `before` and `after`, whatever others made of it meanwhile: of a property the last
 * writer wins, of measurements, metadata and the like each by its name. Outline and parent are not touched.
 */
export function mergeFields(now: Annotation, before: Annotation, after: Annotation): Annotation {
  const changes: Record<string, unknown> = {};
  for (const key of PLAIN) if (!sameValue(before[key], after[key])) changes[key] = after[key];
  for (const key of RECORDS) {
    if (before[key] === after[key]) continue;
    if (sameValue(now[key], before[key])) changes[key] = after[key];
    else changes[key] = mergeRecord(now[key], before[key], after[key]);
  }
  return { ...now, ...changes };
}

function mergeRecord<T>(
  now: Readonly<Record<string, T>>,
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): Record<string, T> {
  const merged = new Map(Object.entries(now));
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) merged.delete(name);
  for (const [name, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, name) || !sameValue(before[name], value)) merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

/** The list of classes with what changed between `before` and `after`, class by class. */
export function mergeClasses(
  now: readonly ClassEntry[],
  before: readonly ClassEntry[],
  after: readonly ClassEntry[],
): readonly ClassEntry[] {
  if (sameValue(now, before)) return after;
  const nameOf = ({ names }: ClassEntry): string => JSON.stringify(names);
  const was = new Map(before.map((one) => [nameOf(one), one]));
  const is = new Map(after.map((one) => [nameOf(one), one]));
  const merged = new Map(now.map((one) => [nameOf(one), one]));
  for (const name of was.keys()) if (!is.has(name)) merged.delete(name);
  for (const [name, one] of is) if (!sameValue(was.get(name), one)) merged.set(name, one);
  return [...merged.values()];
}
