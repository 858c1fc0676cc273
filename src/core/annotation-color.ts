import type { Annotation, ClassEntry, Rgb } from "./annotation.ts";

/** What has neither a class nor a colour of its own: QuPath's default red. */
export const UNCLASSIFIED: Rgb = [255, 0, 0];

/** The names of a class as QuPath writes them: "Tumour: Positive". */
export function className(names: readonly string[]): string {
  return names.join(": ");
}

/** Its own colour, else the slide's of its class, else the one that came with it. */
export function annotationColor(
  { color, classification }: Pick<Annotation, "color" | "classification">,
  classes: readonly ClassEntry[],
): Rgb {
  if (color) return color;
  if (!classification) return UNCLASSIFIED;
  const name = className(classification.names);
  return (
    classes.find((entry) => className(entry.names) === name)?.color ?? classification.color ?? UNCLASSIFIED
  );
}

/** `#rrggbb`. */
export function hexOf([red, green, blue]: Rgb): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** From `#rrggbb`; undefined when it is none. */
export function rgbOf(hex: string): Rgb | undefined {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return found
    ? [Number.parseInt(found[1]!, 16), Number.parseInt(found[2]!, 16), Number.parseInt(found[3]!, 16)]
    : undefined;
}
