import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatBytes } from "../../core/byte-words.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { formatInteger } from "../../core/format-number.ts";
import { readGem } from "../../formats/gem.ts";
import { FileSource } from "../file-source.ts";
import { type CliContext, numberOption, UsageError, type Verb, type VerbArguments } from "../verb.ts";
import { type ChipPlan, chipRows, geneModels } from "./chip.ts";
import { gefWriter } from "./gef-writer.ts";
import { gemWriter, type RowWriter } from "./gem-writer.ts";
import { writeMosaic } from "./mosaic-writer.ts";
import { PITCH_UM, readTissue, UM_PER_PX } from "./tissue.ts";

/** The prefix SS2 is what readers take the pitch of 500 nm from; the rest says what the chip is. */
const CHIP = "SS2SIMULATED";
/** Beyond it positions no longer fit 32 bits. */
const MAX_CM = 3;

export const generate: Verb = {
  usage: "--cm N --seed S OUT",
  about:
    "Makes a simulated Stereo-seq chip with a matching H&E image, for trying the viewer and the converter at any size up to 3 cm. Real: the image's pixels (one block of CMU-1-Small-Region, CC0, mirrored over and over), the gene names, how many rows each gene has, and their counts (mouse brain SS200000135TL_D1). Simulated: every position. Nothing about biology can be learnt from it, and every file says so. The same seed gives the same chip. Memory stays small at any size.",
  options: {
    cm: {
      type: "string",
      value: "N",
      help: "side of the chip in cm, 0.02 to 3 (1 cm has 20 000 spots along a side)",
    },
    seed: { type: "string", value: "S", help: "a whole number; without it 1" },
    "rows-per-um2": {
      type: "string",
      value: "N",
      help: "rows drawn for each µm² of the chip, 0.001 to 20; without it 3, as the real chip has (300 million at 1 cm). Those of one gene on one spot become one row",
    },
    genes: {
      type: "string",
      value: "N",
      help: "number of genes, 1 to 65 000; beyond the 10 631 real ones they are named Simulated-…",
    },
    format: { type: "string", value: "gef|gem|both", help: "the table's format; without it gef" },
    "no-image": { type: "boolean", help: "make no image" },
    force: { type: "boolean", help: "replace a chip of this name" },
  },
  paths: [1, 1],
  example: "centiscope generate --cm 1 --seed 7 chip",
  run: async (args, context) => {
    const wanted = wantedChip(args);
    const out = args.paths[0]!;
    const { target, there } = await prepare(out, args.options.force === true);
    let work: string | undefined;
    try {
      if (!(await exists(dirname(target)))) await mkdir(dirname(target), { recursive: true });
      // A folder of its own beside the target: none that a user may have is touched.
      work = await mkdtemp(`${target}.part-`);
      const [made, replaced] = [join(work, "chip"), join(work, "replaced")];
      await mkdir(made);
      const summary = await makeChip(made, wanted, context);
      if (there) await rename(target, replaced);
      try {
        await rename(made, target);
      } catch (thrown) {
        if (there) await rename(replaced, target);
        throw thrown;
      }
      context.out(
        args.json ? `${JSON.stringify({ path: out, ...summary }, null, 2)}\n` : words(out, summary),
      );
      return 0;
    } catch (thrown) {
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
      if (!/^E[A-Z]+$/.test(code)) throw thrown;
      throw new CentiscopeError("path-unwritable", { file: out, detail: code }, { cause: thrown });
    } finally {
      // A chip that could be neither replaced nor put back stays where it is.
      const isAll = (await exists(target)) || !work || !(await exists(join(work, "replaced")));
      if (work && isAll) await rm(work, { recursive: true, force: true }).catch(() => {});
    }
  },
};

interface Wanted {
  readonly cm: number;
  readonly seed: number;
  readonly rowsPerUm2: number;
  /** Undefined: as many as the real table has. */
  readonly genes: number | undefined;
  readonly formats: readonly ("gef" | "gem")[];
  readonly image: boolean;
}

