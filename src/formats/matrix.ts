import { type Affine, affine } from "../core/affine.ts";

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
