import { beforeEach, describe, expect, it } from "vitest";
import { scaleTranslate } from "../../src/core/affine.ts";
import { CentiscopeError } from "../../src/core/errors.ts";
import { bounds } from "../../src/core/space.ts";
import type { ExpressionSource } from "../../src/io/expression-source.ts";
import { sessionStore } from "../../src/state/session.ts";
import type { OpenedImage } from "../../src/viewer/image-open.ts";
import type { OpenedTable, SlideIo } from "../../src/viewer/slide-contract.ts";
import { type OpenRequest, Slides } from "../../src/viewer/slides.ts";

const request: OpenRequest = {
  title: "slide",
  subtitle: "",
  origin: { kind: "files", names: ["a.tif", "b.csv"] },
  files: [],
  previewUrl: null,
  simulated: false,
  licence: null,
  attribution: null,
  units: null,
  startView: null,
  linkView: null,
};

const closed: string[] = [];

function image(umPerPx: readonly [number, number] | null): OpenedImage {
  const info = { name: "a.tif", widthPx: 100, heightPx: 50, levels: [], umPerPx, magnification: null };
  return {
    info: { ...info, kind: "rgb", channels: [], format: "TIFF", warnings: [] },
    close: () => closed.push("image"),
  } as unknown as OpenedImage;
}

function table(): OpenedTable {
  const info = { boundsUm: bounds<"um">(0, 0, 20, 20), pitchUm: null };
  return {
    source: { info, close: () => closed.push("table") } as unknown as ExpressionSource,
    umPerUnit: 1,
    instrumentToImagePx: null,
    unitIsImagePx: false,
    simulated: false,
    warnings: [],
  };
}

function io(patch: Partial<SlideIo>): SlideIo {
  return {
    inspect: async () => ({
      image: { name: "a.tif", kind: "image", files: [] },
      expression: { name: "b.csv", kind: "table", files: [] },
      warnings: [],
    }),
    openImage: async () => image([0.5, 0.5]),
    openTable: async () => table(),
    ...patch,
  };
}

const entry = (id: string) => sessionStore.getState().slides.find((slide) => slide.id === id);

beforeEach(() => {
  sessionStore.setState(sessionStore.getInitialState(), true);
  closed.length = 0;
});

