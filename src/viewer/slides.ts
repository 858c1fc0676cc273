import { CentiscopeError, type ErrorFacts, errorFacts, isAbort } from "../core/errors.ts";
import { type Registration, register } from "../core/register.ts";
import type { LoadProgress, SessionStore, SlideAnswer, SlideEntry, SlideQuestion } from "../state/session.ts";
import type { ViewState } from "../state/view.ts";
import type { OpenedImage } from "./image-open.ts";
import type { Inspected, OpenedTable, SlideFile, SlideIo, TableQuestion } from "./slide-contract.ts";

/** What is to be opened as one slide. */
export interface OpenRequest {
  readonly title: string;
  readonly subtitle: string;
  readonly origin: SlideEntry["origin"];
  readonly files: readonly SlideFile[];
  readonly previewUrl: string | null;
  readonly simulated: boolean;
  readonly licence: string | null;
  readonly attribution: string | null;
  /** What a sample's source states and its files do not. */
  readonly units: { readonly umPerUnit?: number | null; readonly umPerPx?: number } | null;
  /** The view that the slide opens with, before any link; null: the defaults of its extent. */
  readonly startView: ((base: ViewState) => ViewState) | null;
  /** The `view` JSON of the link that opens it, read over the start view. */
  readonly linkView: string | null;
}

/** A slide with what it holds open. Lives as long as its tray entry. */
export interface Slide {
  readonly id: string;
  readonly request: OpenRequest;
  /** What was found among its files; null until they were looked at. */
  parts: Inspected | null;
  image: OpenedImage | null;
  table: OpenedTable | null;
  registration: Registration | null;
  /** The view that it opens with where no link says otherwise; null until the slide was first shown. */
  startView: ViewState | null;
  /** The view as the user left it; null until the slide was first shown. */
  view: ViewState | null;
}

interface Running {
  readonly controller: AbortController;
  answer: ((answer: SlideAnswer) => void) | null;
}

/**
 * What became of a slide: its image or table is there, loading ended (whatever the outcome), all it held is about
 * to be freed (`reset`: to be loaded anew; `closed`: it left the tray).
 */
export type SlideEvent = "image" | "table" | "loaded" | "reset" | "closed";
export type SlideListener = (slide: Slide, what: SlideEvent) => void;

/**
 * Opens slides and keeps the tray's entries true. Image and table load side by side; each part fails alone, and
 * one slide's failure touches no other.
 */
export class Slides {
  readonly #session: SessionStore;
  readonly #io: SlideIo;
  readonly #listener: SlideListener;
  readonly #slides = new Map<string, Slide>();
  readonly #running = new Map<string, Running>();
  #next = 1;

  constructor(session: SessionStore, io: SlideIo, listener: SlideListener) {
    this.#session = session;
    this.#io = io;
    this.#listener = listener;
  }

  get(id: string): Slide | undefined {
    return this.#slides.get(id);
  }

