import { beforeEach, expect, test, vi } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { sessionStore } from "../../src/state/session.ts";
import { defaultView, viewStore } from "../../src/state/view.ts";
import { App } from "../../src/viewer/app.ts";
import type { Slide } from "../../src/viewer/slides.ts";

/** What the stage was told to show, and how each telling ends. */
const stage = vi.hoisted(() => ({ shown: [] as (string | null)[], ends: [] as (() => void)[] }));
vi.mock("../../src/viewer/presenter-host.ts", () => ({
  PresenterHost: class {
    presenter = {
      show: (slide: Slide | null) => {
        stage.shown.push(slide?.id ?? null);
        return slide === null ? new Promise<void>((resolve) => stage.ends.push(resolve)) : Promise.resolve();
      },
    };
    want() {}
  },
}));
vi.mock("../../src/viewer/slide-io.ts", () => ({
  prepareIo: async () => {},
  slideIo: {
    inspect: async () => {
      throw new CentiscopeError("nothing-known", { file: "a" });
    },
  },
}));

/** Lets the stage finish what it is told, until it is told nothing more. */
async function settle() {
  for (let i = 0; i < 10; i++) {
    for (const end of stage.ends.splice(0)) end();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const magnified = (umPerPx: number) => ({
  ...defaultView,
  camera: { centerUm: [0, 0] as const, umPerPx, rotationDeg: 0, flipped: false },
});
const scaleOf = (view: Slide["view"] | undefined) => view?.camera?.umPerPx;

beforeEach(() => {
  sessionStore.setState(sessionStore.getInitialState(), true);
  stage.shown.length = 0;
});

test("of slides activated in haste only the last is shown, and none gets the view of another", async () => {
  const app = new App(viewStore, sessionStore, () => "en");
  const slides: Slide[] = [];
  for (const path of ["a.csv", "b.csv", "c.csv"]) {
    void app.openFiles([{ path, file: new File(["x"], path) }]);
    await settle();
    slides.push(app.slides.get(sessionStore.getState().slides.at(-1)!.id)!);
  }
  const [a, b, c] = slides as [Slide, Slide, Slide];
  void app.activate(a.id);
  await settle();
  [a, b, c].forEach((slide, i) => {
    slide.view = magnified(i + 1);
  });
  viewStore.setState(magnified(9));
  stage.shown.length = 0;
  void app.activate(b.id);
  void app.activate(c.id);
  await settle();
  expect([a, b, c].map(({ view }) => scaleOf(view))).toEqual([9, 2, 3]);
  expect(scaleOf(viewStore.getState())).toBe(3);
  expect(stage.shown).toEqual([null, null, c.id]);
});

test("until a slide is shown, and after it failed, the address says what its link said", async () => {
  vi.stubGlobal("document", { baseURI: "https://host.example/" });
  const app = new App(viewStore, sessionStore, () => "en");
  const link = JSON.stringify({ v: 1, bins: { binUm: 37 } });
  void app.openUrls(["a.csv"], link);
  const said = { sampleId: null, urls: ["a.csv"], view: link };
  expect(app.linkTarget()).toEqual(said);
  await settle();
  expect(sessionStore.getState().slides[0]?.expression.status).toBe("failed");
  expect(app.linkTarget()).toEqual(said);
  vi.unstubAllGlobals();
});

test("while one slide gives way to another the address has the view of neither on the other", async () => {
  vi.stubGlobal("document", { baseURI: "https://host.example/" });
  const app = new App(viewStore, sessionStore, () => "en");
  const slides: Slide[] = [];
  for (const url of ["a.csv", "b.csv"]) {
    void app.openUrls([url]);
    await settle();
    const slide = app.slides.get(sessionStore.getState().slides.at(-1)!.id)!;
    slide.startView = defaultView;
    slides.push(slide);
  }
  slides[0]!.view = magnified(2);
  viewStore.setState(magnified(9));
  void app.activate(slides[0]!.id);
  expect(app.linkTarget()?.view).toContain('"umPerPx":2');
  await settle();
  expect(app.linkTarget()?.view).toContain('"umPerPx":2');
  vi.unstubAllGlobals();
});
