/**
 * Whose turn it is in a shard: questions share it, a change has it alone, and all come to turn in the order they
 * came in, so that a question asked after a change sees it.
 */
export class Turns {
  /** Settles when the last change is done. */
  #changed: Promise<unknown> = Promise.resolve();
  /** Settles when every question so far is done. */
  #asked: Promise<unknown> = Promise.resolve();

  /** Runs a question beside other questions. */
  async share<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#changed.then(work);
    this.#asked = Promise.all([this.#asked, settled(turn)]);
    return turn;
  }

  /** Runs a change alone. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = Promise.all([this.#changed, this.#asked]);
    const turn = before.then(work);
    this.#changed = settled(turn);
    this.#asked = Promise.resolve();
    return turn;
  }
}

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    () => undefined,
  );
}
