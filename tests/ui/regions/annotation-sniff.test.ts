import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { holdsAnnotations } from "../../../src/ui/regions/annotation-sniff.ts";

const file = (name: string, ...parts: BlobPart[]) => new File(parts, name);
const utf16 = (text: string) =>
  new Uint8Array(Uint16Array.from(`\ufeff${text}`, (c) => c.charCodeAt(0)).buffer);

describe("a file dropped on a slide", () => {
  it("is put on it when it holds annotations, of whichever program", async () => {
    expect(await holdsAnnotations(file("a.csv", "#Selection name: A\nX,Y\n1,2\n"))).toBe(true);
    expect(await holdsAnnotations(file("a.csv", "\ufeffindex,axis-0,axis-1\n0.0,1.0,2.0\n"))).toBe(true);
    expect(
      await holdsAnnotations(file("a.xml", utf16('<Annotations><Annotation Id="1"/></Annotations>'))),
    ).toBe(true);
    const shapes = readFileSync("tests/fixtures/annotations/geopandas-named.parquet");
    expect(await holdsAnnotations(file("shapes.parquet", new Uint8Array(shapes)))).toBe(true);
  });

  it("is opened as a slide of its own when it holds transcripts", async () => {
    const table = readFileSync("tests/fixtures/tables/transcripts.parquet");
    expect(await holdsAnnotations(file("transcripts.parquet", new Uint8Array(table)))).toBe(false);
    expect(await holdsAnnotations(file("a.csv", "x,y,gene\n1,2,ACTB\n"))).toBe(false);
  });
});
