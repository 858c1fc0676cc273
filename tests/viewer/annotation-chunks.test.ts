import { expect, test } from "vitest";
import type { Annotation, AnnotationDocument } from "../../src/core/annotation.ts";
import { AnnotationList } from "../../src/core/annotation-list.ts";
import { outlineDetail } from "../../src/geometry/outline-detail.ts";
import { AnnotationChunks, CORNERS_AT_ONCE } from "../../src/viewer/annotation-chunks.ts";
import { OutlineDetails } from "../../src/viewer/outline-details.ts";

const CORNERS = 24;
const noDetail = (): never => {
  throw new Error("nothing here has so many corners");
};

function cell(i: number, dx = 0): Annotation {
  const [x, y] = [(i % 100) * 40 + dx, Math.floor(i / 100) * 40];
  const ring = Array.from({ length: CORNERS }, (_, k): [number, number] => {
    const angle = (2 * Math.PI * k) / CORNERS;
    return [x + 9 * Math.cos(angle), y + 9 * Math.sin(angle)];
  });
  return {
    id: `${i}`,
    parentId: null,
    geometry: { type: "area", shape: "polygon", region: [[ring]] },
    objectType: "annotation",
    name: null,
    description: null,
    classification: null,
    color: null,
    locked: false,
    hidden: false,
    measurements: {},
    metadata: {},
    extra: {},
  };
}

const documentOf = (annotations: readonly Annotation[]): AnnotationDocument =>
  ({
    annotations: AnnotationList.of(annotations),
    classes: [],
    frame: "um",
  }) as unknown as AnnotationDocument;

const NONE: ReadonlySet<string> = new Set();
const OMITTED: readonly string[] = [];

function segments(chunks: AnnotationChunks, document: AnnotationDocument, marked = NONE) {
  const meshes = chunks.update({ document, omitted: OMITTED, marked });
  let [all, thick] = [0, 0];
  for (const { lines } of meshes) {
    const bytes = new Uint8Array(lines);
    for (let at = 19; at < bytes.length; at += 20) {
      all++;
      if (bytes[at] !== 255) thick++;
    }
  }
  return { all, thick };
}

test("many annotations are taken in by parts, none of which is long, until all are drawn", () => {
  const many = Array.from({ length: 5000 }, (_, i) => cell(i));
  const chunks = new AnnotationChunks(new OutlineDetails(noDetail, () => undefined));
  const document = documentOf(many);
  let before = 0;
  let parts = 0;
  do {
    if (parts > 0) chunks.advance();
    const { all } = segments(chunks, document);
    expect(all - before).toBeLessThanOrEqual(CORNERS_AT_ONCE + 400 * CORNERS);
    before = all;
    parts++;
  } while (chunks.pending);
  expect(before).toBe(5000 * CORNERS);
  expect(parts).toBeGreaterThan(5);
});

test("an edit is drawn at once, before what is not drawn yet", () => {
  const many = Array.from({ length: 5000 }, (_, i) => cell(i));
  const chunks = new AnnotationChunks(new OutlineDetails(noDetail, () => undefined));
  const document = documentOf(many);
  let { all } = segments(chunks, document);
  while (all === 0) {
    chunks.advance();
    ({ all } = segments(chunks, document));
  }
  const shown = chunks.update({ document, omitted: OMITTED, marked: NONE });
  // The first to be placed is among those that are shown.
  const [first] = document.annotations.since(AnnotationList.empty).come;
  const { id } = first!.annotation;
  const annotations = document.annotations.edited([[id, { ...first!, annotation: cell(Number(id), 3) }]]);
  const edited = { ...document, annotations };
  const after = chunks.update({ document: edited, omitted: OMITTED, marked: NONE });
  expect(chunks.pending).toBe(true);
  chunks.advance();
  expect(segments(chunks, edited).all).toBeGreaterThan(all);
  expect(after).not.toContain(shown[0]);
});

