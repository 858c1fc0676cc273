/** Groups digits with U+202F, narrow and unbreakable: "213 191" reads alike in every language (SI brochure §5.4.4). */
const GROUP = "\u202f";

const cache = new Map<string, Intl.NumberFormat>();

function formatter(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language}|${options.minimumFractionDigits ?? ""}|${options.maximumFractionDigits ?? ""}|${options.maximumSignificantDigits ?? ""}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.NumberFormat(language, options);
    cache.set(key, found);
  }
  return found;
}

function format(value: number, language: string, options: Intl.NumberFormatOptions): string {
  if (!Number.isFinite(value)) return "–";
  return formatter(language, options)
    .formatToParts(value)
    .map((part) => (part.type === "group" ? GROUP : part.type === "minusSign" ? "\u2212" : part.value))
    .join("");
}

/** Whole number: 213 191. Not finite: "–". */
export function formatInteger(value: number, language: string): string {
  return format(value, language, { maximumFractionDigits: 0 });
}

/** At most `digits` decimals, none that are zero: 12.5, 3. */
export function formatDecimal(value: number, language: string, digits = 2): string {
  return format(value, language, { maximumFractionDigits: digits });
}

/** Exactly `digits` decimals, so that a changing figure does not jump: 3 412.6. */
export function formatFixed(value: number, language: string, digits: number): string {
  return format(value, language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** At most `digits` significant digits, for values of any size: 0.0354, 1 230. */
export function formatSignificant(value: number, language: string, digits = 3): string {
  return format(value, language, { maximumSignificantDigits: digits });
}

/** The unit of lengths: µm, or the file's own units when nobody knows their size. */
export function lengthUnit(scaleKnown: boolean): "µm" | "px" {
  return scaleKnown ? "µm" : "px";
}

/** A length with its unit: µm below a millimetre, mm above; plain units when the scale is unknown. */
export function formatLength(lengthUm: number, language: string, scaleKnown = true): string {
  if (!scaleKnown) return `${formatSignificant(lengthUm, language, 3)} px`;
  return Math.abs(lengthUm) >= 1000
    ? `${formatSignificant(lengthUm / 1000, language, 3)} mm`
    : `${formatSignificant(lengthUm, language, 3)} µm`;
}

/** Width × height in mm (µm when either side is under 1 mm), one unit for both and on one line; units when the scale is unknown. */
export function formatExtent(widthUm: number, heightUm: number, language: string, scaleKnown = true): string {
  if (!scaleKnown) return extent(formatInteger(widthUm, language), formatInteger(heightUm, language), "px");
  const millimetres = Math.min(widthUm, heightUm) >= 1000;
  const by = millimetres ? 1000 : 1;
  const digits = millimetres ? 1 : 0;
  const side = (um: number) => formatDecimal(um / by, language, digits);
  return extent(side(widthUm), side(heightUm), millimetres ? "mm" : "µm");
}

/** Held together by U+00A0. */
const extent = (width: string, height: string, unit: string) => `${width}\u00a0×\u00a0${height}\u00a0${unit}`;

/** Bytes in decimal units (kB = 1000 B, as disks and networks count). */
export function formatBytes(sizeBytes: number, language: string): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${formatDecimal(value, language, value >= 100 || unit === 0 ? 0 : 1)} ${units[unit]}`;
}

/** Share of a whole as "100 %" with at most one decimal; never rounded up to 100 when it is less. */
export function formatPercent(percent: number, language: string): string {
  const shown = percent < 100 && percent > 99.9 ? 99.9 : percent;
  return `${formatDecimal(shown, language, 1)} %`;
}
