import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affine } from "../../src/core/affine.ts";
import { MAX_GENES, type TableShard, type TranscriptColumns } from "../../src/core/table.ts";
import { type BuiltTable, buildTable } from "../../src/core/tile-table.ts";
import { type PlainRow, type PlainTable, tables } from "./table-arbitrary.ts";

const half = affine<"instrument", "um">(0.5, 0, 0, 0.5, 0, 0);

function lattice(x: number[], y: number[], more: Partial<TranscriptColumns> = {}): TranscriptColumns {
  return {
    platform: "stereo-seq",
    rows: x.length,
    x: Int32Array.from(x),
    y: Int32Array.from(y),
    gene: new Uint16Array(x.length),
    geneNames: ["g"],
    geneIds: null,
    geneIsControl: new Uint8Array(1),
    count: null,
    qv: null,
    cell: null,
    cellNames: null,
    frame: { unit: "spot", umPerUnit: 0.5, source: "test" },
    instrumentToImagePx: null,
    warnings: [],
    ...more,
  };
}

/** Every row of the shards, with the place that its tile says. */
function unpack(built: BuiltTable): (PlainRow & { low: number; lowY: number })[] {
  return built.shards.flatMap((shard) =>
    Array.from(shard.tileCol, (_, tile) => tileRows(built, shard, tile)).flat(),
  );
}

function tileRows(built: BuiltTable, shard: TableShard, tile: number) {
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  const rows = [];
  for (let i = shard.tileOffset[tile]!; i < shard.tileOffset[tile + 1]!; i++) {
    const low = originXUm + (shard.tileCol[tile]! * span + shard.x[i]!) * quantumUm;
    const lowY = originYUm + (shard.tileRow[tile]! * span + shard.y[i]!) * quantumUm;
    rows.push({
      x: shard.xExact?.[i] ?? low,
      y: shard.yExact?.[i] ?? lowY,
      low,
      lowY,
      gene: built.genes.names[shard.gene[i]!]!,
      count: shard.count[i]!,
      qv: shard.qv?.[i] ?? null,
      cell: shard.cell?.[i] ?? null,
    });
  }
  return rows;
}

const asText = (row: PlainRow, table: PlainTable) => {
  // On a lattice the two sums of the same three numbers may round differently in the last place.
  const digits = (v: number) => (table.lattice ? v.toPrecision(12) : String(v + 0));
  return [digits(row.x), digits(row.y), row.gene, row.count, row.qv, row.cell].join("|");
};

