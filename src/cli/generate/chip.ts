import type { TranscriptColumns } from "../../core/table.ts";
import { BlockSampler } from "./block-sampler.ts";
import { poisson, type Random, random } from "./random.ts";
import { BLOCK_PX, PITCH_UM, type Tissue, UM_PER_PX } from "./tissue.ts";

/** Genes that rise and fall together over the chip. */
const PROGRAMS = 12;
/** Spread of a program's strength from block to block (standard deviation of the logarithm). */
const SPREAD = 0.5;

/** One gene: its share of all rows, and the counts that its real rows have. */
export interface GeneModel {
  readonly name: string;
  readonly share: number;
  readonly counts: Uint16Array;
}

/** A simulated chip, said in full by these. */
export interface ChipPlan {
  /** Spots along a side. */
  readonly spots: number;
  readonly seed: number;
  /** Rows for each µm² of the chip, on average. */
  readonly rowsPerUm2: number;
  readonly genes: readonly GeneModel[];
}

/** Rows of one gene in one band of blocks, by position; one row a spot. */
export interface GeneRows {
  /** Index into the plan's genes; they come in order, all bands of one before the next. */
  readonly gene: number;
  readonly x: Uint32Array;
  readonly y: Uint32Array;
  readonly count: Uint32Array;
}

/** Genes by falling share, from the rows of a real table; what is beyond them is made up and named so. */
export function geneModels(real: TranscriptColumns, wanted: number): GeneModel[] {
  const counts = real.geneNames.map(() => [] as number[]);
  for (let i = 0; i < real.rows; i++) counts[real.gene[i]!]!.push(real.count?.[i] ?? 1);
  const found = real.geneNames
    .map((name, gene) => ({ name, rows: counts[gene]!.length, counts: Uint16Array.from(counts[gene]!) }))
    .filter((gene) => gene.rows > 0)
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
    .slice(0, wanted);
  const made = Array.from({ length: Math.max(0, wanted - found.length) }, (_, i) => ({
    name: `Simulated-${String(i + 1).padStart(5, "0")}`,
    // Rarer than the rarest real gene, whose one row stands for anything below it.
    rows: 1 / (2 + i / 1000),
    counts: Uint16Array.of(1),
  }));
  const all = [...found, ...made];
  const total = all.reduce((sum, gene) => sum + gene.rows, 0);
  return all.map(({ name, rows, counts: of }) => ({ name, share: rows / total, counts: of }));
}

/**
 * All rows of a simulated chip, gene by gene; memory grows with one gene in one band of blocks, never with the chip.
 * Every (gene, block) has its own seed, so that any part may be made again alone.
 */
export function* chipRows(plan: ChipPlan, tissue: Tissue): Generator<GeneRows, void, undefined> {
  const { spots, seed, rowsPerUm2, genes } = plan;
  const samplers = tissue.densities.map((density) => new BlockSampler(density));
  const blockUm = BLOCK_PX * UM_PER_PX;
  const blocks = Math.ceil((spots * PITCH_UM) / blockUm);
  const strength = blockStrengths(blocks, seed);
  const perBlock = rowsPerUm2 * blockUm * blockUm;
  for (let gene = 0; gene < genes.length; gene++) {
    const { share, counts } = genes[gene]!;
    const sampler = samplers[gene % samplers.length]!;
    const program = strength[gene % PROGRAMS]!;
    for (let row = 0; row < blocks; row++) {
      const keys: Uint32Array[] = [];
      for (let col = 0; col < blocks; col++) {
        const source = random(seed, gene, row, col);
        const drawn = poisson(perBlock * share * program[row * blocks + col]!, source);
        if (drawn > 0) keys.push(drawBlock(sampler, source, drawn, col, row, spots));
      }
      const rows = mergedRows(gene, keys, spots, counts, random(seed, gene, row, -1));
      if (rows) yield rows;
    }
  }
}

/** Positions y · spots + x of the draws that fall on the chip; blocks of odd places are mirrored. */
function drawBlock(
  sampler: BlockSampler,
  source: Random,
  drawn: number,
  col: number,
  row: number,
  spots: number,
): Uint32Array {
  const keys = new Uint32Array(drawn);
  let kept = 0;
  for (let i = 0; i < drawn; i++) {
    const pixel = sampler.draw(source);
    const px = pixel % BLOCK_PX;
    const py = (pixel - px) / BLOCK_PX;
    const x = spotOf(col * BLOCK_PX + (col % 2 === 0 ? px : BLOCK_PX - 1 - px) + source.unit());
    const y = spotOf(row * BLOCK_PX + (row % 2 === 0 ? py : BLOCK_PX - 1 - py) + source.unit());
    if (x < spots && y < spots) keys[kept++] = y * spots + x;
  }
  return keys.subarray(0, kept);
}

/** The spot under a position in image pixels. */
function spotOf(px: number): number {
  return Math.floor((px * UM_PER_PX) / PITCH_UM);
}

function mergedRows(
  gene: number,
  parts: readonly Uint32Array[],
  spots: number,
  counts: Uint16Array,
  source: Random,
): GeneRows | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length === 0) return undefined;
  const keys = new Uint32Array(length);
  let at = 0;
  for (const part of parts) {
    keys.set(part, at);
    at += part.length;
  }
  keys.sort();
  const x = new Uint32Array(length);
  const y = new Uint32Array(length);
  const count = new Uint32Array(length);
  let rows = -1;
  let last = -1;
  for (let i = 0; i < length; i++) {
    const key = keys[i]!;
    if (key !== last) {
      rows++;
      last = key;
      x[rows] = key % spots;
      y[rows] = Math.floor(key / spots);
    }
    count[rows]! += counts[source.uint32() % counts.length]!;
  }
  rows++;
  return { gene, x: x.subarray(0, rows), y: y.subarray(0, rows), count: count.subarray(0, rows) };
}

/** (program, block) factors of mean 1. */
function blockStrengths(blocks: number, seed: number): Float64Array[] {
  return Array.from({ length: PROGRAMS }, (_, program) => {
    const source = random(seed, -2, program);
    return Float64Array.from({ length: blocks * blocks }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - source.unit()));
      const normal = radius * Math.cos(2 * Math.PI * source.unit());
      return Math.exp(SPREAD * normal - (SPREAD * SPREAD) / 2);
    });
  });
}
