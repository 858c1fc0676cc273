import type { Camera } from "../core/camera.ts";
import type { BinShape } from "../core/expression.ts";
import { LEAST_BIN_UM, MOST_BIN_UM } from "../state/view.ts";

const SHAPES: readonly string[] = ["square", "hex", "off"] satisfies readonly (BinShape | "off")[];

/** @throws RangeError for a size that is none or that no link could name, and for a shape that there is not */
export function checkBin(binUm: number, shape: BinShape | "off"): void {
  if (!(binUm > 0) || !Number.isFinite(binUm)) throw new RangeError(`bin size ${binUm} µm is not positive`);
  if (binUm < LEAST_BIN_UM || binUm > MOST_BIN_UM)
    throw new RangeError(`bin size ${binUm} µm is not within ${LEAST_BIN_UM}–${MOST_BIN_UM} µm`);
  if (!SHAPES.includes(shape))
    throw new RangeError(`bin shape "${shape}" is not one of ${SHAPES.join(", ")}`);
}

/** @throws RangeError for a scale that is not above 0, and for what is no number: the view would be lost with it */
export function checkCamera({ centerUm, umPerPx, rotationDeg }: Partial<Camera>): void {
  if (centerUm !== undefined && !(centerUm.length === 2 && centerUm.every(Number.isFinite)))
    throw new RangeError(`centerUm [${centerUm}] is not two numbers`);
  if (umPerPx !== undefined && !(Number.isFinite(umPerPx) && umPerPx > 0))
    throw new RangeError(`umPerPx ${umPerPx} is not positive`);
  if (rotationDeg !== undefined && !Number.isFinite(rotationDeg))
    throw new RangeError(`rotationDeg ${rotationDeg} is not a number`);
}