describe("buildTable", () => {
  it("keeps every row, in whole tiles, whatever the coordinates", () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 5 }), (table, shardCount) => {
        const built = buildTable(table.columns(), table.toUm, {
          rowsPerTile: table.rowsPerTile,
          shardCount,
          file: "t",
        });
        const rows = unpack(built);
        expect(rows.map((r) => asText(r, table)).sort()).toEqual(
          table.rows.map((r) => asText(r, table)).sort(),
        );
        expect(built.shards.length).toBeLessThanOrEqual(shardCount);
        const { boundsUm: b } = built.info;
        for (const r of rows) {
          expect(r.x >= b.minX && r.x < b.maxX && r.y >= b.minY && r.y < b.maxY).toBe(true);
        }
        for (const shard of built.shards) {
          expect(shard.geometry.exact).toBe(table.lattice);
          expect(shard.tileOffset.at(-1)).toBe(shard.x.length);
        }
        if (!table.lattice) {
          const { quantumUm } = built.shards[0]!.geometry;
          for (const r of rows) {
            expect(r.low <= r.x && r.x <= r.low + quantumUm).toBe(true);
            expect(r.lowY <= r.y && r.y <= r.lowY + quantumUm).toBe(true);
          }
        }
      }),
    );
  });

  it("ranks genes by molecules, ties by name, and sums them", () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { genes, info } = buildTable(table.columns(), table.toUm, {
          rowsPerTile: table.rowsPerTile,
          shardCount: 2,
          file: "t",
        });
        const sums = new Map<string, number>();
        for (const r of table.rows) sums.set(r.gene, (sums.get(r.gene) ?? 0) + r.count);
        const expected = [...genes.names].sort(
          (a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || (a < b ? -1 : 1),
        );
        expect(genes.names).toEqual(expected);
        expect([...genes.totals]).toEqual(expected.map((name) => sums.get(name) ?? 0));
        expect([...genes.rows]).toEqual(
          expected.map((name) => table.rows.filter((r) => r.gene === name).length),
        );
        expect([...genes.isControl]).toEqual(expected.map((name) => (table.controls.has(name) ? 1 : 0)));
        expect(info.totalCount).toBe(table.rows.reduce((sum, r) => sum + r.count, 0));
      }),
    );
  });

  it("places a spot's row at its centre and bounds whole spots", () => {
    const built = buildTable(lattice([10, -3], [4, 4]), half, { shardCount: 1, file: "t" });
    // Spot 10 covers 5.0–5.5 µm; spot −3 covers −1.5 to −1.0 µm.
    expect(unpack(built).map((r) => [r.x, r.y])).toEqual([
      [-1.25, 2.25],
      [5.25, 2.25],
    ]);
    expect(built.info.boundsUm).toEqual({ minX: -1.5, minY: 2, maxX: 5.5, maxY: 2.5 });
    expect(built.info.pitchUm).toBe(0.5);
  });

  it("keeps the order of the file within a tile", () => {
    const n = 500;
    const columns = lattice(new Array(n).fill(3), new Array(n).fill(9), {
      cell: Uint32Array.from({ length: n }, (_, i) => i),
    });
    const { shards } = buildTable(columns, half, { shardCount: 4, file: "t" });
    expect(shards).toHaveLength(1);
    expect([...shards[0]!.cell!]).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it("cuts a large table into tiles of 16 000 to 66 000 rows and shards of like size", () => {
    const n = 400_000;
    const spot = (i: number, k: number) => Math.floor(((i * k) % 1_000_003) / 100);
    const columns = lattice(
      Array.from({ length: n }, (_, i) => spot(i, 7919)),
      Array.from({ length: n }, (_, i) => spot(i, 104_729)),
    );
    const { shards, info } = buildTable(columns, half, { shardCount: 4, file: "t" });
    const tiles = shards.reduce((sum, s) => sum + s.tileCol.length, 0);
    expect(n / tiles).toBeGreaterThan(10_000);
    expect(n / tiles).toBeLessThanOrEqual(65_536);
    expect(shards.length).toBeGreaterThan(1);
    // x, y, gene, count: 8 bytes a row, and 16 bytes a tile with the offsets' ends.
    expect(info.memoryBytes).toBe(8 * n + 16 * tiles + 4 * shards.length);
    expect(columns.x.length).toBe(0);
  });

  it("is not thrown off by one far row", () => {
    const n = 300_000;
    const x = Array.from({ length: n }, (_, i) => (i * 7919) % 20_011);
    x[0] = 2 ** 25;
    const columns = lattice(
      x,
      Array.from({ length: n }, (_, i) => (i * 104_729) % 20_011),
    );
    const { shards } = buildTable(columns, half, { shardCount: 1, file: "t" });
    expect(shards[0]!.tileCol.length).toBeGreaterThan(3);
  });

  it("makes one empty shard of no rows", () => {
    const { shards, info } = buildTable(lattice([], []), half, { shardCount: 4, file: "t" });
    expect(shards).toHaveLength(1);
    expect(info.rows).toBe(0);
    expect(shards[0]!.tileOffset).toEqual(Uint32Array.of(0));
  });

  it("refuses more genes than codes", () => {
    const geneNames = Array.from({ length: MAX_GENES + 1 }, (_, i) => `g${i}`);
    const columns = lattice([1], [1], { geneNames, geneIsControl: new Uint8Array(geneNames.length) });
    expect(() => buildTable(columns, half, { shardCount: 1, file: "big.csv" })).toThrow(/big\.csv.*65536/);
  });
});
