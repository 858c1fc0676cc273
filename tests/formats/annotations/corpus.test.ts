import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Annotation } from "../../../src/core/annotation.ts";
import { PreparedRegion } from "../../../src/core/region.ts";
import { chainLength, chainsBox } from "../../../src/core/ring-measure.ts";
import { exportGeojson } from "../../../src/formats/annotations/geojson-export.ts";
import { importAnnotations } from "../../../src/formats/annotations/import-annotations.ts";
import { measureGeometry } from "../../../src/geometry/region-measure.ts";
import { MemorySource } from "../../../src/io/memory.ts";
import { hasSharedData, sharedFile } from "./corpus.ts";
import { qupathFaults } from "./qupath-rules.ts";

interface Expected {
  readonly objects: number;
  readonly positions: number;
  readonly area: number;
  readonly length: number;
  readonly box: readonly number[];
  /** Sum of πr² of shapes that are circles. */
  readonly circles?: number;
}

/** By json, csv, xml.etree, pyarrow and shapely: see tests/fixtures/README.md. */
const expected = JSON.parse(
  readFileSync(new URL("../../fixtures/expected/annotations.json", import.meta.url), "utf8"),
) as { readonly files: Record<string, Expected>; readonly notAnnotations: string[] };

const SAME = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/** Frames and formats as the programs document them. */
const KINDS: readonly [path: RegExp, format: string, frame: string][] = [
  [/qupath|HistoQC/, "geojson", "imagePx"],
  [/large_image/, "geojson", "unknown"],
  [/asap/, "asap", "imagePx"],
  [/sectra/, "sectra", "unknown"],
  [/camelyon/, "camelyon", "imagePx"],
  [/xenium-explorer/, "xenium", "um"],
  [/\.parquet$/, "shapes", "unknown"],
];

function chains({ geometry }: Annotation) {
  if (geometry.type === "points") return [geometry.positions];
  return geometry.type === "line" ? geometry.lines : geometry.region.flat();
}

describe.skipIf(!hasSharedData)("annotations of the shared data", () => {
  test.each(Object.entries(expected.files))("%s", async (path, figures) => {
    const [found, ...more] = await importAnnotations(sharedFile(path));
    expect(more).toEqual([]);
    const [, format, frame] = KINDS.find(([pattern]) => pattern.test(path))!;
    expect(found).toMatchObject({
      format,
      frame,
      report: { found: figures.objects, imported: figures.objects },
    });
    const { annotations, report } = found!;
    expect(report.lines.filter(({ outcome }) => outcome === "refused")).toEqual([]);
    expect(annotations).toHaveLength(figures.objects);
    const sum = (of: (annotation: Annotation) => number) =>
      annotations.reduce((all, one) => all + of(one), 0);
    if (figures.circles !== undefined) {
      expect(sum(({ geometry }) => measureGeometry(geometry, SAME).areaUm2)).toBeCloseTo(figures.circles, 6);
      return;
    }
    expect(sum((one) => chains(one).reduce((n, chain) => n + chain.length, 0))).toBe(figures.positions);
    const area = sum(({ geometry }) => measureGeometry(geometry, SAME).areaUm2);
    // Outlines that cross themselves have a different area by shapely, which counts by winding.
    if (!report.lines.some(({ code }) => code === "import-crossing")) {
      expect(Math.abs(area - figures.area)).toBeLessThan(1e-9 * figures.area + 1e-12);
    }
    const lines = sum(({ geometry }) =>
      geometry.type === "line" ? geometry.lines.reduce((n, line) => n + chainLength(line, false), 0) : 0,
    );
    expect(lines).toBeCloseTo(figures.length, 8);
    const { x0, y0, x1, y1 } = chainsBox(annotations.flatMap(chains));
    expect([x0, y0, x1, y1]).toEqual(figures.box);
  });

  test.each(Object.keys(expected.files))(
    "%s: written, read and written again it is the same bytes",
    async (path) => {
      const [first] = await importAnnotations(sharedFile(path));
      const written = exportGeojson(first!.annotations, "imagePx");
      expect(qupathFaults(new TextDecoder().decode(written))).toEqual([]);
      const [second] = await importAnnotations(new MemorySource("again.geojson", written));
      expect(second!.report.lines.filter(({ outcome }) => outcome !== "kept")).toEqual([]);
      expect(second!.annotations).toEqual(first!.annotations);
      expect(exportGeojson(second!.annotations, "imagePx")).toEqual(written);
    },
  );

  test.each(expected.notAnnotations)("%s holds none, and says so", async (path) => {
    await expect(importAnnotations(sharedFile(path))).rejects.toMatchObject({
      facts: { code: "annotations-unknown", params: { file: path.split("/").at(-1) } },
    });
  });

  test("Sectra's own area and length tell the same width of the slide, twice", async () => {
    const scales = [];
    for (const name of ["area", "polyline"]) {
      const [found] = await importAnnotations(
        sharedFile(`annotations/wsidicom/sectra/pathologycore-${name}.json`),
      );
      scales.push(found!.suggestions[0]!.scale);
    }
    // 5.33 mm² and 5.93 mm are rounded to the third digit.
    expect(Math.abs(scales[0]! / scales[1]! - 1)).toBeLessThan(0.002);
  });

  test("QuPath's hole is a hole", async () => {
    const [found] = await importAnnotations(sharedFile("annotations/HistoQC/holed.geojson"));
    const { geometry } = found!.annotations[0]!;
    const region = new PreparedRegion(geometry.type === "area" ? geometry.region : []);
    expect([region.contains(10_100, 16_800), region.contains(11_700, 17_900)]).toEqual([true, false]);
  });
});

test.skipIf(hasSharedData)(
  "the shared data are not here: annotation files of others are not tested",
  () => {},
);