describe("opening a slide", () => {
  it("loads image and table side by side and registers them", async () => {
    const seen: string[] = [];
    const slides = new Slides(sessionStore, io({}), (_, what) => seen.push(what));
    const { id, done } = slides.open(request);
    expect(slides.busy).toBe(true);
    await done;
    expect(slides.busy).toBe(false);
    expect(seen).toEqual(["image", "table", "loaded"]);
    expect(entry(id)).toMatchObject({ image: { status: "ready" }, expression: { status: "ready" } });
    expect(entry(id)?.boundsUm).toEqual({ minX: 0, minY: 0, maxX: 50, maxY: 25 });
  });

  it("shows the image though the table fails, and says which file", async () => {
    const failing = io({
      openTable: async () => {
        throw new CentiscopeError("http-not-found", { file: "b.csv", status: 404 });
      },
    });
    const slides = new Slides(sessionStore, failing, () => {});
    const { id, done } = slides.open(request);
    await done;
    expect(entry(id)?.image.status).toBe("ready");
    expect(entry(id)?.expression).toMatchObject({ status: "failed", error: { params: { file: "b.csv" } } });
    expect(slides.get(id)?.registration).not.toBeNull();
  });

  it("fails alone: another slide stays as it was", async () => {
    let fail = false;
    const slides = new Slides(
      sessionStore,
      io({
        inspect: async (...args) => {
          if (fail) throw new Error("broken");
          return io({}).inspect(...args);
        },
      }),
      () => {},
    );
    const good = slides.open(request);
    await good.done;
    fail = true;
    const bad = slides.open(request);
    await bad.done;
    expect(entry(bad.id)?.expression.status).toBe("failed");
    expect(entry(good.id)?.expression.status).toBe("ready");
    fail = false;
    await slides.retry(bad.id);
    expect(entry(bad.id)?.expression.status).toBe("ready");
  });

  it("says so when nothing is known in a folder", async () => {
    const nothing = io({ inspect: async () => ({ image: null, expression: null, warnings: [] }) });
    const slides = new Slides(sessionStore, nothing, () => {});
    const { id, done } = slides.open(request);
    await done;
    expect(entry(id)?.expression).toMatchObject({ status: "failed", error: { code: "nothing-known" } });
    expect(entry(id)?.image.status).toBe("idle");
  });

  it("cancels what loads and frees what comes late", async () => {
    let release: (value: OpenedTable) => void = () => {};
    const slow = io({
      openTable: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    });
    const slides = new Slides(sessionStore, slow, () => {});
    const { id, done } = slides.open(request);
    await new Promise((resolve) => setTimeout(resolve));
    slides.cancel(id);
    expect(slides.busy).toBe(false);
    expect(entry(id)?.expression).toMatchObject({ status: "failed", error: { code: "cancelled" } });
    release(table());
    await done;
    expect(closed).toEqual(["table"]);
    expect(slides.get(id)?.table).toBeNull();
  });

  it("asks for the image's scale when nothing ties it to the table, and uses the answer", async () => {
    const slides = new Slides(sessionStore, io({ openImage: async () => image(null) }), () => {});
    const { id, done } = slides.open(request);
    while (!entry(id)?.question) await new Promise((resolve) => setTimeout(resolve));
    expect(entry(id)?.question).toMatchObject({ kind: "units", file: "a.tif", hasImage: true });
    expect(slides.busy).toBe(false);
    slides.answer(id, { kind: "units", umPerUnit: 0.25, asImagePx: false });
    await done;
    expect(slides.get(id)?.registration?.umToImagePx.a).toBe(4);
    expect(entry(id)?.question).toBeNull();
  });

  it("writes down no scale that nobody stated, and says so; a typed size of a pixel is taken", async () => {
    const answered = async (umPerUnit: number | null, asImagePx: boolean) => {
      sessionStore.setState(sessionStore.getInitialState(), true);
      const own = {
        openImage: async () => image(null),
        openTable: async () => ({ ...table(), umPerUnit: 2 }),
      };
      const slides = new Slides(sessionStore, io(own), () => {});
      const { id, done } = slides.open(request);
      while (!entry(id)?.question) await new Promise((resolve) => setTimeout(resolve));
      slides.answer(id, { kind: "units", umPerUnit, asImagePx });
      await done;
      const { image: opened, registration } = slides.get(id)!;
      return {
        umPerPx: opened?.info.umPerPx,
        pxPerUm: registration?.umToImagePx.a,
        warned: entry(id)?.warnings.map(({ code }) => code),
      };
    };
    // A unit is 2 µm: a pixel on a unit is half a pixel per µm.
    const warned = ["image-laid-by-pixels"];
    expect(await answered(null, false)).toEqual({ umPerPx: null, pxPerUm: 0.5, warned });
    expect(await answered(null, true)).toEqual({ umPerPx: null, pxPerUm: 0.5, warned: [] });
    expect(await answered(0.25, true)).toEqual({ umPerPx: [0.25, 0.25], pxPerUm: 4, warned: [] });
  });

  it("warns when the table's transform is for an image of another scale", async () => {
    const own = {
      openImage: async () => image([0.2738, 0.2738]),
      openTable: async () => ({
        ...table(),
        instrumentToImagePx: scaleTranslate<"instrument", "imagePx">(1 / 0.2125, 1 / 0.2125),
      }),
    };
    const slides = new Slides(sessionStore, io(own), () => {});
    const { id, done } = slides.open(request);
    await done;
    expect(entry(id)?.warnings).toEqual([
      { code: "image-scale-differs", params: { file: "a.tif", stated: 0.2738, transform: 0.2125 } },
    ]);
  });

  it("warns when every row lies outside the image", async () => {
    const far = { ...table() };
    const source = { info: { boundsUm: bounds<"um">(900, 900, 999, 999) }, close: () => {} };
    const slides = new Slides(
      sessionStore,
      io({ openTable: async () => ({ ...far, source: source as unknown as ExpressionSource }) }),
      () => {},
    );
    const { id, done } = slides.open(request);
    await done;
    expect(entry(id)?.warnings.map((warning) => warning.code)).toContain("table-outside-image");
  });

  it("frees everything when it is closed", async () => {
    const slides = new Slides(sessionStore, io({}), () => {});
    const { id, done } = slides.open(request);
    await done;
    slides.close(id);
    expect(closed.sort()).toEqual(["image", "table"]);
    expect(sessionStore.getState().slides).toEqual([]);
  });
});
