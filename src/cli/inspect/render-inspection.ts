import { formatBytes } from "../../core/byte-words.ts";
import { formatDecimal, formatInteger, formatLength, formatSignificant } from "../../core/format-number.ts";
import { ANY_SITE } from "./host-check.ts";
import type { ImageFigures, Inspection, TableFigures } from "./inspection.ts";

const whole = (value: number) => formatInteger(value, "en");
const UNITS = { um: "µm", spot: "spots", px: "px", unknown: "units" } as const;

/** An inspection as a person reads it. */
export function renderInspection(found: Inspection): string {
  const lines = [`${found.path}`, `  ${found.what}`];
  const pairs = [...(found.table ? tablePairs(found.table) : []), ...factPairs(found.facts)];
  lines.push(...aligned(pairs));
  for (const image of found.images) lines.push(...imageLines(image));
  if (found.host) {
    const { origin, usable } = found.host;
    const who = origin === ANY_SITE ? "other sites" : `a viewer at ${origin}`;
    lines.push("", `  Host: ${who} ${usable ? "can read this" : "cannot read this as it is"}`);
    for (const { verdict, found: text, advice } of found.host.checks) {
      lines.push(`  ${{ ok: "✓", note: "–", fault: "✗" }[verdict]} ${text}`);
      if (advice) lines.push(`      ${advice}`);
    }
  }
  if (found.warnings.length > 0) lines.push("", ...found.warnings.map(({ message }) => `  ! ${message}`));
  return `${lines.join("\n")}\n`;
}

type Pair = readonly [name: string, value: string];

function tablePairs(table: TableFigures): Pair[] {
  const { bounds, unit, unitUm } = table;
  const pairs: Pair[] = [];
  const add = (name: string, value: string | null) => value !== null && pairs.push([name, value]);
  const number = (value: number | null) => (value === null ? null : whole(value));
  if (table.simulated) add("simulated", "yes: these counts are made up");
  add("platform", table.platform || null);
  add("size", table.sizeBytes > 0 ? formatBytes(table.sizeBytes) : null);
  add("rows", number(table.rows) ?? "not counted (text tells only when read to its end)");
  add("molecules", number(table.totalCount));
  const unseen = (table.genesListed ?? 0) - (table.genes ?? 0);
  const more = unseen > 0 ? ` (${whole(unseen)} more are listed without rows)` : "";
  const controls = table.controlFeatures ? `, ${whole(table.controlFeatures)} of them controls` : "";
  add("genes", table.genes === null ? null : `${whole(table.genes)}${controls}${more}`);
  if (bounds) {
    const range = (low: number, high: number) => {
      const [from, to] = [low, high].map((value) => formatDecimal(value, "en"));
      // A lattice's spots have an extent of their own.
      const length = (high - low + (table.lattice ? 1 : 0)) * (unitUm ?? 1);
      return `${from} to ${to} ${UNITS[unit]}${unitUm === null ? "" : ` (${formatLength(length, "en")})`}`;
    };
    add("x", range(bounds.minX, bounds.maxX));
    add("y", range(bounds.minY, bounds.maxY));
  }
  add(
    table.lattice ? "pitch" : "unit",
    unitUm === null
      ? "not stated: say --um-per-unit when converting"
      : `${formatSignificant(unitUm, "en", 9)} µm (${table.unitSource})`,
  );
  if (table.columns.length > 0) add("also kept", table.columns.join(", "));
  if (table.bins) {
    add("bins", table.bins.map(({ size, rows }) => `${size} (${whole(rows)} rows)`).join(", "));
  }
  return pairs;
}

function factPairs(facts: Inspection["facts"]): Pair[] {
  return Object.entries(facts).flatMap(([name, value]): Pair[] => {
    if (value === null) return [];
    return [[name, typeof value === "number" ? whole(value) : String(value)]];
  });
}

function imageLines(image: ImageFigures): string[] {
  const scale = image.umPerPx
    ? `${formatSignificant(image.umPerPx[0], "en", 6)} µm per pixel`
    : "scale not stated";
  const magnification = image.magnification === null ? "" : `, ${image.magnification}×`;
  const lines = [
    "",
    `  ${image.file}: ${image.format}`,
    ...aligned([
      ["pixels", `${whole(image.widthPx)} × ${whole(image.heightPx)} (${scale}${magnification})`],
      ...image.levels.map((level, i): Pair => {
        const tile = level.tileWidthPx === null ? "" : `, tiles ${level.tileWidthPx} × ${level.tileHeightPx}`;
        return [`level ${i}`, `${whole(level.widthPx)} × ${whole(level.heightPx)}${tile}`];
      }),
      ...image.channels.map(({ name, range }, i): Pair => {
        const values = range ? ` (${whole(range[0])} to ${whole(range[1])})` : "";
        return [`channel ${i + 1}`, `${name}${values}`];
      }),
    ]),
  ];
  return lines;
}

function aligned(pairs: readonly Pair[]): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
