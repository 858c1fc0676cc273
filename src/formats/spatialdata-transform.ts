import { type Affine, affine, composeAffine, invertAffine } from "../core/affine.ts";
import { isRecord } from "./json-file.ts";

type Map2 = Affine<"instrument", "imagePx">;

const IDENTITY: Map2 = affine(1, 0, 0, 1, 0, 0);
const AXES = ["x", "y"] as const;

/** Thrown by {@link planarTransform}; `found` says what the transformation is. */
export class NotPlanar extends Error {}

/**
 * The x, y part of an NGFF transformation as SpatialData writes them: identity, scale, translation, affine,
 * rotation, mapAxis, sequence, byDimension. Throws {@link NotPlanar} for anything else, and for one that mixes z
 * into x or y.
 */
export function planarTransform(transformation: unknown): Map2 {
  if (!isRecord(transformation)) throw new NotPlanar("missing");
  const type = String(transformation.type);
  const inputs = axisNames(transformation.input);
  const outputs = axisNames(transformation.output);
  const per = (values: unknown, missing: number): [number, number] => {
    const list = numbers(values, type);
    const [x, y] = AXES.map((axis) => list[indexOf(inputs, axis, list.length)] ?? missing);
    return [x ?? missing, y ?? missing];
  };
  switch (type) {
    case "identity":
      return IDENTITY;
    case "scale": {
      const [x, y] = per(transformation.scale, 1);
      return affine(x, 0, 0, y, 0, 0);
    }
    case "translation": {
      const [x, y] = per(transformation.translation, 0);
      return affine(1, 0, 0, 1, x, y);
    }
    case "affine":
      return fromRows(transformation.affine, inputs, outputs, type);
    case "rotation":
      return fromRows(transformation.rotation, inputs, outputs, type);
    case "sequence": {
      const steps = transformation.transformations;
      if (!Array.isArray(steps)) throw new NotPlanar("sequence without steps");
      return steps.reduce<Map2>(
        (before, step) => composeAffine(withinOne(planarTransform(step)), before),
        IDENTITY,
      );
    }
    case "mapAxis":
      return fromAxisMap(transformation.mapAxis);
    case "byDimension": {
      const parts = transformation.transformations;
      if (!Array.isArray(parts)) throw new NotPlanar("byDimension without parts");
      return parts.reduce<Map2>(
        (before, part) => composeAffine(withinOne(planarTransform(part)), before),
        IDENTITY,
      );
    }
    default:
      throw new NotPlanar(type);
  }
}

/** Steps between the first and last space go through unnamed ones; they compose as maps of the plane. */
function withinOne(step: Map2): Affine<"imagePx", "imagePx"> {
  return step as unknown as Affine<"imagePx", "imagePx">;
}

function axisNames(system: unknown): readonly string[] {
  if (!isRecord(system) || !Array.isArray(system.axes)) return [];
  return system.axes.map((axis) => (isRecord(axis) ? String(axis.name) : String(axis)));
}

/** Axes without names stand in the order x, y, z (points) of their number. */
function indexOf(axes: readonly string[], axis: string, length: number): number {
  const named = axes.indexOf(axis);
  if (named >= 0 || axes.length > 0) return named;
  return length <= 3 ? (AXES as readonly string[]).indexOf(axis) : -1;
}

function numbers(values: unknown, type: string): number[] {
  if (!Array.isArray(values) || values.some((v) => typeof v !== "number" || !Number.isFinite(v))) {
    throw new NotPlanar(`${type} without numbers`);
  }
  return values as number[];
}

/** A matrix of output axes by input axes plus the translation column; a last row 0 … 1 may be there. */
function fromRows(rows: unknown, inputs: readonly string[], outputs: readonly string[], type: string): Map2 {
  if (!Array.isArray(rows)) throw new NotPlanar(`${type} without a matrix`);
  const matrix = rows.map((row) => numbers(row, type));
  const width = matrix[0]?.length ?? 0;
  const axes = inputs.length > 0 ? inputs.length : type === "rotation" ? width : width - 1;
  const columns = AXES.map((axis) => indexOf(inputs, axis, axes));
  const [rowX, rowY] = AXES.map((axis) => matrix[indexOf(outputs, axis, axes)]);
  if (!rowX || !rowY || columns.some((column) => column < 0)) throw new NotPlanar(`${type} without x and y`);
  for (const row of [rowX, rowY]) {
    for (let i = 0; i < axes; i++) {
      if (!columns.includes(i) && row[i] !== 0) throw new NotPlanar(`${type} that mixes in another axis`);
    }
  }
  const [cx, cy] = columns as [number, number];
  const at = (row: number[], column: number) => row[column] ?? 0;
  return affine(
    at(rowX, cx),
    at(rowY, cx),
    at(rowX, cy),
    at(rowY, cy),
    type === "rotation" ? 0 : at(rowX, axes),
    type === "rotation" ? 0 : at(rowY, axes),
  );
}

/** `{x: "y", y: "x"}`: output axis to input axis. */
function fromAxisMap(map: unknown): Map2 {
  if (!isRecord(map)) throw new NotPlanar("mapAxis without a map");
  if (map.x === "x" && map.y === "y") return IDENTITY;
  if (map.x === "y" && map.y === "x") return affine(0, 1, 1, 0, 0, 0);
  throw new NotPlanar("mapAxis that mixes in another axis");
}

/** True when the map is the identity. */
export function isIdentity(map: Map2): boolean {
  return map.a === 1 && map.b === 0 && map.c === 0 && map.d === 1 && map.e === 0 && map.f === 0;
}

/** True when the map can be inverted: a slide's positions must not collapse. */
export function isInvertible(map: Map2): boolean {
  return invertAffine(map) !== undefined;
}
