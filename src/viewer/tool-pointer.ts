import { positionIn } from "./gestures.ts";

/** A pointer over the stage, for a tool. Positions are CSS px of the viewer. */
export interface StagePointer {
  readonly atPx: readonly [x: number, y: number];
  readonly device: "mouse" | "pen" | "touch";
  readonly shift: boolean;
  readonly alt: boolean;
  readonly mod: boolean;
}

/** Who takes presses of the primary button, a finger or a pen before the picture pans with them. */
export interface PointerTaker {
  /** True: this press is taken, and so is all that follows until its release. `clicks` counts quick repeats. */
  press(pointer: StagePointer, clicks: number): boolean;
  /** Every position on the way, also those between two frames. Without a press: hovering. */
  move(pointer: StagePointer, pressed: boolean): void;
  release(pointer: StagePointer): void;
  /** A second finger came, or the browser took the pointer away: the press was none. */
  interrupt(): void;
  /** No pointer is over the stage any more; nothing is pressed. */
  leave(): void;
}

const REPEAT_MS = 400;
const REPEAT_PX = 6;

/**
 * Gives a tool its pointer. OpenSeadragon goes on seeing every event, so its pinch has both fingers when a second
 * one comes; it asks `taken` before it moves. The wheel is never taken. The middle button, or the space bar with the
 * primary one, pans whatever the tool.
 */
export class ToolPointers {
  readonly #element: HTMLElement;
  readonly #pan: (dxPx: number, dyPx: number) => void;
  readonly #stop = new AbortController();
  #taker: PointerTaker | null = null;
  #taken: number | null = null;
  /** Counts presses: what waits for the end of one must not end the next. */
  #presses = 0;
  readonly #down = new Set<number>();
  #space = false;
  #panning: { readonly id: number; x: number; y: number } | null = null;
  #last = { time: Number.NEGATIVE_INFINITY, x: 0, y: 0, clicks: 0 };

  constructor(element: HTMLElement, pan: (dxPx: number, dyPx: number) => void) {
    this.#element = element;
    this.#pan = pan;
    const on = <K extends keyof WindowEventMap>(
      target: EventTarget,
      type: K,
      listener: (event: WindowEventMap[K]) => void,
    ) =>
      target.addEventListener(type, listener as EventListener, {
        capture: true,
        signal: this.#stop.signal,
      });
    on(element, "pointerdown", (event) => this.#pressed(event));
    on(element, "pointermove", (event) => this.#moved(event));
    on(element, "pointerup", (event) => this.#released(event));
    on(element, "pointercancel", (event) => this.#gone(event));
    on(element, "pointerleave", (event) => {
      // Those of the elements inside come by here too.
      if (event.target === element && this.#down.size === 0) this.#taker?.leave();
    });
    on(window, "keydown", (event) => this.#key(event, true));
    on(window, "keyup", (event) => this.#key(event, false));
    on(window, "blur", () => this.#hold(false));
  }

  /** True while the press that is held is a tool's. */
  get taken(): boolean {
    return this.#taken !== null;
  }

  setTaker(taker: PointerTaker | null): void {
    if (this.#taken !== null) this.#taker?.interrupt();
    this.#taken = null;
    this.#taker = taker;
  }

  destroy(): void {
    this.#stop.abort();
  }

  #pressed(event: PointerEvent): void {
    if (event.button === 1) {
      // Else the browser scrolls by itself.
      event.preventDefault();
      this.#panning = { id: event.pointerId, x: event.clientX, y: event.clientY };
      return;
    }
    this.#down.add(event.pointerId);
    if (this.#down.size > 1) {
      this.#giveUp();
      return;
    }
    // A press before this one is over, also when the page was too busy to say so.
    this.#taken = null;
    this.#presses++;
    if (!this.#taker || event.button !== 0 || this.#space) return;
    const { timeStamp: time, clientX: x, clientY: y } = event;
    const again =
      time - this.#last.time < REPEAT_MS && Math.hypot(x - this.#last.x, y - this.#last.y) < REPEAT_PX;
    this.#last = { time, x, y, clicks: again ? this.#last.clicks + 1 : 1 };
    if (this.#taker.press(this.#pointer(event), this.#last.clicks)) this.#taken = event.pointerId;
  }

  #moved(event: PointerEvent): void {
    if (this.#panning?.id === event.pointerId) {
      const { x, y } = this.#panning;
      this.#pan(x - event.clientX, y - event.clientY);
      this.#panning = { id: event.pointerId, x: event.clientX, y: event.clientY };
    }
    if (!this.#taker) return;
    if (this.#taken === event.pointerId) {
      const between = event.getCoalescedEvents();
      for (const one of between.length > 0 ? between : [event]) this.#taker.move(this.#pointer(one), true);
    } else if (event.buttons === 0) this.#taker.move(this.#pointer(event), false);
  }

  #released(event: PointerEvent): void {
    if (event.button === 1) this.#panning = null;
    this.#down.delete(event.pointerId);
    if (this.#taken !== event.pointerId) return;
    this.#taker?.release(this.#pointer(event));
    // OpenSeadragon asks in this same event, after us.
    const press = this.#presses;
    setTimeout(() => {
      if (this.#presses === press) this.#taken = null;
    });
  }

  #gone(event: PointerEvent): void {
    this.#down.delete(event.pointerId);
    this.#panning = null;
    if (this.#taken === event.pointerId) this.#giveUp();
  }

  #giveUp(): void {
    if (this.#taken === null) return;
    this.#taken = null;
    this.#taker?.interrupt();
  }

  #key(event: KeyboardEvent, down: boolean): void {
    if (event.key !== " ") return;
    const target = event.target instanceof Element ? event.target : null;
    const mine = !target || target === document.body || target.contains(this.#element);
    if (down && !mine) return;
    if (down) event.preventDefault();
    this.#hold(down);
  }

  #hold(space: boolean): void {
    this.#space = space;
    this.#element.toggleAttribute("data-panning", space);
  }

  #pointer(event: PointerEvent): StagePointer {
    return {
      atPx: positionIn(this.#element, event.clientX, event.clientY),
      device: event.pointerType === "touch" || event.pointerType === "pen" ? event.pointerType : "mouse",
      shift: event.shiftKey,
      alt: event.altKey,
      mod: event.ctrlKey || event.metaKey,
    };
  }
}
