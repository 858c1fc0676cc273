import { CentiscopeError, type ErrorFacts } from "../core/errors.ts";

/** Tiles fail in bursts: one message tells how many. */
const GATHER_MS = 1500;

/** Gathers tile failures of a slide into few messages. */
export class TileFailures {
  readonly #tell: (facts: ErrorFacts) => void;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (facts: ErrorFacts) => void) {
    this.#tell = tell;
  }

  add(file: string, detail: string): void {
    this.#count++;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const facts = new CentiscopeError("tiles-failed", { file, count: this.#count, detail }).facts;
      this.#count = 0;
      this.#tell(facts);
    }, GATHER_MS);
  }

  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#count = 0;
  }
}
