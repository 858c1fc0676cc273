import type { SessionStore } from "../state/session.ts";
import type { ViewStore } from "../state/view.ts";
import { AnnotationStage } from "./annotation-stage.ts";
import { firstPaint, idle } from "./pauses.ts";
import type { Presenter } from "./presenter.ts";

/** OpenSeadragon and deck.gl are two thirds of the code: not needed to show the start page. */
const code: PictureCode = {
  view: () => import("./osd-view.ts"),
  presenter: () => import("./presenter.ts"),
};

/** The start page may be busy for as long before the picture is prepared all the same. */
const PREPARE_WITHIN_MS = 2000;

/** How the picture's code comes, in two tasks. */
interface PictureCode {
  readonly view: () => Promise<unknown>;
  readonly presenter: () => Promise<{ readonly Presenter: typeof Presenter }>;
}

export interface HostEvents {
  /** The picture is there; returns what is to be done before it goes. */
  readonly attached: (presenter: Presenter) => () => void;
  readonly failed: (thrown: unknown) => void;
  readonly notice: ConstructorParameters<typeof Presenter>[4];
}

/**
 * Brings the picture into the stage when a slide is opened, or before, while the start page has nothing to do: its
 * code, its two WebGL contexts and their programs then wait for the slide, not the slide for them.
 */
export class PresenterHost {
  readonly #view: ViewStore;
  readonly #session: SessionStore;
  readonly #events: HostEvents;
  readonly #code: PictureCode;
  readonly annotationStage = new AnnotationStage();
  #presenter: Presenter | null = null;
  #mounting = 0;
  /** Attaches the picture to the stage that waits for it. */
  #attach: (() => void) | null = null;
  /** It is on its way, or there. */
  #wanted = false;
  /** A slide has been opened: from now on a failure concerns somebody. */
  #opened = false;

  constructor(view: ViewStore, session: SessionStore, events: HostEvents, from = code) {
    this.#view = view;
    this.#session = session;
    this.#events = events;
    this.#code = from;
  }

  get presenter(): Presenter | null {
    return this.#presenter;
  }

  /** True while the picture's code is on its way. */
  get mounting(): boolean {
    return this.#mounting > 0;
  }

  /** Asks for the picture now: a slide is being opened. After a failure it is tried again. */
  want(): void {
    this.#opened = true;
    this.#bring();
  }

  #bring(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#code.presenter().catch(() => undefined);
    this.#attach?.();
  }

  /** Brings the picture step by step, each when the page has nothing else to do. Failures show when a slide is opened. */
  async prepare(): Promise<void> {
    const steps = [this.#code.view, this.#code.presenter, async () => this.#bring()];
    await firstPaint();
    try {
      for (const step of steps) {
        await idle(PREPARE_WITHIN_MS);
        await step();
      }
    } catch {
      // No network now: the opening of a slide tries again, and says so.
    }
  }

  /** Called once by the stage. Returns the teardown. */
  mount(stage: HTMLElement, minimap: HTMLElement): () => void {
    let unmount: (() => void) | null = () => {};
    const attach = () => {
      this.#attach = null;
      this.#mounting++;
      void this.#code
        .presenter()
        .then(({ Presenter }) => {
          if (!unmount) return;
          const presenter = new Presenter(
            stage,
            minimap,
            this.#view,
            this.#session,
            this.#events.notice,
            this.annotationStage,
          );
          this.#presenter = presenter;
          const leave = this.#events.attached(presenter);
          unmount = () => {
            leave();
            if (this.#presenter === presenter) this.#presenter = null;
            presenter.destroy();
          };
        })
        .catch((thrown: unknown) => {
          if (!unmount) return;
          this.#attach = attach;
          this.#wanted = false;
          if (this.#opened) this.#events.failed(thrown);
        })
        .finally(() => {
          this.#mounting--;
        });
    };
    this.#attach = attach;
    if (this.#wanted) attach();
    return () => {
      this.#attach = null;
      unmount?.();
      unmount = null;
    };
  }
}
