import { open } from "node:fs/promises";
import { basename } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import type { ChipPlan } from "./chip.ts";
import type { RowWriter } from "./gem-writer.ts";
import {
  type Attribute,
  datasetHeader,
  group,
  integerType,
  recordType,
  SUPERBLOCK_BYTES,
  stringType,
  superblock,
} from "./hdf5-parts.ts";

const ROW = 9;
const GENE = 72;
const BUFFER_ROWS = 1 << 17;
const MAX_ROWS = 2 ** 32 - 1;
const DATA_AT = 2048;

/**
 * Writes a square-bin GEF (version 2) with bin 1 alone: `{x i4, y i4, count u1}` gene by gene, contiguous, as geftools
 * writes it. A count above 255 becomes several rows. Its root says that it is simulated.
 */
export async function gefWriter(path: string, plan: ChipPlan): Promise<RowWriter> {
  const file = await open(path, "wx");
  const rowsOf = new Float64Array(plan.genes.length);
  const buffer = new DataView(new ArrayBuffer(BUFFER_ROWS * ROW));
  let held = 0;
  let rows = 0;
  let [maxX, maxY, most] = [0, 0, 0];
  const put = async (bytes: Uint8Array, at: number) => {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  };
  const flush = async () => {
    await put(new Uint8Array(buffer.buffer, 0, held * ROW), DATA_AT + (rows - held) * ROW);
    held = 0;
  };
  return {
    write: async ({ gene, x, y, count }) => {
      for (let i = 0; i < x.length; i++) {
        for (let left = count[i]!; left > 0; left -= 255) {
          if (held === BUFFER_ROWS) await flush();
          // The gene table tells where a gene's rows begin in 32 bits.
          if (rows === MAX_ROWS)
            throw new CentiscopeError("generate-rows", { file: basename(path), most: MAX_ROWS });
          const at = held * ROW;
          buffer.setInt32(at, x[i]!, true);
          buffer.setInt32(at + 4, y[i]!, true);
          buffer.setUint8(at + 8, Math.min(255, left));
          held++;
          rows++;
          rowsOf[gene]!++;
          most = Math.max(most, Math.min(255, left));
        }
        if (x[i]! > maxX) maxX = x[i]!;
        if (y[i]! > maxY) maxY = y[i]!;
      }
    },
    finish: async () => {
      await flush();
      const geneAt = Math.ceil((DATA_AT + rows * ROW) / 8) * 8;
      const genes = geneTable(plan, rowsOf);
      await put(genes, geneAt);
      const metadataAt = Math.ceil((geneAt + genes.length) / 8) * 8;
      const limits = { minX: 0, minY: 0, maxX, maxY, maxExp: most };
      const { bytes, root } = metadata(metadataAt, { rows, geneAt, genes: plan.genes.length, limits, plan });
      await put(bytes, metadataAt);
      await put(superblock(root, metadataAt + bytes.length), 0);
      await put(new Uint8Array(DATA_AT - SUPERBLOCK_BYTES), SUPERBLOCK_BYTES);
      await file.sync();
      await file.close();
    },
    abandon: () => file.close(),
  };
}

function geneTable(plan: ChipPlan, rowsOf: Float64Array): Uint8Array {
  const bytes = new Uint8Array(plan.genes.length * GENE);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  plan.genes.forEach(({ name }, gene) => {
    bytes.set(new TextEncoder().encode(name).subarray(0, 63), gene * GENE);
    view.setUint32(gene * GENE + 64, offset, true);
    view.setUint32(gene * GENE + 68, rowsOf[gene]!, true);
    offset += rowsOf[gene]!;
  });
  return bytes;
}

interface Written {
  readonly rows: number;
  readonly genes: number;
  readonly geneAt: number;
  readonly limits: Readonly<Record<string, number>>;
  readonly plan: ChipPlan;
}

/** Groups and headers, to stand at `at`: /geneExp/bin1/{expression, gene}. */
function metadata(at: number, { rows, genes, geneAt, limits, plan }: Written) {
  const int = integerType(4, true);
  const uint = integerType(4, false);
  const number = (name: string, value: number, type = int): Attribute => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return { name, type, value: bytes };
  };
  const text = (name: string, value: string): Attribute => {
    const bytes = new Uint8Array(64);
    bytes.set(new TextEncoder().encode(value).subarray(0, 63));
    return { name, type: stringType(64), value: bytes };
  };
  const expressionType = recordType([
    { name: "x", type: int, size: 4 },
    { name: "y", type: int, size: 4 },
    { name: "count", type: integerType(1, false), size: 1 },
  ]);
  const geneType = recordType([
    { name: "gene", type: stringType(64), size: 64 },
    { name: "offset", type: uint, size: 4 },
    { name: "count", type: uint, size: 4 },
  ]);
  const pieces: Uint8Array[] = [];
  let end = at;
  const add = (bytes: Uint8Array): number => {
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    pieces.push(padded);
    end += padded.length;
    return end - padded.length;
  };
  const addGroup = (...args: [Parameters<typeof group>[1], Attribute[]?]): number => {
    const { bytes, address } = group(end, ...args);
    add(bytes);
    return address;
  };
  const stated = Object.entries(limits).map(([name, value]) => number(name, value));
  const expression = add(
    datasetHeader(expressionType, rows, DATA_AT, rows * ROW, [...stated, number("resolution", 500, uint)]),
  );
  const gene = add(datasetHeader(geneType, genes, geneAt, genes * GENE, []));
  const bin1 = addGroup([
    { name: "expression", address: expression },
    { name: "gene", address: gene },
  ]);
  const geneExp = addGroup([{ name: "bin1", address: bin1 }]);
  const root = addGroup(
    [{ name: "geneExp", address: geneExp }],
    [
      number("version", 2, uint),
      text("omics", "Transcriptomics"),
      text("bin_type", "Bin"),
      text("simulated", `centiscope generate, seed ${plan.seed}; not measured`),
    ],
  );
  const bytes = new Uint8Array(end - at);
  let p = 0;
  for (const piece of pieces) {
    bytes.set(piece, p);
    p += piece.length;
  }
  return { bytes, root };
}
