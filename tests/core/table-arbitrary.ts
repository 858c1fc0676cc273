import fc from "fast-check";
import { type Affine, affine } from "../../src/core/affine.ts";
import type { TranscriptColumns } from "../../src/core/table.ts";

/** A row as a naive loop sees it: slide µm, gene name. */
export interface PlainRow {
  readonly x: number;
  readonly y: number;
  readonly gene: string;
  readonly count: number;
  readonly qv: number | null;
  readonly cell: number | null;
}

export interface PlainTable {
  readonly columns: () => TranscriptColumns;
  readonly toUm: Affine<"instrument", "um">;
  readonly lattice: boolean;
  readonly rows: readonly PlainRow[];
  /** Small, so that a table of a hundred rows has tiles inside, outside and across any area. */
  readonly rowsPerTile: number;
  readonly controls: ReadonlySet<string>;
}

export const geneNames = ["B", "A", "__proto__", "NegControl_1", "toString", "Z", "=cmd()"];
const controls = new Set(["NegControl_1", "Z"]);

const rawRow = (place: fc.Arbitrary<number>, counts: fc.Arbitrary<number>) =>
  fc.record({
    x: place,
    y: place,
    gene: fc.nat(geneNames.length - 1),
    count: counts,
    qv: fc.float({ min: 0, max: 60, noNaN: true }),
    cell: fc.nat(3),
  });

const counts = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constant(70_000));
const spots = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -40, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: -70_000, max: 70_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -(2 ** 25), max: 2 ** 25 }) },
);
const anySpots = fc.oneof(spots, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
/** Scaling by powers of two is exact, save for subnormal numbers, which no slide has. */
const normal = (v: number) => (Math.abs(v) < 1e-290 ? 0 : v);
const positions = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -50, max: 50, noNaN: true }).map(normal) },
  { weight: 1, arbitrary: fc.double({ min: -3e9, max: 3e9, noNaN: true }).map(normal) },
  { weight: 1, arbitrary: fc.constantFrom(-0, -1e-20, 1024, -1024, 0.1) },
);
const latticeTransforms = fc.constantFrom(
  affine<"instrument", "um">(0.5, 0, 0, 0.5, 0, 0),
  affine<"instrument", "um">(1, 0, 0, 1, -12.25, 7),
  affine<"instrument", "um">(0.2125, 0, 0, 0.2125, 100, -3),
);
const otherTransforms = fc.constantFrom(
  affine<"instrument", "um">(1, 0, 0, 1, 0, 0),
  affine<"instrument", "um">(0.6, 0.8, -0.8, 0.6, 3, -4),
  affine<"instrument", "um">(-2, 0, 0, 2, 0, 0),
);

/** Tables on a lattice, rotated lattices and continuous ones; also far apart and all in one place. */
export const tables: fc.Arbitrary<PlainTable> = fc.oneof(
  { weight: 4, arbitrary: tableOf(rawRow(spots, counts), latticeTransforms, "int") },
  { weight: 1, arbitrary: tableOf(rawRow(anySpots, counts), latticeTransforms, "int") },
  { weight: 1, arbitrary: tableOf(rawRow(spots, counts), otherTransforms, "int") },
  { weight: 4, arbitrary: tableOf(rawRow(positions, counts), otherTransforms, "double") },
  { weight: 1, arbitrary: tableOf(rawRow(fc.constant(7), counts), latticeTransforms, "int") },
);

function tableOf(
  row: ReturnType<typeof rawRow>,
  transforms: fc.Arbitrary<Affine<"instrument", "um">>,
  kind: "int" | "double",
): fc.Arbitrary<PlainTable> {
  return fc
    .record({
      raw: fc.array(row, { minLength: 1, maxLength: 120 }),
      toUm: transforms,
      rowsPerTile: fc.constantFrom(1, 3, 20, 65_536),
      withCount: fc.boolean(),
      withQv: fc.boolean(),
      withCell: fc.boolean(),
    })
    .map(({ raw, toUm, rowsPerTile, withCount, withQv, withCell }): PlainTable => {
      const half = kind === "int" ? 0.5 : 0;
      const lattice =
        kind === "int" && toUm.a > 0 && toUm.a === toUm.d && toUm.b === 0 && spread(raw) < 2 ** 27;
      const position = ({ x, y }: { x: number; y: number }): [number, number] =>
        lattice
          ? [toUm.e + 0.5 * toUm.a + x * toUm.a, toUm.f + 0.5 * toUm.a + y * toUm.a]
          : [
              toUm.a * (x + half) + toUm.c * (y + half) + toUm.e,
              toUm.b * (x + half) + toUm.d * (y + half) + toUm.f,
            ];
      return {
        toUm,
        rowsPerTile,
        lattice,
        controls,
        rows: raw.map((r) => ({
          x: position(r)[0],
          y: position(r)[1],
          gene: geneNames[r.gene]!,
          count: withCount ? r.count : 1,
          qv: withQv ? Math.floor(r.qv) : null,
          cell: withCell ? r.cell : null,
        })),
        columns: () => ({
          platform: "table",
          rows: raw.length,
          x: kind === "int" ? Int32Array.from(raw, (r) => r.x) : Float64Array.from(raw, (r) => r.x),
          y: kind === "int" ? Int32Array.from(raw, (r) => r.y) : Float64Array.from(raw, (r) => r.y),
          gene: Uint16Array.from(raw, (r) => r.gene),
          geneNames,
          geneIds: null,
          geneIsControl: Uint8Array.from(geneNames, (name) => (controls.has(name) ? 1 : 0)),
          count: withCount ? Uint32Array.from(raw, (r) => r.count) : null,
          qv: withQv ? Float32Array.from(raw, (r) => r.qv) : null,
          cell: withCell ? Uint32Array.from(raw, (r) => r.cell) : null,
          cellNames: withCell ? ["c1", "c2", "c3"] : null,
          frame: { unit: "um", umPerUnit: 1, source: "test" },
          instrumentToImagePx: null,
          warnings: [],
        }),
      };
    });
}

function spread(raw: readonly { x: number; y: number }[]): number {
  const range = (v: number[]) => Math.max(...v) - Math.min(...v);
  return Math.max(range(raw.map((r) => r.x)), range(raw.map((r) => r.y)));
}
