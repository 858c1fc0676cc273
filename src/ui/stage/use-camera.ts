import { useEffect, useRef } from "react";
import type { Camera } from "../../core/camera.ts";
import { useCentiscope } from "../centiscope-context.ts";

/**
 * Calls `draw` with the camera now and at every move. `draw` writes the DOM itself: no render happens, so the
 * readouts keep up with the picture. It may be a new function at each render.
 */
export function useCamera(draw: (camera: Camera) => void): void {
  const centiscope = useCentiscope();
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
    const now = centiscope.camera();
    if (now) draw(now);
  });
  useEffect(() => centiscope.onCamera((camera) => latest.current(camera)), [centiscope]);
}
