import type { AnnotationList } from "./annotation-list.ts";
import type { Region } from "./region.ts";

/**
 * The space of a document's positions: pixels of the slide's image at level 0 (QuPath's own), or slide µm where the
 * slide has no image. It never changes, so that what QuPath wrote comes back to the last bit.
 */
export type AnnotationFrame = "imagePx" | "um";

export type Position = readonly [x: number, y: number];
export type Rgb = readonly [red: number, green: number, blue: number];

/** A JSON value, for what others wrote and we only carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What an annotation looks like, in the document's frame. Rings are not closed: the last corner is joined to the
 * first. An ellipse carries the ring that stands for it, and the box of that ring is the box of the ellipse.
 */
export type AnnotationGeometry =
  | {
      readonly type: "area";
      readonly region: Region;
      readonly shape: "polygon" | "rectangle" | "ellipse";
    }
  | {
      readonly type: "line";
      /** Each part is a chain of positions. */
      readonly lines: readonly (readonly Position[])[];
      readonly shape: "polyline" | "ruler" | "arrow";
    }
  | {
      readonly type: "points";
      readonly positions: readonly Position[];
      /** A note is one point whose name is the text that is written there. */
      readonly shape: "points" | "note";
    };

export type AreaGeometry = Extract<AnnotationGeometry, { readonly type: "area" }>;

export interface AnnotationClass {
  /** Parts of a derived class ("Tumour: Positive") in order; at least one. */
  readonly names: readonly string[];
  readonly color: Rgb | null;
}

/**
 * One annotation, a value: changing it makes another. Equal by content means equal.
 * Order within a parent is that of the document's list.
 */
export interface Annotation {
  /** A UUID, or whatever name the file it came from gave it. */
  readonly id: string;
  readonly parentId: string | null;
  readonly geometry: AnnotationGeometry;
  /** QuPath's `objectType`: "annotation", "detection", "cell", "tile" … */
  readonly objectType: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly classification: AnnotationClass | null;
  /** Its own colour, over that of its class. */
  readonly color: Rgb | null;
  readonly locked: boolean;
  /** Not drawn, still counted. Ours alone; kept in `metadata` where a file is to carry it. */
  readonly hidden: boolean;
  readonly measurements: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Members of a file that have no place above, by path, to be written back as they were. */
  readonly extra: Readonly<Record<string, Json>>;
}

/** Where an annotation stands in the drawing order, before and after; null = it is not there. */
export type RankChange = readonly [id: string, before: string | null, after: string | null];

/**
 * What one gesture changed. Applied backwards it is undone. Made by `state/annotation-commands.ts`, applied by
 * `annotation-patch.ts`.
 */
export interface AnnotationPatch {
  /** An i18n key of what was done: "draw", "move", "delete" … */
  readonly label: string;
  readonly created: readonly Annotation[];
  readonly updated: readonly (readonly [before: Annotation, after: Annotation])[];
  readonly removed: readonly Annotation[];
  /** One for each that comes, goes or is put elsewhere; see `annotation-rank.ts`. */
  readonly ranks: readonly RankChange[];
  /** The slide's list of classes; null = as it was. */
  readonly classes: readonly [before: readonly ClassEntry[], after: readonly ClassEntry[]] | null;
}

/** A class offered by the slide's list. */
export interface ClassEntry {
  readonly names: readonly string[];
  readonly color: Rgb;
}

/** All annotations of one slide. A value: each change makes another. */
export interface AnnotationDocument {
  /** By what the slide is, not where it lies: see `slideIdentity`. Empty while no slide is open. */
  readonly slideKey: string;
  readonly frame: AnnotationFrame;
  /** In drawing order, bottom first. `AnnotationList.of(annotations)` makes one. */
  readonly annotations: AnnotationList;
  readonly classes: readonly ClassEntry[];
}
