import type { Browser, Page } from "@playwright/test";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Time the thread itself ran, without waiting for other processes or for a core. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of a page's main thread: how long it ran, and how long it took by the clock. */
export interface LongestTask {
  readonly runningMs: number;
  readonly clockMs: number;
}

/** Traces the browser while `act` runs on the page. */
export async function longestTask(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<LongestTask> {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString("utf8")) as { traceEvents: TraceEvent[] };
  return longestOf(trace.traceEvents);
}

function longestOf(events: readonly TraceEvent[]): LongestTask {
  const byThread = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.ph !== "X" || !event.name.endsWith("RunTask")) continue;
    const thread = `${event.pid} ${event.tid}`;
    const tasks = byThread.get(thread) ?? [];
    tasks.push(event);
    byThread.set(thread, tasks);
  }
  // The browser's own pages have such a thread too; the one that was acted on has most to do.
  const mains = events
    .filter((event) => event.name === "thread_name" && event.args?.name === "CrRendererMain")
    .map((event) => byThread.get(`${event.pid} ${event.tid}`) ?? []);
  const tasks = mains.reduce((most, tasks) => (tasks.length > most.length ? tasks : most), []);
  if (tasks.length === 0) throw new Error("The trace holds no tasks of the main thread.");
  return {
    runningMs: Math.max(...tasks.map((task) => task.tdur ?? 0)) / 1000,
    clockMs: Math.max(...tasks.map((task) => task.dur ?? 0)) / 1000,
  };
}
