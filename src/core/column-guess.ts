/** Which column of a table holds what, by its name in the file. `null` = the table has none. */
export interface ColumnRoles {
  readonly x: string;
  readonly y: string;
  /** Feature name; null only in a table of bare points, which all get one name. */
  readonly gene: string | null;
  readonly count: string | null;
  readonly qv: string | null;
  readonly cell: string | null;
}

/** A guess at {@link ColumnRoles}: what is not found stays null. */
export interface ColumnGuess {
  readonly x: string | null;
  readonly y: string | null;
  readonly gene: string | null;
  readonly count: string | null;
  readonly qv: string | null;
  readonly cell: string | null;
  /**
   * 0 … 1. At least {@link SURE} means that x, y and gene all have names known to mean just that and sample
   * values that fit; below it, the user should look.
   */
  readonly confidence: number;
}

/** Guesses at least this confident are used without asking. */
export const SURE = 0.9;

type Role = "x" | "y" | "gene" | "count" | "qv" | "cell";

/**
 * Names by descending certainty, in lower case with everything but letters and digits removed. The first ones are
 * what instruments and common tools write; x and y stand at equal places so that they pair up.
 */
const KNOWN: Readonly<Record<Role, readonly string[]>> = {
  x: [
    "xlocation",
    "globalx",
    "xglobalpx",
    "globalxpos",
    "xum",
    "xmicrons",
    "xmicron",
    "xglobalum",
    "xglobal",
    "xcoord",
    "xcoordinate",
    "xpos",
    "posx",
    "positionx",
    "centroidx",
    "xcentroid",
    "spatial1",
    "pxlcolinfullres",
    "xlocalpx",
    "xpx",
    "xpixel",
    "x",
  ],
  y: [
    "ylocation",
    "globaly",
    "yglobalpx",
    "globalypos",
    "yum",
    "ymicrons",
    "ymicron",
    "yglobalum",
    "yglobal",
    "ycoord",
    "ycoordinate",
    "ypos",
    "posy",
    "positiony",
    "centroidy",
    "ycentroid",
    "spatial2",
    "pxlrowinfullres",
    "ylocalpx",
    "ypx",
    "ypixel",
    "y",
  ],
  gene: [
    "featurename",
    "genename",
    "gene",
    "geneid",
    "target",
    "targetname",
    "genes",
    "feature",
    "genesymbol",
    "symbol",
    "transcript",
    "targetgene",
    "probe",
    "marker",
    "molecule",
    "name",
  ],
  count: [
    "midcount",
    "midcounts",
    "umicount",
    "umicounts",
    "umi",
    "counts",
    "count",
    "ncounts",
    "expression",
  ],
  qv: ["qv", "qualityvalue", "qscore", "qualityscore", "phred"],
  cell: ["cellid", "cell", "entityid", "celllabel", "cellboundaries", "assignedcell", "label"],
};

/** Names that are tried but never trusted alone. */
const WEAK: ReadonlySet<string> = new Set([
  "name",
  "molecule",
  "probe",
  "marker",
  "transcript",
  "label",
  "expression",
]);

/**
 * Guesses the columns of a table from their names and some rows of text values (`sample[row][column]`).
 * A column is only a coordinate, count or quality if every non-empty sample value of it is such a number; a gene
 * column must not be all numbers.
 */
export function guessColumns(names: readonly string[], sample: readonly (readonly string[])[]): ColumnGuess {
  const keys = names.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const values = names.map((_, column) =>
    sample.map((row) => (row[column] ?? "").trim()).filter((value) => value !== ""),
  );
  const numeric = values.map(
    (column) => column.length > 0 && column.every((v) => Number.isFinite(Number(v))),
  );
  const whole = values.map((column, i) => numeric[i] === true && column.every((v) => /^\d+(\.0*)?$/.test(v)));
  const untried = sample.length === 0;
  const fits: Record<Role, (column: number) => boolean> = {
    x: (i) => untried || numeric[i] === true,
    y: (i) => untried || numeric[i] === true,
    gene: (i) => untried || numeric[i] !== true,
    count: (i) => untried || whole[i] === true,
    qv: (i) => untried || numeric[i] === true,
    cell: () => true,
  };
  const taken = new Set<number>();
  const find = (role: Role): { column: number; rank: number } | undefined => {
    for (const [rank, known] of KNOWN[role].entries()) {
      const column = keys.findIndex((key, i) => key === known && !taken.has(i) && fits[role](i));
      if (column >= 0) return { column, rank };
    }
    return undefined;
  };
  const take = (role: Role): string | null => {
    const found = find(role);
    if (!found) return null;
    taken.add(found.column);
    return names[found.column] ?? null;
  };

  const pair = findPair(keys, fits.x);
  if (pair) for (const column of pair) taken.add(column);
  let x = pair ? (names[pair[0]] ?? null) : null;
  let y = pair ? (names[pair[1]] ?? null) : null;
  let gene = take("gene");
  const count = take("count");
  const qv = take("qv");
  const cell = take("cell");

  let confidence = 0;
  if (x !== null && gene !== null) {
    const key = gene.toLowerCase().replace(/[^a-z0-9]/g, "");
    confidence = untried ? 0.5 : WEAK.has(key) || isWithinField(keys, x) ? 0.6 : 1;
  } else if (x !== null) {
    confidence = 0.4;
  } else {
    const numbers = names.map((_, i) => i).filter((i) => numeric[i] === true && !taken.has(i));
    x = names[numbers[0] ?? -1] ?? null;
    y = names[numbers[1] ?? -1] ?? null;
    gene ??= onlyText(names, values, numeric, taken);
    confidence = x !== null && y !== null ? 0.2 : 0;
  }
  return { x, y, gene, count, qv, cell, confidence };
}

/** Positions within a field of view would lay all fields on top of each other. */
function isWithinField(keys: readonly string[], x: string): boolean {
  return /^x_?local/i.test(x) && keys.includes("fov");
}

/** The one column that holds words, where no name tells (a file of Resolve's has none): to be offered, not trusted. */
function onlyText(
  names: readonly string[],
  values: readonly (readonly string[])[],
  numeric: readonly boolean[],
  taken: ReadonlySet<number>,
): string | null {
  const texts = values.flatMap((column, i) => (column.length > 0 && !numeric[i] && !taken.has(i) ? [i] : []));
  return texts.length === 1 ? (names[texts[0]!] ?? null) : null;
}

/** The best-known pair of names of which both are there. */
function findPair(
  keys: readonly string[],
  fits: (column: number) => boolean,
): readonly [x: number, y: number] | undefined {
  for (const [rank, xKey] of KNOWN.x.entries()) {
    const x = keys.indexOf(xKey);
    const y = keys.indexOf(KNOWN.y[rank] ?? "");
    if (x >= 0 && y >= 0 && fits(x) && fits(y)) return [x, y];
  }
  return undefined;
}

/** The guess as roles when x and y are known; undefined when the user must choose. */
export function rolesOf(guess: ColumnGuess): ColumnRoles | undefined {
  const { x, y, gene, count, qv, cell } = guess;
  return x === null || y === null ? undefined : { x, y, gene, count, qv, cell };
}
