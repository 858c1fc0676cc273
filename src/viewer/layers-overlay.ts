import { Deck, type Layer } from "@deck.gl/core";
import type { Device } from "@luma.gl/core";
import type { Model } from "@luma.gl/engine";
import { CentiscopeError, type ErrorFacts, errorFacts } from "../core/errors.ts";
import { layerModels } from "../layers/layer-models.ts";
import { SlideView, type SlideViewState } from "../layers/slide-viewport.ts";
import { graphicsIdle, pause } from "./pauses.ts";

/** Remounts after a lost WebGL context within a minute, before giving up. */
const MAX_REMOUNTS = 3;
const CALM_MS = 60_000;

/** Whose layers they are; drawn in this order. */
const slots = ["expression", "annotations"] as const;
export type LayerSlot = (typeof slots)[number];

export interface OverlayEvents {
  /** deck.gl is ready, or its canvas has a new size: what it shows is to be drawn again. */
  readonly stale: () => void;
  readonly error: (facts: ErrorFacts) => void;
}

/**
 * deck.gl's canvas over OpenSeadragon's. Takes no pointer, has no controller and draws only when told: `draw`
 * sets the camera and draws in the same call, so that both canvases show the same frame. Everything on the GPU is
 * made from the layers' props, so a lost context is answered by a new canvas.
 */
export class LayersOverlay {
  readonly #host: HTMLElement;
  readonly #events: OverlayEvents;
  #deck: Deck<SlideView[]> | null = null;
  #canvas: HTMLCanvasElement | null = null;
  #layers: Readonly<Record<LayerSlot, readonly Layer[]>> = { expression: [], annotations: [] };
  #state: SlideViewState = { centerUm: [0, 0], linear: [1, 0, 0, 1] };
  #stateKey = "";
  #remounts = 0;
  /** Hold the programs of the layers, linked before any layer asks for them. */
  #models: Model[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** deck.gl and the programs of expression are there: layers are handed over from now on. */
  #loaded = false;
  /** Whose programs are linked, or being linked. Annotations' are when there is something to draw or to draw with. */
  #linking: Record<LayerSlot, "no" | "under way" | "done"> = { expression: "no", annotations: "no" };
  #device: Device | null = null;
  /** A slide was shown: until then nothing that happens here concerns anybody. */
  #shown = false;
  /** The first failure before that. */
  #unsaid: ErrorFacts | null = null;
  /** Lost too often to be mounted again by itself. */
  #lost = false;
  /** The animation frame after which new layers are drawn; 0 = none. */
  #updating = 0;

  constructor(host: HTMLElement, events: OverlayEvents) {
    this.#host = host;
    this.#events = events;
    // In a task of its own, beside OpenSeadragon's.
    this.#timer = setTimeout(() => this.#mount());
  }

  get canvas(): HTMLCanvasElement | null {
    return this.#canvas;
  }

  /** True when the current layers are on the canvas. */
  get settled(): boolean {
    return (
      this.#loaded &&
      slots.every((slot) => this.#linking[slot] === "done" || this.#layers[slot].length === 0) &&
      !this.#updating &&
      this.#deck?.needsRedraw({ clearRedrawFlags: false }) === false
    );
  }

  /** A slide is shown. What was lost before counts no longer; what failed before is said. */
  revive(): void {
    this.#shown = true;
    this.#remounts = 0;
    if (this.#lost) {
      this.#lost = false;
      this.#unsaid = null;
      this.#remount();
    } else if (this.#unsaid) {
      this.#events.error(this.#unsaid);
      this.#unsaid = null;
    }
  }

  /** Replaces the layers of a slot. */
  setLayers(layers: readonly Layer[], slot: LayerSlot = "expression"): void {
    this.#layers = { ...this.#layers, [slot]: layers };
    this.#handOver();
  }

  #handOver(): void {
    if (!this.#loaded) return;
    if (this.#layers.annotations.length > 0 && this.#linking.annotations === "no")
      void this.#link("annotations").then((linked) => {
        if (!linked) return;
        this.#show();
        this.#events.stale();
      });
    this.#show();
  }

