import { Breather } from "../src/formats/event-loop.ts";

/** Longest stretch of work in which a worker hears no message, so that an abort or a quick question is not kept waiting. */
const SLICE_MS = 10;

/**
 * Runs a kernel that works in steps, letting messages in every 10 ms. Rejects with the signal's reason as soon as
 * it hears of the abort; the kernel is then left where it stands.
 */
export async function runSteps<S, T>(
  steps: Generator<S, T>,
  signal: AbortSignal,
  onStep?: (value: S) => void,
): Promise<T> {
  const breather = new Breather(signal, SLICE_MS);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onStep?.(step.value);
    if (breather.due) await breather.breathe();
  }
}
