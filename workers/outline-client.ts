import { type Remote, transfer, wrap } from "comlink";
import type { OutlineLevel, PackedArea } from "../src/core/outline.ts";
import type { OutlineWorkerApi } from "./outline-protocol.ts";

/** One worker for all areas that wait; it ends when none does. */
class OutlineWorker {
  readonly #worker = new Worker(new URL("./outline.worker.ts", import.meta.url), {
    type: "module",
    name: "outlines",
  });
  readonly #api: Remote<OutlineWorkerApi> = wrap<OutlineWorkerApi>(this.#worker);
  readonly #died = new Promise<never>((_, reject) => {
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error("the worker of outlines died"));
    });
  });
  waiting = 0;

  detail(area: PackedArea, quantaPerUnit: number): Promise<OutlineLevel[]> {
    const { corners, ringEnds, polygonEnds } = area;
    const handed = transfer(area, [corners.buffer, ringEnds.buffer, polygonEnds.buffer]);
    return Promise.race([this.#api.detail(handed, quantaPerUnit), this.#died]);
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
