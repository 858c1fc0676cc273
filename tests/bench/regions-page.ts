/** What both pages offer to the benchmark, as `window.subject`. */
export interface Subject {
  /** Puts all objects on the picture. */
  bring(): unknown;
  count(): number;
  /** CSS px to an image pixel around the middle of the picture; null: all of it. */
  look(scale: number | null): unknown;
  pan(dxPx: number): void;
}

/** What was seen while something went on: ms. */
export interface Watched {
  /** From one frame to the next. */
  readonly frames: number[];
  /** From the time of a pointer's event to the end of the frame that follows it. */
  readonly inputs: number[];
}

/** Runs in the page: watches frames and the pointer until the promise that it returns a function for is called. */
export function watch(): void {
  const frames: number[] = [];
  const inputs: number[] = [];
  let since: number | null = null;
  let last: number | null = null;
  let going = true;
  const input = (event: Event) => {
    since ??= event.timeStamp;
  };
  for (const type of ["pointerdown", "pointermove"]) addEventListener(type, input, { capture: true });
  const { port1, port2 } = new MessageChannel();
  // Comes in a task of its own after the frame's own work is done.
  port2.onmessage = ({ data }) => inputs.push(performance.now() - data);
  const frame = (now: number) => {
    if (!going) return;
    if (last !== null) frames.push(now - last);
    last = now;
    if (since !== null) port1.postMessage(since);
    since = null;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  Object.assign(window, {
    watched: (): Watched => {
      going = false;
      for (const type of ["pointerdown", "pointermove"]) removeEventListener(type, input, { capture: true });
      return { frames, inputs };
    },
  });
}

/** Runs in the page: moves the picture by some pixels in each of so many frames, to and fro. */
export async function panAbout({ frames, mostMs }: { frames: number; mostMs: number }): Promise<number[]> {
  const { subject } = window as unknown as { subject: Subject };
  const found: number[] = [];
  let last = await new Promise<number>(requestAnimationFrame);
  const end = last + mostMs;
  for (let i = 0; i < frames && last < end; i++) {
    subject.pan(i % 40 < 20 ? 4 : -4);
    const now = await new Promise<number>(requestAnimationFrame);
    found.push(now - last);
    last = now;
  }
  return found;
}
