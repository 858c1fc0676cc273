import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addChannel, drawColour, suggestLimits } from "../../src/core/contrast.ts";
import { CentiscopeError } from "../../src/core/errors.ts";
import { deepZoomLevels, parseDeepZoom, vipsUmPerPx } from "../../src/core/image-dzi.ts";
import { pictureSize, sniffImage } from "../../src/core/image-sniff.ts";
import { imageMessages } from "../../src/core/messages/image.ts";
import { messages } from "../../src/core/messages.ts";
import { openImageInWorkers } from "../../workers/image-client.ts";
import { ImageSlot } from "../../workers/image-slot.ts";

const view = (color: string, low: number, high: number, visible = true) => ({
  visible,
  color,
  limits: [low, high] as const,
});

describe("Deep Zoom descriptors", () => {
  const xml = (image: string, size: string) =>
    `<?xml version="1.0"?><Image xmlns="http://schemas.microsoft.com/deepzoom/2008" ${image}>${size}</Image>`;
  const good = 'Format="jpg" Overlap="1" TileSize="254"';

  it("gives levels that round up, down to one tile", () => {
    const dzi = parseDeepZoom(xml(good, '<Size Height="2967" Width="2220"/>'), "a.dzi");
    expect(deepZoomLevels(dzi).map((l) => [l.folder, l.widthPx, l.heightPx])).toEqual([
      [12, 2220, 2967],
      [11, 1110, 1484],
      [10, 555, 742],
      [9, 278, 371],
      [8, 139, 186],
    ]);
  });
  it.each([
    ["<Image>", "<html></html>"],
    ["<Size>", xml(good, "")],
    ['Width=""', xml(good, '<Size Height="3"/>')],
    ['TileSize="0"', xml('Format="jpg" Overlap="1" TileSize="0"', '<Size Width="3" Height="3"/>')],
    ['Format="../x"', xml('Format="../x" Overlap="1" TileSize="254"', '<Size Width="3" Height="3"/>')],
    ['Height="99999999"', xml(good, '<Size Width="3" Height="99999999"/>')],
  ])("says that %s is wrong", (detail, text) => {
    expect(() => parseDeepZoom(text, "a.dzi")).toThrowError(
      expect.objectContaining({
        facts: expect.objectContaining({ code: "dzi-invalid", params: { file: "a.dzi", detail } }),
      }),
    );
  });
  it("reads libvips' scale", () => {
    const value = (axis: string) =>
      `<name>openslide.mpp-${axis}</name>\n <value type="VipsRefString">0.499</value>`;
    expect(vipsUmPerPx(value("x") + value("y"))).toEqual([0.499, 0.499]);
    expect(vipsUmPerPx("<image/>")).toBeNull();
    // As libvips 8.18 writes them: pixels per mm, 1 where the image says nothing.
    const perMm = (axis: string, value: number) =>
      `<property>\n      <name>${axis}res</name>\n      <value type="gdouble">${value}</value>\n    </property>`;
    expect(vipsUmPerPx(perMm("x", 2000) + perMm("y", 4000))).toEqual([0.5, 0.25]);
    expect(vipsUmPerPx(perMm("x", 1) + perMm("y", 1))).toBeNull();
  });
});

