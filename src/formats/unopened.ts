import { CentiscopeError } from "../core/errors.ts";
import type { Looked } from "./choose-images.ts";

/** What is said of expression data that is known and not opened; undefined where there is none. */
export function unopened(looked: readonly Looked[]): CentiscopeError | undefined {
  for (const { file, found } of looked) {
    const { name } = file.source;
    if (found.kind === "gef-cells")
      return new CentiscopeError("gef-cells", { file: name, cells: found.cells });
  }
  const matrix = looked.find((item) => item.found.kind === "matrix");
  if (matrix) return new CentiscopeError("visium-positions", { file: matrix.file.source.name });
  for (const { file, found } of looked) {
    // An archive beside other files may hold anything.
    if (found.kind !== "foreign" || (found.code === "zip-packed" && looked.length > 1)) continue;
    return new CentiscopeError(found.code, { file: file.source.name });
  }
  return undefined;
}
