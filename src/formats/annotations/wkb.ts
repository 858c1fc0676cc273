/** Deepest collection that is read, and most positions that one value may announce per byte it has: 16 a position. */
const MOST_NESTED = 16;

const NAMES = [
  "",
  "Point",
  "LineString",
  "Polygon",
  "MultiPoint",
  "MultiLineString",
  "MultiPolygon",
] as const;

/**
 * Well-known binary (OGC 06-103r4 §8.2; ISO and EWKB flags for Z, M and SRID) as a GeoJSON geometry, not yet judged.
 * Undefined when it is damaged: counts are checked against the bytes before anything is made.
 */
export function parseWkb(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  try {
    return readGeometry(0);
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }

  function readGeometry(depth: number): { type: string; [member: string]: unknown } {
    const little = view.getUint8(at) === 1;
    const code = view.getUint32(at + 1, little);
    at += 5;
    if (code & 0x20000000) at += 4;
    const iso = (code & 0x0fffffff) % 1000;
    const thousands = Math.floor((code & 0x0fffffff) / 1000);
    const extra = code & 0xc0000000 ? ((code >>> 31) & 1) + ((code >>> 30) & 1) : [0, 1, 1, 2][thousands];
    if (extra === undefined || depth > MOST_NESTED) throw new RangeError("wkb");
    const size = 16 + 8 * extra;
    const count = (least: number): number => {
      const n = view.getUint32(at, little);
      at += 4;
      if (n * least > bytes.length - at) throw new RangeError("wkb");
      return n;
    };
    const position = (): number[] => {
      const one = [view.getFloat64(at, little), view.getFloat64(at + 8, little)];
      at += size;
      return one;
    };
    const positions = (): number[][] => Array.from({ length: count(size) }, position);
    if (iso === 7) {
      const geometries = Array.from({ length: count(5) }, () => readGeometry(depth + 1));
      return { type: "GeometryCollection", geometries };
    }
    const type = NAMES[iso];
    switch (type) {
      case "Point":
        return { type, coordinates: position() };
      case "LineString":
        return { type, coordinates: positions() };
      case "Polygon":
        return { type, coordinates: Array.from({ length: count(4) }, positions) };
      case "MultiPoint":
      case "MultiLineString":
      case "MultiPolygon": {
        const parts = Array.from({ length: count(5) }, () => readGeometry(depth + 1).coordinates);
        return { type, coordinates: parts };
      }
      default:
        throw new RangeError("wkb");
    }
  }
}
