/** What the pointer did over the picture; CSS px of the viewer. A click is a press and release without a drag. */
export interface PointerReport {
  readonly kind: "move" | "leave" | "click";
  readonly atPx: readonly [x: number, y: number];
}

/** Position in an element from a pointer's client coordinates. OpenSeadragon's own are mirrored while flipped. */
export function positionIn(element: HTMLElement, clientX: number, clientY: number): [x: number, y: number] {
  const box = element.getBoundingClientRect();
  return [clientX - box.left, clientY - box.top];
}

/** Follows the pointer over `element`. `over` tells every position, `report` only those without a pressed button. */
export function followPointer(
  element: HTMLElement,
  over: (atPx: readonly [number, number] | null) => void,
  report: (event: PointerReport) => void,
): () => void {
  const move = (event: PointerEvent) => {
    const atPx = positionIn(element, event.clientX, event.clientY);
    over(atPx);
    if (event.buttons === 0) report({ kind: "move", atPx });
  };
  const leave = (event: PointerEvent) => {
    over(null);
    report({ kind: "leave", atPx: positionIn(element, event.clientX, event.clientY) });
  };
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerleave", leave);
  return () => {
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerleave", leave);
  };
}

/**
 * Keeps the browser from making a scroll of a finger's way over `element`. Nothing scrolls there, and yet Chromium
 * takes the tap that comes soon after for the end of that scroll's flight, and presses nothing with it.
 */
export function noScroll(element: HTMLElement): void {
  element.addEventListener(
    "touchmove",
    (event) => {
      if (event.cancelable) event.preventDefault();
    },
    { passive: false },
  );
}

/**
 * The largest whole number of CSS px, at most 7 below `sizePx`, that is a whole number of device px too; the floor
 * where there is none. Canvases of such sizes are shown pixel by pixel at a ratio of 1.25 or 1.5.
 */
export function wholePixels(sizePx: number, ratio: number): number {
  const most = Math.max(1, Math.floor(sizePx));
  for (let size = most; size > Math.max(0, most - 8); size--)
    if (Math.abs(size * ratio - Math.round(size * ratio)) < 1e-6) return size;
  return most;
}

/** Calls back whenever the screen's resolution changes: another monitor, browser zoom. */
export function watchDevicePixels(changed: () => void): () => void {
  let query: MediaQueryList | undefined;
  const fire = () => {
    changed();
    arm();
  };
  const arm = () => {
    query?.removeEventListener("change", fire);
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", fire);
  };
  arm();
  return () => query?.removeEventListener("change", fire);
}