function wantedChip(args: VerbArguments): Wanted {
  const cm = numberOption(args, "cm", 0.02, MAX_CM);
  if (cm === undefined) throw new UsageError("Say how large the chip is: --cm 1.");
  const seed = numberOption(args, "seed", 0, 2 ** 31) ?? 1;
  const genes = numberOption(args, "genes", 1, 65_000);
  if (!Number.isInteger(seed) || !Number.isInteger(genes ?? 1)) {
    throw new UsageError("--seed and --genes are whole numbers.");
  }
  const format = args.options.format ?? "gef";
  if (format !== "gef" && format !== "gem" && format !== "both") {
    throw new UsageError(`--format is gef, gem or both, not “${format}”.`);
  }
  return {
    cm,
    seed,
    genes,
    rowsPerUm2: numberOption(args, "rows-per-um2", 0.001, 20) ?? 3,
    formats: format === "both" ? ["gef", "gem"] : [format],
    image: args.options["no-image"] !== true,
  };
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

/** Where the chip goes, and whether one is there that may be replaced: nothing but a simulated chip ever is. */
async function prepare(out: string, force: boolean): Promise<{ target: string; there: boolean }> {
  const target = out.replace(/[/\\]+$/, "");
  if (!(await exists(target))) return { target, there: false };
  if (!force) throw new CentiscopeError("path-exists", { file: out });
  const text = await readFile(join(target, "manifest.json"), "utf8").catch(() => "");
  if (!isSimulated(text)) throw new CentiscopeError("generate-not-chip", { file: out });
  return { target, there: true };
}

/** True for a manifest as `makeChip` writes it. */
function isSimulated(text: string): boolean {
  try {
    return (JSON.parse(text) as { simulated?: unknown } | null)?.simulated === true;
  } catch {
    return false;
  }
}

/** What was made; `manifest.json` holds the same. */
interface Summary {
  readonly simulated: true;
  readonly seed: number;
  readonly cm: number;
  readonly spots: number;
  readonly rows: number;
  readonly molecules: number;
  readonly genes: number;
  readonly pitchUm: number;
  readonly imageUmPerPx: number;
  readonly files: Readonly<Record<string, number>>;
}

async function makeChip(folder: string, wanted: Wanted, context: CliContext): Promise<Summary> {
  const { signal } = context;
  const slide = await sampleFile("he-simulated/CMU-1-Small-Region.svs");
  const real = await sampleFile("stereo-seq-brain/SS200000135TL_D1.tissue.gem.gzip");
  const [tissue, table] = await (async () => {
    try {
      return [await readTissue(slide, signal), await readGem(real, { signal })] as const;
    } finally {
      await Promise.all([slide.close(), real.close()]);
    }
  })();
  const genes = geneModels(table, wanted.genes ?? table.geneNames.length);
  const spots = Math.round((wanted.cm * 10_000) / PITCH_UM);
  const plan: ChipPlan = { spots, seed: wanted.seed, rowsPerUm2: wanted.rowsPerUm2, genes };
  const names: string[] = [];
  const writers: RowWriter[] = [];
  for (const format of wanted.formats) {
    const name = `${CHIP}.tissue.${format === "gef" ? "gef" : "gem.gz"}`;
    names.push(name);
    const path = join(folder, name);
    writers.push(format === "gef" ? await gefWriter(path, plan) : gemWriter(path, plan, CHIP));
  }
  let rows = 0;
  let molecules = 0;
  const expected = wanted.rowsPerUm2 * (wanted.cm * 10_000) ** 2;
  const tell = progress(context, expected);
  try {
    for (const batch of chipRows(plan, tissue)) {
      for (const writer of writers) await writer.write(batch);
      rows += batch.x.length;
      for (const count of batch.count) molecules += count;
      if (await tell.rows(rows)) signal.throwIfAborted();
    }
    for (const writer of writers) await writer.finish();
  } catch (thrown) {
    for (const writer of writers) await writer.abandon().catch(() => {});
    throw thrown;
  } finally {
    tell.end();
  }
  if (wanted.image) {
    const name = `${CHIP}_HE_regist.tif`;
    names.push(name);
    await writeMosaic(join(folder, name), tissue.rgb, Math.ceil((spots * PITCH_UM) / UM_PER_PX), signal);
  }
  const files = await Promise.all(
    names.map(async (name) => [name, (await stat(join(folder, name))).size] as const),
  );
  const summary: Summary = {
    simulated: true,
    seed: wanted.seed,
    cm: wanted.cm,
    spots,
    rows,
    molecules,
    genes: genes.length,
    pitchUm: PITCH_UM,
    imageUmPerPx: UM_PER_PX,
    files: Object.fromEntries(files),
  };
  const note = "Simulated positions on real H&E pixels; not measured. Image pixel = spot · 0.5 / 0.499.";
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify({ note, ...summary }, null, 2)}\n`);
  return summary;
}

/** A sample that comes with Centiscope: beside the sources, or in the built viewer. */
async function sampleFile(path: string): Promise<FileSource> {
  const roots = ["../public/samples/", "../dist/samples/", "../../../public/samples/"];
  for (const root of roots) {
    const full = fileURLToPath(new URL(root + path, import.meta.url));
    if (await stat(full).catch(() => undefined)) return new FileSource(full);
  }
  throw new CentiscopeError("build-missing", { file: path });
}

function words(out: string, { rows, molecules, genes, spots, files }: Summary): string {
  const whole = (value: number) => formatInteger(value, "en");
  const list = Object.entries(files).map(([name, size]) => `  ${name}  ${formatBytes(size)}`);
  return `${out}: a simulated chip of ${whole(spots)} × ${whole(spots)} spots, ${whole(rows)} rows, ${whole(molecules)} molecules, ${whole(genes)} genes\n${list.join("\n")}\n`;
}

/** Tells rows, rate and time left on a terminal; lets signals in four times a second. */
function progress({ note }: CliContext, expected: number) {
  const started = performance.now();
  let last = started;
  let told = false;
  return {
    rows: async (rows: number): Promise<boolean> => {
      const now = performance.now();
      if (now - last < 250) return false;
      last = now;
      await new Promise((resolve) => setImmediate(resolve));
      if (process.stderr.isTTY) {
        told = true;
        const rate = rows / ((now - started) / 1000);
        const left = Math.max(0, Math.round((expected - rows) / rate));
        note(`\r${formatInteger(rows, "en")} rows, ${(rate / 1e6).toFixed(1)} M/s, ${left} s left  `);
      }
      return true;
    },
    end: () => told && note("\r\x1b[K"),
  };
}
