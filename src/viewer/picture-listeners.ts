/** A set of callbacks. One that throws does not keep the others from being called. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** Returns the removal. */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.#all) {
      try {
        listener(value);
      } catch (thrown) {
        reportError(thrown);
      }
    }
  }
}