describe("telling by content", () => {
  const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  it("knows each format and refuses the rest", () => {
    expect(sniffImage(bytes("II*\0........"))).toBe("tiff");
    expect(sniffImage(bytes("MM\0+........"))).toBe("tiff");
    expect(sniffImage(bytes("\x89PNG\r\n\x1a\n"))).toBe("png");
    expect(sniffImage(bytes("\xff\xd8\xff\xe0"))).toBe("jpeg");
    expect(sniffImage(bytes("RIFF....WEBPVP8X"))).toBe("webp");
    expect(sniffImage(bytes('<Image TileSize="254"'))).toBe("dzi");
    expect(sniffImage(bytes('{"@context":"http://iiif.io/api/image/3/context.json"'))).toBe("iiif");
    expect(sniffImage(bytes("geneID\tx\ty"))).toBeUndefined();
    expect(sniffImage(new Uint8Array())).toBeUndefined();
  });
  it("reads a PNG's size before decoding", () => {
    const png = new Uint8Array(33);
    png.set(bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\x01\0\0\0\x07"));
    expect(pictureSize(png)).toEqual([16385, 7]);
  });
});

describe("contrast", () => {
  it("adds colours between limits and saturates", () => {
    const out = new Uint8ClampedArray(12);
    addChannel(out, new Uint16Array([100, 150, 300]), 1, 0, view("#ff0000", 100, 200));
    addChannel(out, new Uint16Array([0, 50, 100]), 1, 0, view("#ff8000", 0, 100));
    addChannel(out, new Uint16Array([9, 9, 9]), 1, 0, view("#ffffff", 0, 1, false));
    // second pixel: red 127.5 → 128, then + 127.5 → 255 (stored as bytes); green 64
    expect([...out]).toEqual([0, 0, 0, 0, 255, 64, 0, 0, 255, 128, 0, 0]);
  });
  it("leaves 8-bit colour as it is and stretches 16-bit", () => {
    const out = new Uint8ClampedArray(4);
    drawColour(
      out,
      new Uint8Array([1, 2, 3]),
      3,
      [0, 1, 2].map(() => view("#ffffff", 0, 255)),
      255,
    );
    expect([...out]).toEqual([1, 2, 3, 255]);
    drawColour(
      out,
      new Uint16Array([0, 500, 1000, 65535]),
      4,
      [0, 1, 2].map(() => view("#ffffff", 0, 1000)),
      65535,
    );
    expect([...out]).toEqual([0, 128, 255, 255]);
    // A fourth sample that is not alpha must not make the slide invisible.
    drawColour(
      out,
      new Uint8Array([1, 2, 3, 0]),
      4,
      [0, 1, 2].map(() => view("#ffffff", 0, 255)),
      null,
    );
    expect(out[3]).toBe(255);
  });
  it("suggests the 0.1 and 99.9 percentile", () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i);
    expect(suggestLimits(values, [0, 65535])).toEqual([1, 999]);
    expect(suggestLimits(new Float64Array([5, 5, 5]), [0, 255])).toEqual([0, 255]);
    expect(suggestLimits(new Float64Array([Number.NaN]), [0, 1])).toEqual([0, 1]);
  });
});

describe("an image worker", () => {
  /** A worker that never answers, and that a test can kill. */
  class SilentWorker extends EventTarget {
    terminated = false;
    postMessage(): void {}
    terminate(): void {
      this.terminated = true;
    }
  }
  const descriptor = {
    name: "a.svs",
    files: [{ kind: "url", url: "http://localhost/a.svs", name: "a.svs" }],
  } as const;

  it("rejects what is pending when it dies, and starts anew", async () => {
    const started: SilentWorker[] = [];
    const slot = new ImageSlot(descriptor, () => {
      const worker = new SilentWorker();
      started.push(worker);
      return worker as unknown as Worker;
    });
    const opening = slot.open();
    started[0]!.dispatchEvent(new Event("error", { cancelable: true }));
    await expect(opening).rejects.toMatchObject({
      facts: { code: "image-worker-died", params: { file: "a.svs" }, retryable: true },
    });
    expect(started[0]!.terminated).toBe(true);
    const again = slot.open();
    expect(started.length).toBe(2);
    slot.close();
    await expect(again).rejects.toBeInstanceOf(CentiscopeError);
  });
  it("is replaced when it overruns its deadline", async () => {
    const slot = new ImageSlot(descriptor, () => new SilentWorker() as unknown as Worker);
    const call = slot.call(0.01, "decoding a tile", () => new Promise<never>(() => {}));
    await expect(call).rejects.toMatchObject({ facts: { code: "image-deadline" } });
  });
  it("gives the signal's reason at once when opening is aborted", async () => {
    const worker = new SilentWorker();
    const controller = new AbortController();
    const opening = openImageInWorkers(descriptor, controller.signal, () => worker as unknown as Worker);
    controller.abort();
    await expect(opening).rejects.toBe(controller.signal.reason);
    expect(worker.terminated).toBe(true);
  });
});

describe("what users are told", () => {
  it("names the file in every message, in both languages with the same facts", () => {
    const facts = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
    for (const code of Object.keys(imageMessages) as (keyof typeof imageMessages)[]) {
      const { en, zh } = messages[code];
      expect(facts(en), code).toContain("file");
      expect(facts(zh), code).toEqual(facts(en));
    }
  });
  it("still finds the fault of OpenSeadragon's shader that it mends", () => {
    const source = readFileSync("node_modules/openseadragon/build/openseadragon/openseadragon.js", "utf8");
    const fix = readFileSync("src/viewer/image-drawer-fix.ts", "utf8");
    const faulty = /FAULTY = "([^"]+)"/.exec(fix)![1]!;
    expect(source.split(faulty).length - 1).toBe(1);
    expect(source).toContain("initShaderProgram: this.constructor.initShaderProgram");
  });
});
