import type { Reading, ReadingRequest } from "./readers.worker.ts";

/** Fetches a file of the development server and reads it in a worker; runs in a page. */
export async function measureReading(
  kind: ReadingRequest["kind"],
  url: string,
  rounds: number,
): Promise<Reading> {
  const file = await (await fetch(url)).blob();
  const worker = new Worker(new URL("./readers.worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Reading>((resolve, reject) => {
      worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data));
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ kind, file, rounds } satisfies ReadingRequest);
    });
  } finally {
    worker.terminate();
  }
}
