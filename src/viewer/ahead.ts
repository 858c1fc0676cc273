import { intersectBounds } from "../core/lod.ts";
import { type Bounds, boundsGrow } from "../core/space.ts";
import type { ExpressionSource } from "../io/expression-source.ts";

/** A pan of this part of the view, to any side, meets what is already there. */
const AROUND = 0.5;

/**
 * Fetches ahead of the user while nothing else is asked for: around the view, and the finer bins of the next zoom.
 * Stops at once when the view asks for something. A failure is left to the request that needs the bytes.
 */
export class Ahead {
  readonly #source: ExpressionSource;
  readonly #slideUm: Bounds<"um">;
  #controller: AbortController | undefined;
  #done = "";

  constructor(source: ExpressionSource, slideUm: Bounds<"um">) {
    this.#source = source;
    this.#slideUm = slideUm;
  }

  /** @param binUm side of the bins that one zoom step nearer would draw; null when they would be the same */
  look(view: Bounds<"um">, binUm: number | null): void {
    if (!this.#source.prefetch) return;
    const key = JSON.stringify([view, binUm]);
    if (key === this.#done) return;
    this.stop();
    const margin = AROUND * Math.max(view.maxX - view.minX, view.maxY - view.minY);
    const boundsUm = intersectBounds(boundsGrow(view, margin), this.#slideUm);
    if (!boundsUm) return;
    const controller = new AbortController();
    this.#controller = controller;
    this.#source.prefetch(boundsUm, binUm, controller.signal).then(
      () => {
        this.#done = key;
      },
      () => undefined,
    );
  }

  stop(): void {
    this.#controller?.abort(new DOMException("superseded", "AbortError"));
    this.#controller = undefined;
  }
}
