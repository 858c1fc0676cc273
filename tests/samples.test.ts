import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../src/core/errors.ts";
import { parseSampleList } from "../src/core/sample-list.ts";

const root = fileURLToPath(new URL("../public/samples/", import.meta.url));
const list = parseSampleList(readFileSync(join(root, "index.json"), "utf8"), "samples/index.json");
const sample = (id: string) => list.samples.find((one) => one.id === id)!;
const sha256 = (file: string) =>
  createHash("sha256")
    .update(readFileSync(join(root, file)))
    .digest("hex");

/** SHA-256 of the files as their source repositories hold them, copied from the data register, not from the manifest. */
const REGISTERED: Readonly<Record<string, string>> = {
  "merscope-mouse/mosaic_DAPI_z3.tif": "3f6a4c75d0f33f8fad5abdb29af3bbc84cb8d306955d5f90b56984689d375016",
  "merscope-mouse/detected_transcripts.csv":
    "3e4413fe66b77ef8220ffe5b6af1528615d20435caa7ed759d0fa06de8823805",
  "merscope-mouse/micron_to_mosaic_pixel_transform.csv":
    "449cddc359a1281bbf6de6915ac764f25dd8d1d6eb5f2863814aaf98b19164f5",
  "iss-breast/breastcancer.csv": "38df1dacd347718a28aa500215fe94557b1a885e73f72bdbe3cf433b00722e22",
  "he-simulated/CMU-1-Small-Region.svs": "ed92d5a9f2e86df67640d6f92ce3e231419ce127131697fbbce42ad5e002c8a7",
};

/** The register's "tree" digest: SHA-256 over the sorted lines "sha256, two spaces, path inside the folder". */
const XENIUM_STORE = "xenium-breast/xenium_rep1_io.points_only.spatialdata.zarr/";
const XENIUM_TREE = "c3a4625bd814026e11bc60d588a1efd2e590bfea87953960eacb304ffc61cca1";

function gemHead(file: string): { comments: string[]; columns: string; rows: string[] } {
  const lines = gunzipSync(readFileSync(join(root, file)))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const first = lines.findIndex((line) => !line.startsWith("#"));
  return { comments: lines.slice(0, first), columns: lines[first]!, rows: lines.slice(first + 1) };
}

describe("the bundled samples", () => {
  test("five, each named once, one of them the default, and that one real", () => {
    expect(list.samples.map((one) => one.id).sort()).toEqual([
      "he-simulated",
      "iss-breast",
      "merscope-mouse",
      "stereo-seq-brain",
      "xenium-breast",
    ]);
    expect(list.samples.filter((one) => one.default).map((one) => one.simulated)).toEqual([false]);
  });

  test.each(list.samples)("$id: files and picture exist, words and licence are there", (one) => {
    for (const file of [...one.files, one.preview]) expect(existsSync(join(root, file)), file).toBe(true);
    for (const text of [one.title, one.subtitle, one.description]) {
      expect(text.en.length).toBeGreaterThan(3);
      expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    }
    expect(one.licence).toMatch(/CC BY 4\.0|CC0|MIT|BSD-2-Clause|Apache-2\.0/);
    expect(one.attribution.length).toBeGreaterThan(10);
    expect(one.sources.map((source) => source.file).sort()).toEqual([...one.files].sort());
    for (const source of one.sources) {
      expect(source.commit).toMatch(/^[0-9a-f]{40}$/);
      expect(sha256(source.file), source.file).toBe(source.sha256);
    }
  });

  test("no name ends in .gz: servers would send it as an encoding, and ranges would break", () => {
    expect(list.samples.flatMap((one) => one.files).filter((file) => file.endsWith(".gz"))).toEqual([]);
  });

  test("names 10x Genomics where its data are", () => {
    expect(sample("xenium-breast").attribution).toContain("10x Genomics");
  });

  test("weighs less than 40 MB in all", () => {
    const sizes = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000_000);
  });
});

describe("real files are the source's, byte for byte", () => {
  test.each(Object.entries(REGISTERED))("%s", (file, expected) => {
    expect(sha256(file)).toBe(expected);
  });

  test("the Xenium store, whole", () => {
    const inside = sample("xenium-breast").files.map((file) => file.slice(XENIUM_STORE.length));
    const lines = inside.sort().map((file) => `${sha256(XENIUM_STORE + file)}  ${file}\n`);
    expect(createHash("sha256").update(lines.join("")).digest("hex")).toBe(XENIUM_TREE);
  });

  test("the mouse-brain GEM: the source's rows, with header lines", () => {
    const gem = gemHead("stereo-seq-brain/SS200000135TL_D1.tissue.gem.gzip");
    expect(gem.comments).toContain("#Stereo-seqChip=SS200000135TL_D1");
    expect(gem.rows).toHaveLength(77_634);
    expect(gem.rows.reduce((sum, row) => sum + Number(row.split("\t")[3]), 0)).toBe(131_002);
  });
});

describe("the simulated sample says so", () => {
  const gem = gemHead("he-simulated/simulated.gem.gzip");

  test("inside the file and wherever it is named", () => {
    expect(gem.comments).toContain("#Note=simulated expression on real H&E; not measured");
    const one = sample("he-simulated");
    expect(one.simulated).toBe(true);
    for (const text of [one.title, one.description]) {
      expect(text.en.toLowerCase()).toContain("simulated expression on real h&e");
      expect(text.zh).toContain("真实 H&E 上的模拟表达");
    }
    expect(list.samples.filter((other) => other.simulated)).toEqual([one]);
  });

  test("as many rows as the card states, each a new gene and spot, all on the slide", () => {
    expect(gem.columns).toBe("geneID\tx\ty\tMIDCount");
    const rows = gem.rows.length.toLocaleString("en-US").replaceAll(",", "\u202f");
    expect(sample("he-simulated").subtitle.en).toContain(rows);
    const seen = new Set<string>();
    let outside = 0;
    for (const row of gem.rows) {
      const [gene, x, y, count] = row.split("\t");
      seen.add(`${gene} ${x} ${y}`);
      // The slide's 2220 × 2967 px at 0.499 µm, spots every 0.5 µm: x ≤ 2215.56, y ≤ 2961.07.
      if (!(Number(x) >= 0 && Number(x) <= 2215 && Number(y) >= 0 && Number(y) <= 2961 && Number(count) >= 1))
        outside++;
    }
    expect(outside).toBe(0);
    expect(seen.size).toBe(gem.rows.length);
  });
});

describe("parseSampleList", () => {
  test.each(["", "[]", '{"version":2,"samples":[]}', '{"version":1,"samples":[{"id":"a"}]}'])(
    "refuses %j",
    (text) => {
      expect(() => parseSampleList(text, "index.json")).toThrow(CentiscopeError);
    },
  );
});
