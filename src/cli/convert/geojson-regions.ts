import { CentiscopeError } from "../../core/errors.ts";
import type { Polygon, Region } from "../../core/region.ts";

/** A region of a GeoJSON file and what it is called there. */
export interface NamedRegion {
  readonly name: string;
  readonly region: Region;
}

type Fields = { readonly [key: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/**
 * The regions of a GeoJSON text: a FeatureCollection, a Feature, an array of them (as QuPath writes), or a bare
 * geometry; Polygon, MultiPolygon and collections of these. Positions are multiplied by `scale`.
 * @param file the file's name
 * @throws CentiscopeError `region-invalid`
 */
export function parseRegions(text: string, scale: number, file: string): NamedRegion[] {
  const wrong = (detail: string): CentiscopeError => new CentiscopeError("region-invalid", { file, detail });
  const polygon = (rings: unknown): Polygon => {
    if (!Array.isArray(rings) || rings.length === 0) throw wrong("a polygon without rings");
    return rings.map((ring: unknown) => {
      if (!Array.isArray(ring) || ring.length < 3) throw wrong("a ring of fewer than three corners");
      return ring.map((corner: unknown) => {
        const [x, y] = Array.isArray(corner) ? (corner as unknown[]) : [];
        if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) {
          throw wrong("a position that is not two finite numbers");
        }
        return [x * scale, y * scale] as const;
      });
    });
  };
  const geometry = (value: unknown): Region => {
    if (!isFields(value)) throw wrong("a feature without geometry");
    const { type, coordinates, geometries } = value;
    if (type === "Polygon") return [polygon(coordinates)];
    const parts = type === "MultiPolygon" ? coordinates : type === "GeometryCollection" ? geometries : null;
    if (Array.isArray(parts)) {
      if (parts.length === 0) throw wrong(`a ${type} without polygons`);
      return type === "MultiPolygon" ? parts.map(polygon) : parts.flatMap(geometry);
    }
    throw wrong(`geometry of type ${String(type)}`);
  };
  const nameOf = ({ properties, id }: Fields, place: number): string => {
    const given = isFields(properties) ? properties : {};
    const { classification } = given;
    const label = given.name ?? (isFields(classification) ? classification.name : undefined) ?? id;
    return label === undefined ? `region ${place + 1}` : String(label);
  };
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (thrown) {
    throw wrong(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const collection = isFields(root) && root.type === "FeatureCollection" ? root.features : root;
  const items: unknown[] = Array.isArray(collection) ? collection : [collection];
  const regions = items.map((item, place) => {
    if (!isFields(item)) throw wrong("a feature that is no object");
    if (item.type !== "Feature") return { name: `region ${place + 1}`, region: geometry(item) };
    return { name: nameOf(item, place), region: geometry(item.geometry) };
  });
  if (regions.length === 0) throw wrong("no feature");
  return regions;
}
