/** What we read of OME-XML (schema 2016-06): sizes, scale, channels, and which directory holds which plane. */
export interface OmeImage {
  readonly name: string;
  readonly sizeX: number;
  readonly sizeY: number;
  readonly sizeZ: number;
  readonly sizeC: number;
  readonly sizeT: number;
  /** "XYCZT", "XYZCT", … */
  readonly dimensionOrder: string;
  readonly significantBits: number | null;
  /** µm per pixel. */
  readonly umPerPx: readonly [number, number] | null;
  readonly magnification: number | null;
  readonly channels: readonly OmeChannel[];
  readonly planes: readonly OmePlanes[];
}

export interface OmeChannel {
  readonly name: string | null;
  /** `#rrggbb` */
  readonly color: string | null;
  readonly samplesPerPixel: number;
}

/** One TiffData element: `count` planes from directory `ifd` on, beginning at (firstC, firstZ, firstT). */
export interface OmePlanes {
  readonly ifd: number;
  readonly firstC: number;
  readonly firstZ: number;
  readonly firstT: number;
  /** null: as many as there are. */
  readonly count: number | null;
  /** The file that holds them, when the element says so. */
  readonly fileName: string | null;
}

/** Micrometres in one unit of OME's UnitsLength. Units without a length ("pixel") are absent. */
const UNIT_UM: Readonly<Record<string, number>> = {
  m: 1e6,
  dm: 1e5,
  cm: 1e4,
  mm: 1e3,
  µm: 1,
  μm: 1,
  um: 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  nm: 1e-3,
  pm: 1e-6,
  Å: 1e-4,
  in: 25400,
  inch: 25400,
  ft: 304800,
  thou: 25.4,
  mil: 25.4,
  pt: 25400 / 72,
  line: 25400 / 12,
};

/** Micrometres per unit; null for a unit that is not a length. */
export const unitUm = (unit: string): number | null =>
  Object.hasOwn(UNIT_UM, unit) ? (UNIT_UM[unit] ?? null) : null;

/** True when a description is OME-XML. */
export const isOmeXml = (text: string): boolean => /<(?:\w+:)?OME[\s>]/.test(text.slice(0, 4000));

/** The file that a BinaryOnly document leaves the description to; undefined for a document that says all itself. */
export const companionOf = (text: string): string | undefined =>
  isOmeXml(text) ? /<(?:\w+:)?BinaryOnly\b[^>]*\bMetadataFile="([^"]+)"/.exec(text)?.[1] : undefined;

interface Element {
  readonly name: string;
  readonly at: Readonly<Record<string, string>>;
  readonly close: boolean;
  readonly end: number;
}

const TAG = /<(\/?)(?:\w+:)?([A-Za-z]\w*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, dec, hex, name) => {
    if (name) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
    const code = dec ? Number(dec) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Elements in document order. Workers have no DOMParser; comments and processing instructions are left out. */
function* elements(text: string): Generator<Element> {
  const clean = text.replace(/<!--[\s\S]*?-->/g, "");
  for (const match of clean.matchAll(TAG)) {
    const at: Record<string, string> = {};
    for (const a of (match[3] ?? "").matchAll(ATTRIBUTE)) at[a[1] ?? ""] = decodeEntities(a[2] ?? a[3] ?? "");
    yield { name: match[2] ?? "", at, close: match[1] === "/", end: (match.index ?? 0) + match[0].length };
  }
}

const whole = (text: string | undefined, fallback: number): number => {
  const value = Number(text);
  return text !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : fallback;
};

type Draft = { -readonly [K in keyof OmeImage]: OmeImage[K] } & {
  channels: OmeChannel[];
  planes: OmePlanes[];
  objective: string | null;
};

/** Every Image of the document, in order. Malformed parts are passed over, never thrown. */
export function parseOmeXml(text: string): OmeImage[] {
  const images: Draft[] = [];
  const objectives = new Map<string, number>();
  let image: Draft | undefined;
  for (const { name, at, close } of elements(text)) {
    if (close) {
      if (name === "Image") image = undefined;
      continue;
    }
    if (name === "Objective" && at.ID) {
      const power = Number(at.NominalMagnification ?? at.CalibratedMagnification);
      if (power > 0) objectives.set(at.ID, power);
    } else if (name === "Image") {
      image = draft(at.Name ?? "");
      images.push(image);
    } else if (image) readInto(image, name, at);
  }
  return images.map(({ objective, ...rest }) => ({
    ...rest,
    magnification: objective === null ? null : (objectives.get(objective) ?? null),
  }));
}

function draft(name: string): Draft {
  return {
    name,
    sizeX: 0,
    sizeY: 0,
    sizeZ: 1,
    sizeC: 1,
    sizeT: 1,
    dimensionOrder: "XYCZT",
    significantBits: null,
    umPerPx: null,
    magnification: null,
    channels: [],
    planes: [],
    objective: null,
  };
}

function readInto(image: Draft, name: string, at: Readonly<Record<string, string>>): void {
  switch (name) {
    case "ObjectiveSettings":
      image.objective = at.ID ?? null;
      break;
    case "Pixels": {
      image.sizeX = whole(at.SizeX, 0);
      image.sizeY = whole(at.SizeY, 0);
      image.sizeZ = Math.max(1, whole(at.SizeZ, 1));
      image.sizeC = Math.max(1, whole(at.SizeC, 1));
      image.sizeT = Math.max(1, whole(at.SizeT, 1));
      image.dimensionOrder = at.DimensionOrder ?? "XYCZT";
      image.significantBits = whole(at.SignificantBits, 0) || null;
      image.umPerPx = scale(at);
      break;
    }
    case "Channel":
      image.channels.push({
        name: at.Name || at.Fluor || null,
        color: color(at.Color),
        samplesPerPixel: Math.max(1, whole(at.SamplesPerPixel, 1)),
      });
      break;
    case "TiffData":
      image.planes.push({
        ifd: whole(at.IFD, 0),
        firstC: whole(at.FirstC, 0),
        firstZ: whole(at.FirstZ, 0),
        firstT: whole(at.FirstT, 0),
        count: at.PlaneCount === undefined ? (at.IFD === undefined ? null : 1) : whole(at.PlaneCount, 1),
        fileName: null,
      });
      break;
    case "UUID": {
      const last = image.planes.at(-1);
      if (last && at.FileName) image.planes[image.planes.length - 1] = { ...last, fileName: at.FileName };
      break;
    }
  }
}

function scale(at: Readonly<Record<string, string>>): readonly [number, number] | null {
  const x = Number(at.PhysicalSizeX) * (unitUm(at.PhysicalSizeXUnit ?? "µm") ?? Number.NaN);
  const y =
    Number(at.PhysicalSizeY ?? at.PhysicalSizeX) * (unitUm(at.PhysicalSizeYUnit ?? "µm") ?? Number.NaN);
  const usable = (v: number) => Number.isFinite(v) && v > 0;
  return usable(x) && usable(y) ? [x, y] : null;
}

/** OME colours are signed 32-bit RGBA. */
function color(text: string | undefined): string | null {
  const value = Number(text);
  if (text === undefined || !Number.isInteger(value)) return null;
  return `#${(value >>> 8).toString(16).padStart(6, "0")}`;
}
