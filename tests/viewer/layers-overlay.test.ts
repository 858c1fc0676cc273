import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LayersOverlay } from "../../src/viewer/layers-overlay.ts";

interface DeckProps {
  readonly onDeviceInitialized: (device: object) => void;
  readonly onError: (error: Error) => void;
}

const gpu = vi.hoisted(() => ({
  annotationPrograms: 0,
  decks: [] as { props: object; finalized: boolean; layers: number }[],
}));
vi.mock("@deck.gl/core", () => ({
  Deck: class {
    readonly deck: (typeof gpu.decks)[number];
    constructor(props: object) {
      this.deck = { props, finalized: false, layers: -1 };
      gpu.decks.push(this.deck);
    }
    setProps({ layers }: { layers: readonly unknown[] }) {
      this.deck.layers = layers.length;
    }
    finalize() {
      this.deck.finalized = true;
    }
  },
}));
vi.mock("../../src/layers/slide-viewport.ts", () => ({ SlideView: class {} }));
vi.mock("../../src/layers/layer-models.ts", () => ({
  layerModels: {
    expression: [
      () => {
        throw new Error("it does not link");
      },
      () => ({
        destroy: () => {
          throw new Error("its context is gone");
        },
      }),
    ],
    annotations: [
      () => {
        gpu.annotationPrograms++;
        return { destroy() {} };
      },
    ],
  },
}));

class Canvas extends EventTarget {
  readonly style = {};
  setAttribute() {}
  remove() {}
  getContext() {
    return null;
  }
}

const lastDeck = () => gpu.decks.at(-1)!;
let canvases: Canvas[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  gpu.decks.length = 0;
  canvases = [];
  const createElement = () => {
    canvases.push(new Canvas());
    return canvases.at(-1);
  };
  vi.stubGlobal("document", { createElement });
  vi.stubGlobal("requestAnimationFrame", () => 1);
  vi.stubGlobal("cancelAnimationFrame", () => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function overlay() {
  const error = vi.fn();
  const stale = vi.fn();
  const own = new LayersOverlay({ append() {} } as unknown as HTMLElement, { error, stale });
  await vi.advanceTimersByTimeAsync(1);
  return { own, error, stale };
}

/** The context is lost as often as is forgiven, and once more. */
async function lose() {
  for (let i = 0; i < 4; i++) {
    canvases.at(-1)!.dispatchEvent(new Event("webglcontextlost"));
    await vi.advanceTimersByTimeAsync(1000);
  }
}

test("contexts lost before a slide is shown are not told, and the slide gets a new canvas", async () => {
  const { own, error } = await overlay();
  await lose();
  expect(gpu.decks).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(gpu.decks).toHaveLength(4);
  own.revive();
  await vi.advanceTimersByTimeAsync(1000);
  expect(gpu.decks).toHaveLength(5);
  expect(error).not.toHaveBeenCalled();
  await lose();
  expect(error.mock.calls.map(([facts]) => facts.code)).toEqual(["picture-lost"]);
});

test("no graphics is said when a slide is shown, once", async () => {
  const { own, error } = await overlay();
  (lastDeck().props as DeckProps).onError(new Error("no WebGL2"));
  expect(error).not.toHaveBeenCalled();
  own.revive();
  own.revive();
  expect(error.mock.calls.map(([facts]) => facts.code)).toEqual(["graphics-unavailable"]);
});

test("a program that does not link keeps the layers of the others from nothing", async () => {
  const { own, error, stale } = await overlay();
  own.revive();
  (lastDeck().props as DeckProps).onDeviceInitialized({});
  await vi.advanceTimersByTimeAsync(100);
  expect(lastDeck().layers).toBe(0);
  expect(stale).toHaveBeenCalledOnce();
  expect(error).not.toHaveBeenCalled();
  own.destroy();
  expect(lastDeck().finalized).toBe(true);
});

test("programs of annotations are linked when there is one to draw, and not before", async () => {
  const { own } = await overlay();
  (lastDeck().props as DeckProps).onDeviceInitialized({});
  own.setLayers([{}, {}] as never[]);
  await vi.advanceTimersByTimeAsync(100);
  expect(gpu.annotationPrograms).toBe(0);
  expect(lastDeck().layers).toBe(2);
  own.setLayers([{}] as never[], "annotations");
  expect(lastDeck().layers).toBe(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(gpu.annotationPrograms).toBe(1);
  expect(lastDeck().layers).toBe(3);
  own.setLayers([], "annotations");
  own.setLayers([{}] as never[], "annotations");
  await vi.advanceTimersByTimeAsync(100);
  expect(gpu.annotationPrograms).toBe(1);
  expect(lastDeck().layers).toBe(3);
});
