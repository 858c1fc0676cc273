import { type Affine, affine } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";

/** A 3 × 3 matrix, row by row, separated by any of space, tab, comma: from the left-hand space to the right-hand. */
export async function readMatrix(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Affine<"instrument", "imagePx">> {
  const file = source.name;
  const bytes = await source.read(0, 65_536, signal);
  const matrix = parseMatrix(new TextDecoder().decode(bytes));
  if (typeof matrix === "string") throw new CentiscopeError("transform-invalid", { file, detail: matrix });
  return matrix;
}

/** The matrix, or what is wrong with the text. */
export function parseMatrix(text: string): Affine<"instrument", "imagePx"> | string {
  const words = text
    .replace(/^\uFEFF/, "")
    .split(/[\s,;]+/)
    .filter(Boolean);
  const numbers = words.map(Number);
  if (numbers.length !== 9) return `${numbers.length} values`;
  const bad = words.find((_, i) => !Number.isFinite(numbers[i]));
  if (bad !== undefined) return `“${bad.slice(0, 40)}”`;
  const [a, c, e, b, d, f, g, h, w] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (g !== 0 || h !== 0 || w !== 1) return `last row ${g} ${h} ${w}`;
  if (a * d - b * c === 0) return "its determinant is 0";
  return affine(a, b, c, d, e, f);
}
