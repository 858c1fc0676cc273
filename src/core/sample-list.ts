import { CentiscopeError } from "./errors.ts";
import type { Platform } from "./table.ts";

/** A text in both languages of the interface. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** Where one bundled file comes from. `file` is relative to the manifest, as in `SampleSlide.files`. */
export interface SampleSource {
  readonly file: string;
  readonly repository: string;
  readonly path: string;
  readonly commit: string;
  readonly licence: string;
  /** Lower-case hex of the bundled bytes. */
  readonly sha256: string;
  /** How the bundled file differs from the source's; absent when it is byte for byte the same. */
  readonly derived?: string;
  /** The program that made the file; present only on simulated ones. */
  readonly generator?: string;
}

/** How a sample looks when it opens; what is absent keeps the viewer's default. */
export interface SampleView {
  readonly genes: readonly string[];
  readonly binUm: number;
  readonly shape: "square" | "hex" | "off";
  readonly binsOf: "all" | "genes";
  readonly colormap?: string;
}

/** Scales that a file does not state itself but its source does. */
export interface SampleUnits {
  /** Micrometres per coordinate unit of the expression; null when the source is known not to say. */
  readonly umPerUnit?: number | null;
  readonly umPerPx?: number;
  readonly reason: string;
}

export interface SampleSlide {
  readonly id: string;
  /** The one that opens first. */
  readonly default: boolean;
  readonly simulated: boolean;
  readonly platform: Platform;
  readonly title: Bilingual;
  readonly subtitle: Bilingual;
  readonly description: Bilingual;
  /** URLs relative to the manifest; together they are one slide. */
  readonly files: readonly string[];
  /** URL relative to the manifest, 960 × 600. */
  readonly preview: string;
  readonly licence: string;
  readonly attribution: string;
  readonly sources: readonly SampleSource[];
  readonly units?: SampleUnits;
  readonly view?: SampleView;
}

export interface SampleList {
  readonly version: 1;
  readonly samples: readonly SampleSlide[];
}

/** Path of the manifest below the page's own address. */
export const SAMPLE_LIST_PATH = "samples/index.json";

/**
 * Reads the text of `public/samples/index.json`. The file ships with the viewer, so only what would break the
 * start page is checked: JSON, version 1, and every entry with id, titles, files and preview.
 *
 * @throws CentiscopeError `sample-list-invalid` (InvalidManifestError).
 */
export function parseSampleList(text: string, file: string): SampleList {
  const list = parseJson(text, file);
  if (!isRecord(list) || list.version !== 1 || !Array.isArray(list.samples))
    throw invalid(file, "version 1 with samples[] expected");
  list.samples.forEach((sample: unknown, at: number) => {
    if (!isSample(sample)) throw invalid(file, `samples[${at}]`);
  });
  return list as unknown as SampleList;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, "JSON", cause);
  }
}

function isSample(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.preview === "string" &&
    [value.title, value.subtitle, value.description].every(isBilingual) &&
    Array.isArray(value.files) &&
    value.files.length > 0 &&
    value.files.every((url) => typeof url === "string")
  );
}

const isBilingual = (value: unknown) =>
  isRecord(value) && typeof value.en === "string" && typeof value.zh === "string";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (file: string, detail: string, cause?: unknown) =>
  new CentiscopeError("sample-list-invalid", { file, detail }, { cause });
