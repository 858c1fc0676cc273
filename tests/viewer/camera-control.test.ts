import { expect, test } from "vitest";
import { affine } from "../../src/core/affine.ts";
import { bounds } from "../../src/core/space.ts";
import { CameraControl } from "../../src/viewer/camera-control.ts";
import type { ImageCamera } from "../../src/viewer/camera-math.ts";
import type { OsdView } from "../../src/viewer/osd-view.ts";

const frame = {
  umToImagePx: affine<"um", "imagePx">(2, 0, 0, 2, 0, 0),
  boundsUm: bounds<"um">(0, 0, 1000, 200),
};

/** A stage that shows at once what it is told, and grows. */
function stage() {
  let shown: ImageCamera = { centerPx: [0, 0], scale: 1, rotationDeg: 0, flipped: false };
  const size = { width: 800, height: 600 };
  const osd = {
    camera: () => shown,
    size: () => size,
    setCamera: (camera: ImageCamera) => {
      shown = camera;
    },
    setScaleLimits: () => undefined,
    redraw: () => undefined,
  };
  const control = new CameraControl(osd as unknown as OsdView);
  control.setFrame(frame);
  return { control, size };
}

test("a view zoomed out and turned keeps its scale when it is moved, and where it is opened upright first", () => {
  const { control } = stage();
  control.setCamera({ rotationDeg: 90 }, false);
  control.zoomBy(1e-6);
  for (const angle of [15, 75, 180]) {
    const before = control.camera()!;
    control.rotateBy(angle);
    control.panBy(10, 0, false);
    const camera = control.camera()!;
    expect(camera.umPerPx).toBeCloseTo(before.umPerPx, 9);
    const opened = stage().control;
    opened.setCamera(camera, false);
    expect(opened.camera()?.umPerPx).toBeCloseTo(camera.umPerPx, 9);
  }
});

test("a stage that grows leaves no view smaller than it may be, which the next move would enlarge", () => {
  const { control, size } = stage();
  control.zoomBy(1e-6);
  Object.assign(size, { width: 1600, height: 1200 });
  control.resized();
  const { umPerPx } = control.camera()!;
  control.panBy(10, 0, false);
  expect(control.camera()?.umPerPx).toBe(umPerPx);
});
