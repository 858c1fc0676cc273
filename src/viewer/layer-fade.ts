import type { Layer } from "@deck.gl/core";

/** One layer of a scene, made at an opacity of its own times `share` (0–1). */
export interface FadingLayer {
  /** Layers of the same id replace each other at once; a new id fades in while the one that left fades out. */
  readonly id: string;
  readonly make: (share: number) => Layer;
}

/** Long enough to follow what becomes what, short enough not to wait for. */
const FADE_MS = 180;

interface Faded {
  readonly layer: FadingLayer;
  share: number;
  leaving: boolean;
}

/**
 * Cross-fades a stack of layers, bottom first: bins become transcripts without a jump. Asks for frames only while
 * something fades; people who prefer reduced motion get the new picture at once.
 */
export class LayerFade {
  readonly #show: (layers: readonly Layer[]) => void;
  #stack: Faded[] = [];
  #frame = 0;
  #before = 0;

  constructor(show: (layers: readonly Layer[]) => void) {
    this.#show = show;
  }

  /** True while layers are not yet what was set last. */
  get fading(): boolean {
    return this.#frame !== 0;
  }

  set(layers: readonly FadingLayer[]): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const before = new Map(this.#stack.map((faded) => [faded.layer.id, faded]));
    const ids = new Set(layers.map((layer) => layer.id));
    const first = this.#stack.length === 0;
    const left = still ? [] : this.#stack.filter((faded) => !ids.has(faded.layer.id));
    for (const faded of left) faded.leaving = true;
    const now = layers.map((layer) => {
      const share = before.get(layer.id)?.share ?? (still || first ? 1 : 0);
      return { layer, share, leaving: false };
    });
    this.#stack = [...left, ...now];
    this.#draw();
    if (this.#stack.some((faded) => faded.leaving || faded.share < 1)) this.#ask();
  }

  /** Shows nothing, at once. */
  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#stack = [];
    this.#show([]);
  }

  #ask(): void {
    if (this.#frame !== 0) return;
    this.#before = performance.now();
    this.#frame = requestAnimationFrame(this.#step);
  }

  readonly #step = (now: number): void => {
    const part = Math.max(0, now - this.#before) / FADE_MS;
    this.#before = now;
    for (const faded of this.#stack) {
      faded.share = Math.min(1, Math.max(0, faded.share + (faded.leaving ? -part : part)));
    }
    this.#stack = this.#stack.filter((faded) => !faded.leaving || faded.share > 0);
    const unfinished = this.#stack.some((faded) => faded.leaving || faded.share < 1);
    this.#frame = unfinished ? requestAnimationFrame(this.#step) : 0;
    this.#draw();
  };

  #draw(): void {
    this.#show(this.#stack.map((faded) => faded.layer.make(faded.share)));
  }
}
