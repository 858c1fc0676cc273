import { documentStore } from "../state/document.ts";
import type { AnnotationKeeper } from "./annotation-keeper.ts";
import { pause } from "./pauses.ts";
import type { Inspected, SlidePart } from "./slide-contract.ts";

/** How often a slide that is being opened is looked at. */
const LOOK_MS = 20;

/** The slide in view, as far as it is known. */
export interface SlideInView {
  readonly title: string;
  /** What its annotations belong to; null until it is known. */
  readonly parts: Inspected | null;
  /** More of it is coming, maybe after an answer of the user's. */
  readonly loading: boolean;
}

/** Brings in the annotations of each slide that comes into view. Nothing is fetched for them before one is there. */
export class SlideAnnotations {
  readonly #inView: () => SlideInView | null;
  readonly #failed: (thrown: unknown, title: string) => void;
  #keeper: Promise<AnnotationKeeper> | null = null;
  #entering: Promise<void> = Promise.resolve();
  /** What the annotations belong to that were asked for last; undefined: they could not be brought in. */
  #part: SlidePart | null | undefined = null;
  #under = 0;

  constructor(inView: () => SlideInView | null, failed: (thrown: unknown, title: string) => void) {
    this.#inView = inView;
    this.#failed = failed;
  }

  keeper(): Promise<AnnotationKeeper> {
    this.#keeper ??= import("./annotation-keeper.ts").then((code) => code.AnnotationKeeper.start());
    return this.#keeper;
  }

  get hasSlide(): boolean {
    return this.#inView() !== null;
  }

  /** True while annotations are being brought in; not while the user is asked whose they are. */
  get busy(): boolean {
    return this.#under > 0 && documentStore.getState().mayBe === null;
  }

  /** Another slide is in view, or more of it is known: as soon as it is told what its annotations belong to. */
  enter(): void {
    const slide = this.#inView();
    const parts = slide?.parts ?? null;
    const part = parts && (parts.image ?? parts.expression);
    if (part === this.#part) return;
    this.#part = part;
    const title = slide?.title ?? "";
    this.#under++;
    this.#entering = this.keeper()
      .then((keeper) => keeper.enter(parts ? { title, parts } : null))
      .catch((thrown: unknown) => {
        if (this.#part === part) this.#part = undefined;
        this.#failed(thrown, title);
      })
      .finally(() => {
        this.#under--;
      });
  }

  /**
   * Resolves when what is kept of the slide in view is there, after the user's answer where whose it is was asked: an
   * annotation that is added before has no slide to belong to. At once where no slide is.
   */
  async entered(): Promise<void> {
    for (;;) {
      this.enter();
      const entering = this.#entering;
      await entering;
      const slide = this.#inView();
      const coming = slide !== null && slide.parts === null && slide.loading;
      if (entering === this.#entering && !coming) return;
      await pause(LOOK_MS);
    }
  }
}