test("an area of very many corners is made elsewhere; an outline stands for it meanwhile", async () => {
  const n = 20_000;
  const ring = Array.from({ length: n }, (_, k): [number, number] => {
    const angle = (2 * Math.PI * k) / n;
    return [900 * Math.cos(angle), 900 * Math.sin(angle)];
  });
  const large: Annotation = {
    ...cell(1),
    id: "large",
    geometry: { type: "area", shape: "polygon", region: [[ring]] },
  };
  const asked: number[] = [];
  let tell = (): void => undefined;
  const made = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const details = new OutlineDetails(
    async (area, quanta) => {
      asked.push(area.corners.length / 2);
      return outlineDetail(area, quanta);
    },
    (geometry) => {
      chunks.detailed(geometry);
      tell();
    },
  );
  const chunks = new AnnotationChunks(details);
  const document = documentOf([cell(0), large]);
  const { all } = segments(chunks, document);
  expect(all).toBeLessThan(3000);
  await made;
  expect(chunks.pending).toBe(true);
  while (chunks.pending) chunks.advance();
  const meshes = chunks.update({ document, omitted: OMITTED, marked: NONE });
  const near = meshes.filter(({ scales }) => !scales || scales[0] === 0);
  const drawn = near.reduce((sum, { lines }) => sum + lines.byteLength / 20, 0);
  expect(drawn).toBe(n + CORNERS);
  // At every scale it is drawn once.
  for (const unitsPerPx of [0.01, 0.1, 1, 10, 1000]) {
    const seen = meshes.filter(({ scales }) => scales && unitsPerPx >= scales[0] && unitsPerPx < scales[1]);
    expect(new Set(seen.map(({ scales }) => scales?.join())).size).toBe(1);
  }
  expect(meshes.reduce((sum, { boxes }) => sum + boxes.byteLength / 20, 0)).toBe(2);
  expect(asked).toEqual([n]);
});

test("an area that cannot be filled keeps all of its outline", async () => {
  const n = 6000;
  const ring = Array.from({ length: n }, (_, k): [number, number] => [k, (k * k) % 97]);
  const large: Annotation = { ...cell(1), geometry: { type: "area", shape: "polygon", region: [[ring]] } };
  let tell = (): void => undefined;
  const made = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const details = new OutlineDetails(
    () => Promise.reject(new Error("no worker")),
    (geometry) => {
      chunks.detailed(geometry);
      tell();
    },
  );
  const chunks = new AnnotationChunks(details);
  const document = documentOf([large]);
  expect(segments(chunks, document).all).toBe(n / 3);
  await made;
  while (chunks.pending) chunks.advance();
  expect(segments(chunks, document).all).toBe(n);
});

test("those that are marked are thick, and no longer when they are not", () => {
  const few = Array.from({ length: 300 }, (_, i) => cell(i));
  const document = documentOf(few);
  const chunks = new AnnotationChunks(new OutlineDetails(noDetail, () => undefined));
  expect(segments(chunks, document).thick).toBe(0);
  const marked = new Set(["3", "7"]);
  expect(segments(chunks, document, marked).thick).toBe(2 * CORNERS);
  expect(segments(chunks, document).thick).toBe(0);
  expect(segments(chunks, documentOf([]), marked).all).toBe(0);
});

test("what lies in a small part of the slide is a small part of what is drawn", () => {
  const many = Array.from({ length: 8000 }, (_, i) => cell(i));
  const chunks = new AnnotationChunks(new OutlineDetails(noDetail, () => undefined));
  const document = documentOf(many);
  let meshes = chunks.update({ document, omitted: OMITTED, marked: NONE });
  while (chunks.pending) {
    chunks.advance();
    meshes = chunks.update({ document, omitted: OMITTED, marked: NONE });
  }
  const view = [1000, 1000, 1400, 1300] as const;
  const near = meshes.filter(
    ({ bounds: [x0, y0, x1, y1] }) => x0 <= view[2] && x1 >= view[0] && y0 <= view[3] && y1 >= view[1],
  );
  const objects = (some: typeof meshes) => some.reduce((sum, { sizes }) => sum + sizes.length, 0);
  expect(objects(meshes)).toBe(8000);
  // 80 lie in the view itself.
  expect(objects(near)).toBeLessThan(1600);
  // Taken out, all are gone, also from cells that were split.
  chunks.update({ document: documentOf(many.slice(0, 10)), omitted: OMITTED, marked: NONE });
  while (chunks.pending) chunks.advance();
  const left = chunks.update({ document: documentOf(many.slice(0, 10)), omitted: OMITTED, marked: NONE });
  while (chunks.pending) chunks.advance();
  expect(objects(left)).toBe(10);
});
