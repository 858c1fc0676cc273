import { CentiscopeError, isAbort } from "../src/core/errors.ts";
import {
  type ChunkDecoder,
  type DecodedChunk,
  decodeHere,
  type EncodedChunks,
} from "../src/store/chunk-decoder.ts";
import { ServiceHandle } from "./service-handle.ts";

/** Most decoders of one store: with more, reading and drawing are what is waited for. */
const MOST_WORKERS = 4;
/** Unpacked bytes that are one task: milliseconds of work, so that an abort wastes no more. */
const TASK_BYTES = 1 << 19;
/** Tasks in each worker: one that runs, one that waits for it to end. */
const IN_FLIGHT = 2;
/** A task takes milliseconds; a worker this long without a sign is stuck. */
const SILENCE_MS = 60_000;
/** Idle workers are ended after this: a slide in the tray that nobody looks at needs none. */
const IDLE_MS = 30_000;

const entry = {
  worker: () =>
    new Worker(new URL("./decode.worker.ts", import.meta.url), { type: "module", name: "decode" }),
  here: async () => (await import("./decode-service.ts")).decodeWire(),
};

interface Lane {
  handle: ServiceHandle<"decode"> | undefined;
  running: number;
}

/** A task that waits for a worker with room. */
interface Turn {
  readonly begin: (lane: Lane) => void;
}

/** How many decoders a machine is worth; 0 where the reading thread unpacks by itself. */
export function decoderCount(
  cores = globalThis.navigator?.hardwareConcurrency ?? 1,
  canStart = typeof Worker !== "undefined",
): number {
  return canStart ? Math.max(0, Math.min(cores - 1, MOST_WORKERS)) : 0;
}

/**
 * Unpacks a store's chunks in workers of the thread that reads it. A range is cut into tasks that wait here, where an
 * abort costs nothing; workers keep nothing, so what is kept is the reader's cache alone. A worker that dies fails its
 * tasks with `store-decoder-died` and is replaced by the next task. One that dies before it ever answered tells that
 * workers cannot be started from a worker here: then this thread unpacks.
 */
export class DecodePool {
  /** What is read, for messages. */
  readonly #file: string;
  readonly #start: (() => Worker) | undefined;
  readonly #lanes: readonly Lane[];
  readonly #queue: Turn[] = [];
  #idle: ReturnType<typeof setTimeout> | undefined;
  #works: boolean | undefined;

  constructor(file: string, workers = decoderCount(), start?: () => Worker) {
    this.#file = file;
    this.#start = start;
    this.#lanes = Array.from({ length: workers }, () => ({ handle: undefined, running: 0 }));
  }

  /** Starts the workers, so that they are there when the first rows are. */
  warm(): void {
    for (const lane of this.#lanes) this.#live(lane);
    this.#rest();
  }

  readonly decode: ChunkDecoder = async (chunks, signal) => {
    signal.throwIfAborted();
    const bytes = chunks.parts.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
    // A few chunks are unpacked before a worker has heard of them.
    if (this.#lanes.length === 0 || this.#works === false || bytes <= TASK_BYTES / 2) {
      return decodeHere(chunks, signal);
    }
    // When one task fails, the others are for nobody.
    const tasks = new AbortController();
    const stop = (): void => tasks.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      return (await Promise.all(tasksOf(chunks).map((task) => this.#run(task, tasks)))).flat();
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };

  async #run(chunks: EncodedChunks, tasks: AbortController): Promise<readonly DecodedChunk[]> {
    const { signal } = tasks;
    const lane = await this.#turn(signal);
    try {
      if (this.#works === false) return await decodeHere(chunks, signal);
      return await this.#ask(lane, chunks, signal);
    } catch (thrown) {
      tasks.abort(thrown);
      throw thrown;
    } finally {
      lane.running -= 1;
      this.#next();
    }
  }

  async #ask(lane: Lane, chunks: EncodedChunks, signal: AbortSignal): Promise<readonly DecodedChunk[]> {
    const handle = this.#live(lane);
    const sent = ownRange(chunks);
    try {
      const made = await handle.call("decode", sent, {
        signal,
        hand: [sent.bytes.buffer],
        silenceMs: SILENCE_MS,
      });
      this.#works = true;
      return made;
    } catch (thrown) {
      if (isAbort(thrown) || handle.alive) throw thrown;
      if (this.#works) {
        throw new CentiscopeError("store-decoder-died", { file: this.#file }, { retryable: true });
      }
      this.#works = false;
      return decodeHere(chunks, signal);
    }
  }

  /** A worker with room, at once or when one has it. */
  #turn(signal: AbortSignal): Promise<Lane> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        reject(signal.reason);
      };
      const turn: Turn = {
        begin: (lane) => {
          signal.removeEventListener("abort", leave);
          lane.running += 1;
          resolve(lane);
        },
      };
      this.#queue.push(turn);
      signal.addEventListener("abort", leave, { once: true });
      this.#next();
    });
  }

  /** Gives waiting tasks to the workers with the most room. */
  #next(): void {
    clearTimeout(this.#idle);
    while (this.#queue.length > 0) {
      const lane = this.#lanes.reduce((a, b) => (b.running < a.running ? b : a));
      if (lane.running >= IN_FLIGHT) break;
      this.#queue.shift()!.begin(lane);
    }
    if (this.#lanes.every(({ running }) => running === 0)) this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#lanes.length > 0) this.#idle = setTimeout(() => this.close(), IDLE_MS);
  }

  /** Ends the workers; the next task starts others. */
  close(): void {
    clearTimeout(this.#idle);
    for (const lane of this.#lanes) {
      lane.handle?.close();
      lane.handle = undefined;
    }
  }

  #live(lane: Lane): ServiceHandle<"decode"> {
    if (!lane.handle?.alive) {
      const start = this.#start ? { start: this.#start } : {};
      lane.handle = new ServiceHandle<"decode">(entry, { file: this.#file, ...start });
    }
    return lane.handle;
  }
}

/** Cuts a range into tasks of about as many unpacked bytes. */
function tasksOf({ bytes, parts }: EncodedChunks): EncodedChunks[] {
  const tasks: { bytes: Uint8Array; parts: EncodedChunks["parts"][number][] }[] = [];
  let room = 0;
  for (const part of parts) {
    if (room <= 0) {
      tasks.push({ bytes, parts: [] });
      room = TASK_BYTES;
    }
    tasks.at(-1)!.parts.push(part);
    room -= part.rawBytes;
  }
  return tasks;
}

/** The task with bytes of its own, to be handed over: the range serves other tasks too. */
function ownRange({ bytes, parts }: EncodedChunks) {
  const from = parts.reduce((least, { start }) => Math.min(least, start), bytes.length);
  const to = parts.reduce((most, { end }) => Math.max(most, end), 0);
  return {
    bytes: bytes.slice(from, to),
    parts: parts.map(({ start, end, rawBytes }) => ({ start: start - from, end: end - from, rawBytes })),
  };
}
