/** Resolves after a timer: in a task of its own, before which the page may draw. */
export function pause(delayMs = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** Resolves when the page has first shown something; at once where browsers do not tell. */
export function firstPaint(): Promise<void> {
  return new Promise((resolve) => {
    if (!PerformanceObserver.supportedEntryTypes.includes("paint")) {
      resolve();
      return;
    }
    const observer = new PerformanceObserver((paints) => {
      if (paints.getEntriesByName("first-contentful-paint").length === 0) return;
      observer.disconnect();
      resolve();
    });
    observer.observe({ type: "paint", buffered: true });
  });
}

/** Resolves when the page has nothing else to do; at the latest after `mostMs`. Safari has no idle callbacks. */
export function idle(mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "undefined") setTimeout(resolve, 1);
    else requestIdleCallback(() => resolve(), { timeout: mostMs });
  });
}

/** How often the graphics card is asked whether it is done. */
const ASK_MS = 4;
/** A card that is never idle, or does not say so, is not waited for longer. */
const IDLE_WITHIN_MS = 200;

/**
 * Resolves when the graphics card has done all that it was told in this context, after 200 ms in any case. It is
 * asked, never waited for: a query of anything else would block the page until it is done.
 */
export async function graphicsIdle(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  if (!fence) return pause();
  gl.flush();
  const deadline = performance.now() + IDLE_WITHIN_MS;
  do await pause(ASK_MS);
  while (
    performance.now() < deadline &&
    !gl.isContextLost() &&
    gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED
  );
  gl.deleteSync(fence);
}
