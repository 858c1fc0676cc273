import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { identify, readExpression } from "../../src/formats/registry.ts";
import { folder, hasShared, SHARED } from "./files.ts";

const keysOf = (expected: string) =>
  Object.keys(JSON.parse(readFileSync(`tests/fixtures/expected/${expected}`, "utf8")));

/** Transcript tables that are one file: those of which tables.py and gef.py have figures. */
const tables = new Set(
  [...keysOf("tables.json"), ...keysOf("gef.json")].filter(
    (key) => !key.startsWith("fixture:") && /\.(gz|csv|parquet|gef)$/.test(key),
  ),
);
/** Images of which make-tiff-expected.py has figures, and those that a browser decodes (tests/e2e). */
const isImage = (path: string) =>
  !path.startsWith("malformed/") && /\.(tiff?|svs|dzi|png|jpe?g)$/i.test(path);

/** All single files but the parts of stores and pyramids, and the fuzzed TIFFs, which tiff.test.ts opens. */
const files = hasShared
  ? readdirSync(SHARED, { recursive: true })
      .map(String)
      .filter((path) => !/\.zarr\/|_files\/|malformed\/tiff\/|(README\.md|SHA256SUMS)$/.test(path))
      .filter((path) => statSync(join(SHARED, path)).isFile())
      .sort()
  : [];

describe.skipIf(!hasShared)("every file of the shared data by itself is what its register says", () => {
  test("each table and each image that has figures is there", () => {
    expect([...tables].filter((path) => !files.includes(path))).toEqual([]);
    const measured: { path: string }[] = JSON.parse(
      readFileSync("tests/fixtures/expected/tiff.json", "utf8"),
    );
    const tiffs = files.filter((path) => isImage(path) && /\.(tiff?|svs)$/.test(path));
    expect(measured.map(({ path }) => path).sort()).toEqual(tiffs);
  });

  for (const path of files) {
    if (isImage(path)) {
      test(`${path}: an image`, async () => {
        const plan = await identify(folder(join(SHARED, path)));
        expect([plan.images.length, plan.expression]).toEqual([1, null]);
      });
    } else if (!tables.has(path)) {
      test(`${path}: no transcripts, so it is refused or asked about, by name`, async () => {
        const opened = identify(folder(join(SHARED, path))).then(readExpression);
        const thrown = await opened.then(
          () => "read without a word",
          (error: unknown) => error,
        );
        expect(thrown).toBeInstanceOf(CentiscopeError);
        expect((thrown as CentiscopeError).message).toContain(basename(path));
        expect((thrown as CentiscopeError).message).not.toMatch(/\{\w+\}/);
      });
    }
  }
});