  #show(): void {
    const linked = slots.filter((slot) => this.#linking[slot] === "done");
    this.#deck?.setProps({ layers: linked.flatMap((slot) => [...this.#layers[slot]]) });
    // deck.gl takes new layers over in its next animation frame, which was asked for before this one.
    cancelAnimationFrame(this.#updating);
    this.#updating = requestAnimationFrame(() => {
      this.#updating = 0;
    });
  }

  /** Draws this frame now. Nothing is done when neither the camera nor the layers changed. */
  draw(state: SlideViewState): void {
    const key = `${state.centerUm} ${state.linear}`;
    const deck = this.#deck;
    if (!deck || !this.#loaded) {
      this.#state = state;
      return;
    }
    if (key !== this.#stateKey) {
      this.#stateKey = key;
      this.#state = state;
      deck.setProps({ viewState: { slide: state } });
      deck.redraw("camera");
    } else deck.redraw();
  }

  /** Draws again whatever changed; the canvas can be read in the same task only. */
  redraw(): void {
    this.#deck?.redraw("asked");
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#unmount();
  }

  #mount(): void {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    Object.assign(canvas.style, {
      position: "absolute",
      inset: "0",
      width: "100%",
      height: "100%",
      pointerEvents: "none",
    });
    this.#host.append(canvas);
    canvas.addEventListener("webglcontextlost", this.#contextLost);
    this.#canvas = canvas;
    this.#stateKey = "";
    this.#deck = new Deck<SlideView[]>({
      canvas,
      width: "100%",
      height: "100%",
      views: [new SlideView({ id: "slide" })],
      viewState: { slide: this.#state },
      layers: [],
      controller: null,
      _pickable: false,
      useDevicePixels: true,
      deviceProps: {
        type: "webgl",
        // Follows a change of the screen's resolution at an unchanged size; the host's sides are whole device pixels.
        createCanvasContext: { pixelSizeSource: "css-dpr" },
        webgl: { antialias: false, preserveDrawingBuffer: false, powerPreference: "high-performance" },
      },
      onDeviceInitialized: (device) => void this.#load(device),
      onLoad: () => {
        // deck.gl makes its canvas a stop of the Tab key; the keys are OpenSeadragon's and the interface's.
        canvas.tabIndex = -1;
      },
      onResize: () => {
        this.#stateKey = "";
        this.#events.stale();
      },
      onError: (error) => this.#failed(error),
    });
  }

  async #load(device: Device): Promise<void> {
    this.#device = device;
    if (!(await this.#link("expression"))) return;
    this.#loaded = true;
    this.#handOver();
    this.#events.stale();
  }

  /**
   * Links one program a task, each when the graphics card has nothing else to do.
   *
   * @returns false when the canvas went meanwhile
   */
  async #link(slot: LayerSlot): Promise<boolean> {
    const canvas = this.#canvas;
    const device = this.#device;
    if (!canvas || !device) return false;
    this.#linking[slot] = "under way";
    const gl = canvas.getContext("webgl2");
    for (const make of layerModels[slot]) {
      // Layers that wait to be shown wait no longer for the sake of short tasks.
      if (gl && this.#layers[slot].length === 0) await graphicsIdle(gl);
      else await pause();
      if (this.#canvas !== canvas) return false;
      try {
        this.#models.push(make(device));
      } catch {
        // The layer of this program says so when it is drawn; the others are none the worse.
      }
    }
    this.#linking[slot] = "done";
    return true;
  }

  #unmount(): void {
    const canvas = this.#canvas;
    this.#loaded = false;
    this.#linking = { expression: "no", annotations: "no" };
    this.#device = null;
    canvas?.removeEventListener("webglcontextlost", this.#contextLost);
    const models = this.#models;
    this.#models = [];
    for (const model of models) freed(() => model.destroy());
    freed(() => this.#deck?.finalize());
    canvas?.remove();
    this.#deck = null;
    this.#canvas = null;
  }

  #failed(error: Error): void {
    if (this.#canvas && !this.#loaded)
      this.#tell(
        new CentiscopeError("graphics-unavailable", { file: "WebGL2", detail: error.message }).facts,
      );
    else if (!/context is lost/i.test(error.message)) this.#tell(errorFacts(error, "WebGL2"));
  }

  #tell(facts: ErrorFacts): void {
    if (this.#shown) this.#events.error(facts);
    else this.#unsaid ??= facts;
  }

  readonly #contextLost = (event: Event): void => {
    event.preventDefault();
    this.#remounts++;
    this.#unmount();
    if (this.#remounts > MAX_REMOUNTS) {
      this.#lost = true;
      this.#tell(new CentiscopeError("picture-lost", { file: "WebGL2", times: this.#remounts }).facts);
      return;
    }
    this.#remount();
  };

  #remount(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // A layer belongs to one deck; its props do not.
      const again = (layers: readonly Layer[]) => layers.map((layer) => layer.clone({}));
      const { expression, annotations } = this.#layers;
      this.#layers = { expression: again(expression), annotations: again(annotations) };
      this.#mount();
      this.#timer = setTimeout(() => {
        this.#remounts = 0;
      }, CALM_MS);
    }, 200 * this.#remounts);
  }
}

/** Frees what may belong to a context that no longer exists, which is an error to luma.gl and deck.gl. */
function freed(free: () => void): void {
  try {
    free();
  } catch {
    // It went with its context.
  }
}
