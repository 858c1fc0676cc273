import type {
  Forgotten,
  Journal,
  JournalContent,
  StoredDraft,
  StoredEntry,
} from "../src/core/annotation-storage.ts";
import type { JournalAnswer, JournalRequest, JournalResult } from "./journal-protocol.ts";

interface Pending {
  readonly resolve: (content: JournalResult) => void;
  readonly reject: (thrown: unknown) => void;
}

/** The journal over a worker of its own, for files can be written synchronously only there. */
class WorkerJournal implements Journal {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #died: unknown = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<JournalAnswer>) => {
      const pending = this.#pending.get(data.call);
      this.#pending.delete(data.call);
      if (data.ok) pending?.resolve(data.content);
      else pending?.reject(new DOMException(data.message, data.name));
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#died = new DOMException(event.message || "the journal's worker ended", "OperationError");
      for (const { reject } of this.#pending.values()) reject(this.#died);
      this.#pending.clear();
    });
  }

  async open(): Promise<void> {
    await this.#ask({ method: "open" });
  }

  async append(entries: readonly StoredEntry[]): Promise<void> {
    await this.#ask({ method: "append", entries });
  }

  async keepDraft(draft: StoredDraft | null): Promise<void> {
    await this.#ask({ method: "draft", draft });
  }

  async read(settled: readonly string[]): Promise<JournalContent> {
    return (await this.#ask({ method: "read", settled })) as JournalContent;
  }

  async tidy(database: string, enoughBytes: number): Promise<void> {
    await this.#ask({ method: "tidy", database, enoughBytes });
  }

  async forget(forgotten: Forgotten): Promise<void> {
    await this.#ask({ method: "forget", forgotten });
  }

  close(): void {
    this.#worker.terminate();
  }

  #ask(request: JournalRequest): Promise<JournalResult> {
    if (this.#died !== null) return Promise.reject(this.#died);
    return new Promise((resolve, reject) => {
      const call = this.#calls++;
      this.#pending.set(call, { resolve, reject });
      this.#worker.postMessage({ ...request, call });
    });
  }
}

/** Null where the browser gives a page no files of its own: pages that are not served securely, private windows. */
export async function openJournal(): Promise<Journal | null> {
  if (navigator.storage === undefined || !("getDirectory" in navigator.storage)) return null;
  const worker = new Worker(new URL("./journal.worker.ts", import.meta.url), {
    type: "module",
    name: "journal",
  });
  const journal = new WorkerJournal(worker);
  try {
    await journal.open();
    return journal;
  } catch {
    journal.close();
    return null;
  }
}
