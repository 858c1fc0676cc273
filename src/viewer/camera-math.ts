import {
  type Affine,
  affine,
  applyAffine,
  composeAffine,
  invertAffine,
  lengthScale,
} from "../core/affine.ts";
import type { Camera } from "../core/camera.ts";
import { type Bounds, imagePx, um } from "../core/space.ts";

/**
 * What OpenSeadragon's viewport holds, in pixels of its one image. `rotationDeg` is clockwise on the screen,
 * `flipped` mirrors left to right after it.
 */
export interface ImageCamera {
  readonly centerPx: readonly [x: number, y: number];
  /** CSS px per image px. */
  readonly scale: number;
  readonly rotationDeg: number;
  readonly flipped: boolean;
}

export interface SizePx {
  readonly width: number;
  readonly height: number;
}

/** Degrees in [0, 360). */
export function normalDegrees(degrees: number): number {
  const rest = degrees % 360;
  return rest < 0 ? rest + 360 : rest + 0;
}

/** Exact at multiples of 90°, where pathologists turn slides. */
function turn(degrees: number): readonly [cos: number, sin: number] {
  const quarter = normalDegrees(degrees) / 90;
  if (Number.isInteger(quarter))
    return (
      [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ] as const
    )[quarter as 0 | 1 | 2 | 3];
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle)];
}

/** Image px → CSS px of the viewer, whose middle shows `centerPx`. */
export function imageToScreen(view: ImageCamera, size: SizePx): Affine<"imagePx", "screenPx"> {
  const [cos, sin] = turn(view.rotationDeg);
  const mirror = view.flipped ? -1 : 1;
  const a = mirror * view.scale * cos;
  const b = view.scale * sin;
  const c = -mirror * view.scale * sin;
  const d = view.scale * cos;
  const [x, y] = view.centerPx;
  return affine(a, b, c, d, size.width / 2 - (a * x + c * y), size.height / 2 - (b * x + d * y));
}

/** The same view in slide µm. `umPerPx` is the geometric mean where image pixels are not square. */
export function cameraFromImage(view: ImageCamera, umToImagePx: Affine<"um", "imagePx">): Camera {
  const back = invertAffine(umToImagePx);
  if (!back) throw new RangeError("The map from µm to image pixels is singular.");
  const center = applyAffine(back, imagePx(view.centerPx[0], view.centerPx[1]));
  return {
    centerUm: [center[0], center[1]],
    umPerPx: 1 / (view.scale * lengthScale(umToImagePx)),
    rotationDeg: normalDegrees(view.rotationDeg),
    flipped: view.flipped,
  };
}

/** Inverse of `cameraFromImage`. */
export function imageFromCamera(camera: Camera, umToImagePx: Affine<"um", "imagePx">): ImageCamera {
  const center = applyAffine(umToImagePx, um(camera.centerUm[0], camera.centerUm[1]));
  return {
    centerPx: [center[0], center[1]],
    scale: 1 / (camera.umPerPx * lengthScale(umToImagePx)),
    rotationDeg: camera.rotationDeg,
    flipped: camera.flipped,
  };
}

/** Slide µm → CSS px. */
export function umToScreen(
  view: ImageCamera,
  umToImagePx: Affine<"um", "imagePx">,
  size: SizePx,
): Affine<"um", "screenPx"> {
  return composeAffine(imageToScreen(view, size), umToImagePx);
}

/** What a fit fills of the tighter side. */
const FILL = 0.94;

/** The view that shows all of `boundsUm`, turned as `rotationDeg` and `flipped` say, with a margin around it. */
export function fitImage(
  boundsUm: Bounds<"um">,
  umToImagePx: Affine<"um", "imagePx">,
  size: SizePx,
  rotationDeg: number,
  flipped: boolean,
): ImageCamera {
  const centerUm = um((boundsUm.minX + boundsUm.maxX) / 2, (boundsUm.minY + boundsUm.maxY) / 2);
  const center = applyAffine(umToImagePx, centerUm);
  const unit = composeAffine(
    imageToScreen({ centerPx: [0, 0], scale: 1, rotationDeg, flipped }, size),
    umToImagePx,
  );
  const width = boundsUm.maxX - boundsUm.minX;
  const height = boundsUm.maxY - boundsUm.minY;
  const wide = Math.abs(unit.a) * width + Math.abs(unit.c) * height;
  const high = Math.abs(unit.b) * width + Math.abs(unit.d) * height;
  const scale = FILL * Math.min(size.width / wide, size.height / high);
  return {
    centerPx: [center[0], center[1]],
    scale: Number.isFinite(scale) && scale > 0 ? scale : 1 / lengthScale(umToImagePx),
    rotationDeg,
    flipped,
  };
}

/**
 * Smallest zoom: all of `boundsUm` in half of the view, however it is turned. The same at every angle, so that a
 * turned view is no other when it is moved, or when a link opens it upright first.
 */
export function minScale(boundsUm: Bounds<"um">, umToImagePx: Affine<"um", "imagePx">, size: SizePx): number {
  const { a, b, c, d } = umToImagePx;
  const width = boundsUm.maxX - boundsUm.minX;
  const height = boundsUm.maxY - boundsUm.minY;
  const diagonal = Math.max(
    Math.hypot(a * width + c * height, b * width + d * height),
    Math.hypot(a * width - c * height, b * width - d * height),
  );
  const scale = ((FILL / 2) * Math.min(size.width, size.height)) / diagonal;
  return Number.isFinite(scale) && scale > 0 ? scale : 1 / (2 * lengthScale(umToImagePx));
}

/** Largest zoom: 40 CSS px per image px, or 64 per µm if that is more. */
export function maxScale(umToImagePx: Affine<"um", "imagePx">): number {
  return Math.max(40, 64 / lengthScale(umToImagePx));
}