  /** Adds the slide to the tray at once; the promise resolves when it is loaded, failed or cancelled. */
  open(request: OpenRequest): { readonly id: string; readonly done: Promise<void> } {
    const id = `slide-${this.#next++}`;
    const slide: Slide = {
      id,
      request,
      parts: null,
      image: null,
      table: null,
      registration: null,
      startView: null,
      view: null,
    };
    this.#slides.set(id, slide);
    const entry: SlideEntry = {
      id,
      title: request.title,
      subtitle: request.subtitle,
      origin: request.origin,
      previewUrl: request.previewUrl,
      simulated: request.simulated,
      licence: request.licence,
      attribution: request.attribution,
      image: { status: "idle" },
      expression: { status: "idle" },
      question: null,
      warnings: [],
      imageFacts: null,
      expressionInfo: null,
      boundsUm: null,
      scaleKnown: true,
    };
    this.#session.setState(({ slides }) => ({ slides: [...slides, entry] }));
    return { id, done: this.#load(slide) };
  }

  async retry(id: string): Promise<void> {
    const slide = this.#slides.get(id);
    if (!slide) return;
    this.cancel(id);
    this.#listener(slide, "reset");
    this.#release(slide);
    this.patch(id, {
      image: { status: "idle" },
      expression: { status: "idle" },
      question: null,
      warnings: [],
    });
    await this.#load(slide);
  }

  cancel(id: string): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.controller.abort(new DOMException("cancelled", "AbortError"));
    this.#running.delete(id);
    this.patch(id, { question: null });
    this.#patchParts(id, (part) =>
      part.status === "loading" ? { status: "failed", error: cancelled(this.#title(id)) } : part,
    );
  }

  close(id: string): void {
    this.cancel(id);
    const slide = this.#slides.get(id);
    if (!slide) return;
    this.#slides.delete(id);
    this.#session.setState(({ slides }) => ({ slides: slides.filter((entry) => entry.id !== id) }));
    this.#listener(slide, "closed");
    this.#release(slide);
  }

  answer(id: string, answer: SlideAnswer): void {
    const running = this.#running.get(id);
    const resolve = running?.answer;
    if (!running || !resolve) return;
    running.answer = null;
    this.patch(id, { question: null });
    resolve(answer);
  }

  /** True while any slide loads; a slide that waits for an answer does not. */
  get busy(): boolean {
    return [...this.#running.values()].some((running) => running.answer === null);
  }

  patch(id: string, patch: Partial<SlideEntry>): void {
    this.#session.setState(({ slides }) => ({
      slides: slides.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry)),
    }));
  }

  #entry(id: string): SlideEntry | undefined {
    return this.#session.getState().slides.find((entry) => entry.id === id);
  }

  #title(id: string): string {
    return this.#entry(id)?.title ?? id;
  }

  #patchParts(id: string, change: (part: SlideEntry["image"]) => SlideEntry["image"]): void {
    const entry = this.#entry(id);
    if (entry) this.patch(id, { image: change(entry.image), expression: change(entry.expression) });
  }

  #release(slide: Slide): void {
    slide.image?.close();
    slide.table?.source.close();
    slide.image = null;
    slide.table = null;
    slide.registration = null;
  }

  async #load(slide: Slide): Promise<void> {
    const controller = new AbortController();
    const running: Running = { controller, answer: null };
    this.#running.set(slide.id, running);
    const { signal } = controller;
    this.patch(slide.id, { expression: loading("connecting", null) });
    try {
      const inspected = await this.#io.inspect(slide.request.files, signal);
      slide.parts = inspected;
      this.#warn(slide.id, inspected.warnings);
      if (inspected.image === null && inspected.expression === null) {
        throw new CentiscopeError("nothing-known", { file: this.#title(slide.id) });
      }
      this.patch(slide.id, {
        image: inspected.image ? loading("image", null) : { status: "idle" },
        expression: inspected.expression ? loading("reading", 0) : { status: "idle" },
      });
      const image = this.#loadImage(slide, inspected, signal);
      await Promise.all([image, this.#loadTable(slide, running, inspected, image)]);
    } catch (thrown) {
      if (!isAbort(thrown) && !signal.aborted) {
        const error = errorFacts(thrown, this.#title(slide.id));
        this.#patchParts(slide.id, (part) =>
          part.status === "loading" || part.status === "idle" ? { status: "failed", error } : part,
        );
        this.patch(slide.id, { image: { status: "idle" } });
      }
    } finally {
      if (this.#running.get(slide.id) === running) {
        this.#running.delete(slide.id);
        this.#listener(slide, "loaded");
      }
    }
  }

  async #loadImage(slide: Slide, inspected: Inspected, signal: AbortSignal): Promise<void> {
    if (!inspected.image) return;
    try {
      const image = await this.#io.openImage(inspected.image, signal);
      if (signal.aborted) {
        image.close();
        return;
      }
      slide.image = image;
      const { info } = image;
      const umPerPx =
        info.umPerPx ?? (slide.request.units?.umPerPx ? square(slide.request.units.umPerPx) : null);
      this.#warn(slide.id, info.warnings);
      if (umPerPx === null && !inspected.expression) {
        this.#warn(slide.id, [{ code: "image-no-scale", params: { file: info.name } }]);
      }
      this.patch(slide.id, {
        image: { status: "ready" },
        imageFacts: {
          name: info.name,
          format: info.format,
          widthPx: info.widthPx,
          heightPx: info.heightPx,
          umPerPx: umPerPx?.[0] ?? null,
          magnification: info.magnification,
          channelNames: info.channels.map((channel) => channel.name),
          channels: info.channels,
          kind: info.kind,
          levels: info.levels.length,
        },
      });
      this.#register(slide);
      this.#listener(slide, "image");
    } catch (thrown) {
      if (isAbort(thrown) || signal.aborted) return;
      this.patch(slide.id, { image: { status: "failed", error: errorFacts(thrown, inspected.image.name) } });
    }
  }

  async #loadTable(
    slide: Slide,
    running: Running,
    inspected: Inspected,
    image: Promise<void>,
  ): Promise<void> {
    const expression = inspected.expression;
    if (!expression) return;
    const { signal } = running.controller;
    try {
      const table = await this.#io.openTable(expression, {
        signal,
        units: slide.request.units,
        onProgress: (progress) => this.patch(slide.id, { expression: { status: "loading", progress } }),
        onLost: (error) => this.patch(slide.id, { expression: { status: "failed", error: error.facts } }),
        ask: async (question) => {
          // The image decides which answers there are: a unit may be one of its pixels.
          await image;
          return this.#ask(slide, running, question);
        },
        imageUmPerPx: async () => {
          await image;
          return this.#umPerPx(slide);
        },
      });
      if (signal.aborted) {
        table.source.close();
        return;
      }
      slide.table = table;
      await image;
      await this.#askImageScale(slide, running);
      this.#warn(slide.id, table.warnings);
      this.patch(slide.id, {
        expression: { status: "ready" },
        expressionInfo: table.source.info,
        simulated: slide.request.simulated || table.simulated,
      });
      this.#register(slide);
      this.#listener(slide, "table");
    } catch (thrown) {
      if (isAbort(thrown) || signal.aborted) return;
      this.patch(slide.id, { expression: { status: "failed", error: errorFacts(thrown, expression.name) } });
    }
  }

  #ask(slide: Slide, running: Running, question: TableQuestion): Promise<SlideAnswer> {
    const full: SlideQuestion =
      question.kind === "units" ? { ...question, hasImage: slide.image !== null } : question;
    this.patch(slide.id, { question: full });
    return new Promise((resolve, reject) => {
      running.answer = resolve;
      running.controller.signal.addEventListener("abort", () => reject(running.controller.signal.reason), {
        once: true,
      });
    });
  }

  /** An image without a scale beside a table with one: nothing ties them, so the user is asked. */
  async #askImageScale(slide: Slide, running: Running): Promise<void> {
    if (!slide.image || !slide.table || this.#registration(slide)) return;
    const { info } = slide.image;
    const answer = await this.#ask(slide, running, {
      kind: "units",
      file: info.name,
      extent: [info.widthPx, info.heightPx],
      suggestions: slide.table.source.info.pitchUm
        ? [{ umPerUnit: slide.table.source.info.pitchUm, reason: "registered" }]
        : [],
    });
    if (answer.kind !== "units" || !slide.image || !slide.table) return;
    if (answer.umPerUnit !== null) {
      slide.image = { ...slide.image, info: { ...info, umPerPx: square(answer.umPerUnit) } };
      return;
    }
    // Nobody states a scale, so none is written down: a pixel lies on a unit, by the user's word or for want of one.
    slide.table = { ...slide.table, unitIsImagePx: true };
    if (!answer.asImagePx)
      this.#warn(slide.id, [{ code: "image-laid-by-pixels", params: { file: info.name } }]);
  }

  #umPerPx(slide: Slide): readonly [number, number] | null {
    return (
      slide.image?.info.umPerPx ?? (slide.request.units?.umPerPx ? square(slide.request.units.umPerPx) : null)
    );
  }

  #registration(slide: Slide): Registration | undefined {
    return register(
      slide.image
        ? {
            widthPx: slide.image.info.widthPx,
            heightPx: slide.image.info.heightPx,
            umPerPx: this.#umPerPx(slide),
          }
        : null,
      slide.table ? { ...slide.table, boundsUm: slide.table.source.info.boundsUm } : null,
    );
  }

  #register(slide: Slide): void {
    const registration = this.#registration(slide);
    if (!registration) return;
    slide.registration = registration;
    if (registration.apart) {
      this.#warn(slide.id, [{ code: "table-outside-image", params: { file: this.#title(slide.id) } }]);
    }
    const { otherUmPerPx } = registration;
    const umPerPx = this.#umPerPx(slide);
    if (otherUmPerPx !== null && umPerPx) {
      const params = {
        file: slide.image?.info.name ?? "",
        stated: Number(umPerPx[0].toPrecision(4)),
        transform: Number(otherUmPerPx.toPrecision(4)),
      };
      this.#warn(slide.id, [{ code: "image-scale-differs", params }]);
    }
    this.patch(slide.id, { boundsUm: registration.boundsUm, scaleKnown: registration.scaleKnown });
  }

  #warn(id: string, warnings: SlideEntry["warnings"]): void {
    const entry = this.#entry(id);
    if (entry && warnings.length > 0) this.patch(id, { warnings: [...entry.warnings, ...warnings] });
  }
}

function square(side: number): readonly [number, number] {
  return [side, side];
}

function loading(stage: LoadProgress["stage"], fraction: number | null): SlideEntry["image"] {
  return { status: "loading", progress: { stage, fraction, rows: null, etaSeconds: null } };
}

function cancelled(file: string): ErrorFacts {
  return new CentiscopeError("cancelled", { file }, { retryable: true }).facts;
}
