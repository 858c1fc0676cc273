import { type Remote, transfer, wrap } from "comlink";
import type { OutlineLevel, PackedArea } from "../src/core/outline.ts";
import type { OutlineWorkerApi } from "./outline-protocol.ts";

const SECONDS = 120;

/** One worker for all areas that wait; it ends when none does. */
class OutlineWorker {
  readonly #worker = new Worker(new URL("./outline.worker.ts", import.meta.url), {
    type: "module",
    name: "outlines",
  });
  readonly #api: Remote<OutlineWorkerApi> = wrap<OutlineWorkerApi>(this.#worker);
  waiting = 0;

  async detail(area: PackedArea, quantaPerUnit: number): Promise<OutlineLevel[]> {
    const { corners, ringEnds, polygonEnds } = area;
    const handed = transfer(area, [corners.buffer, ringEnds.buffer, polygonEnds.buffer]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const died = new Promise<never>((_, reject) => {
        const end = () => reject(new Error("the worker of outlines died"));
        this.#worker.addEventListener("error", end);
        timer = setTimeout(end, SECONDS * 1000 * this.waiting);
      });
      return await Promise.race([this.#api.detail(handed, quantaPerUnit), died]);
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#worker.terminate();
  }
}

let live: OutlineWorker | undefined;

/** As `outlineDetail`, in a worker; the area's arrays are handed over. Rejects when the worker dies. */
export async function outlineInWorker(area: PackedArea, quantaPerUnit: number): Promise<OutlineLevel[]> {
  live ??= new OutlineWorker();
  const worker = live;
  worker.waiting++;
  try {
    return await worker.detail(area, quantaPerUnit);
  } catch (error) {
    if (live === worker) live = undefined;
    worker.end();
    throw error;
  } finally {
    worker.waiting--;
    if (worker.waiting === 0) {
      worker.end();
      if (live === worker) live = undefined;
    }
  }
}
