import { readFileSync } from "node:fs";
import { expect, test } from "./app.ts";

test("the page brings its Content Security Policy, works under it, and calls nobody", async ({ product }) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).toContain("worker-src 'self'");
  expect(policy).toContain("object-src 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).not.toContain("'unsafe-eval'");
  // Breaches and requests to other hosts are faults, which every test looks for at its end.
  await page.evaluate(() => window.centiscope?.setBin(5, "hex"));
  await product.ready();
});

test("the policy is in force", async ({ page, baseURL }) => {
  await page.goto(baseURL ?? "");
  const refused = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.injected = true";
        document.body.append(script);
      }),
  );
  expect(refused).toContain("script-src");
});

test("WebGL2 is live, so that nothing here is green on an empty canvas", async ({ product }) => {
  await product.visitSample("xenium-breast");
  const png = await product.page.evaluate(async () => {
    const blob = await window.centiscope?.screenshot();
    if (!blob) return null;
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(
      context?.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer ?? new ArrayBuffer(0),
    );
    return { width: bitmap.width, height: bitmap.height, colours: new Set(pixels).size };
  });
  expect(png?.width).toBeGreaterThan(300);
  expect(png?.height).toBeGreaterThan(300);
  expect(png?.colours).toBeGreaterThan(100);
});

test("a page that embeds the viewer finds version 1.0 with all that docs/EMBEDDING.md lists", async ({
  product,
}) => {
  await product.visit();
  const { version, names } = await product.page.evaluate(() => ({
    version: window.centiscope?.version,
    names: Object.keys(window.centiscope ?? {}).sort(),
  }));
  expect(version).toBe("1.0");
  expect(names).toEqual(
    "camera open openSample pick project ready regions screenshot select setBin setCamera status unproject version".split(
      " ",
    ),
  );
});

test("project and unproject are each other's inverse, turned and mirrored", async ({ product }) => {
  await product.visitSample("merscope-mouse");
  await product.page.evaluate(() => window.centiscope?.setCamera({ rotationDeg: 77, flipped: true }));
  await product.ready();
  const there = await product.page.evaluate(() => {
    const um = window.centiscope?.unproject([321, 234]);
    return um && window.centiscope?.project(um);
  });
  expect(there?.[0]).toBeCloseTo(321, 4);
  expect(there?.[1]).toBeCloseTo(234, 4);
});

test("a flip alone, with nothing else to draw, comes to rest", async ({ product }) => {
  await product.visitSample("stereo-seq-brain");
  for (const flipped of [true, false]) {
    await product.page.keyboard.press("x");
    await product.ready();
    expect((await product.camera())?.flipped).toBe(flipped);
  }
});

test("the sample opens under any folder, with an address that ends in index.html too", async ({
  page,
  baseURL,
}) => {
  await page.goto(`${baseURL}index.html?sample=merscope-mouse`);
  await page.waitForFunction(() => window.centiscope?.status().table?.rows === 5_936);
});

test.describe("window.centiscope", () => {
  test("before a slide is open there is no camera, and nothing is shown", async ({ product }) => {
    await product.visit();
    const found = await product.page.evaluate(async () => ({
      camera: window.centiscope?.camera(),
      project: window.centiscope?.project([0, 0]),
      unproject: window.centiscope?.unproject([0, 0]),
      pick: await window.centiscope?.pick([0, 0]),
      status: window.centiscope?.status(),
    }));
    expect([found.camera, found.project, found.unproject, found.pick]).toEqual(new Array(4).fill(undefined));
    expect(found.status).toMatchObject({ mode: "none", slides: [], table: null, errors: [], loading: false });
  });

  test("ready, asked in the first moment, waits for the sample that the address names", async ({
    product,
  }) => {
    const { page } = product;
    // The list of samples comes late.
    await page.route("**/samples/index.json", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    await page.goto("./?sample=merscope-mouse", { waitUntil: "commit" });
    const shown = await page.evaluate(async () => {
      while (!window.centiscope) await new Promise((resolve) => setTimeout(resolve, 1));
      await window.centiscope.ready();
      return window.centiscope.status().slides.map(({ image, expression }) => [image, expression]);
    });
    expect(shown).toEqual([["ready", "ready"]]);
  });

  test("open: image, table and transform by their addresses are one slide", async ({ product }) => {
    await product.visit();
    const addresses = [
      "mosaic_DAPI_z3.tif",
      "detected_transcripts.csv",
      "micron_to_mosaic_pixel_transform.csv",
    ].map((file) => `${product.dataUrl}ok/samples/merscope-mouse/${file}`);
    await product.page.evaluate((urls) => window.centiscope?.open(urls), addresses);
    await product.ready();
    const status = await product.status();
    expect(status.slides).toHaveLength(1);
    expect(status.slides[0]).toMatchObject({
      image: "ready",
      expression: "ready",
      errors: [],
      question: null,
    });
    expect(status.table).toEqual({ rows: 5936, count: 5936, genes: 274 });
  });

  test("select takes the names in order and returns those that are not there", async ({ product }) => {
    await product.visitSample("merscope-mouse");
    const missing = await product.page.evaluate(() =>
      window.centiscope?.select(["Sardh", "NoSuchGene", "Fasn", "toString"]),
    );
    expect(missing).toEqual(["NoSuchGene", "toString"]);
    expect((await product.status()).genes).toEqual(["Sardh", "Fasn"]);
  });

  test("setBin draws what is asked for, and refuses a size or a shape that is none", async ({ product }) => {
    await product.visitSample("merscope-mouse");
    await product.page.evaluate(() => window.centiscope?.setBin(2.5, "hex"));
    await product.ready();
    expect(await product.status()).toMatchObject({ binUm: 2.5, binShape: "hex", percentShown: 100 });
    const refusals = await product.page.evaluate(() =>
      [
        [0, "square"],
        [1e-4, "square"],
        [20, "hexagon"],
      ].map(([um, shape]) => {
        try {
          window.centiscope?.setBin(um as number, shape as "hex");
          return "taken";
        } catch (error) {
          return String(error);
        }
      }),
    );
    expect(refusals).toEqual([
      "RangeError: bin size 0 µm is not positive",
      "RangeError: bin size 0.0001 µm is not within 0.001–1000000 µm",
      'RangeError: bin shape "hexagon" is not one of square, hex, off',
    ]);
    expect(await product.status()).toMatchObject({ binUm: 2.5, binShape: "hex" });
  });

  test("setCamera moves all or a part of it, at once or in a glide", async ({ product }) => {
    await product.visitSample("merscope-mouse");
    const all = { centerUm: [20, 30] as [number, number], umPerPx: 0.05, rotationDeg: 40, flipped: true };
    await product.page.evaluate((camera) => window.centiscope?.setCamera(camera), all);
    const seen = await product.camera();
    expect(seen.centerUm[0]).toBeCloseTo(20, 6);
    expect(seen.centerUm[1]).toBeCloseTo(30, 6);
    expect([seen.umPerPx, seen.rotationDeg, seen.flipped]).toEqual([expect.closeTo(0.05, 9), 40, true]);
    await product.page.evaluate(() => window.centiscope?.setCamera({ umPerPx: 0.1 }, { animate: true }));
    await expect.poll(async () => (await product.camera()).umPerPx).toBeCloseTo(0.1, 6);
    expect(await product.camera()).toMatchObject({ rotationDeg: 40, flipped: true });
    const refusals = await product.page.evaluate(() =>
      [
        { umPerPx: Number.NaN },
        { umPerPx: 0 },
        { umPerPx: "2" },
        { centerUm: [1, Infinity] },
        { centerUm: [1] },
        { rotationDeg: Number.NaN },
      ].map((camera) => {
        try {
          window.centiscope?.setCamera(camera as object);
          return "taken";
        } catch (error) {
          return String(error).split(" ").slice(0, 2).join(" ");
        }
      }),
    );
    expect(refusals).toEqual([
      ...new Array(3).fill("RangeError: umPerPx"),
      ...new Array(2).fill("RangeError: centerUm"),
      "RangeError: rotationDeg",
    ]);
    expect(await product.camera()).toMatchObject({ umPerPx: expect.closeTo(0.1, 6), rotationDeg: 40 });
  });

  test("pick finds a row of the file where the file puts it", async ({ product }) => {
    await product.visitSample("merscope-mouse");
    // Independent of our readers: the last row of Fasn in the bundled CSV.
    const rows = readFileSync("public/samples/merscope-mouse/detected_transcripts.csv", "utf8").split("\n");
    const names = rows[0]?.split(",") ?? [];
    const cells =
      rows
        .filter((row) => row.split(",")[names.indexOf("gene")] === "Fasn")
        .at(-1)
        ?.split(",") ?? [];
    const at = ["global_x", "global_y"].map((name) => Number(cells[names.indexOf(name)])) as [number, number];
    const picked = await product.page.evaluate(async (centerUm) => {
      window.centiscope?.select(["Fasn"]);
      window.centiscope?.setBin(1, "off");
      window.centiscope?.setCamera({ centerUm, umPerPx: 0.01 });
      await window.centiscope?.ready();
      const screen = window.centiscope?.project(centerUm);
      return screen && window.centiscope?.pick(screen);
    }, at);
    expect(picked).toMatchObject({ geneName: "Fasn", count: 1 });
    expect(picked?.xUm).toBeCloseTo(at[0], 4);
    expect(picked?.yUm).toBeCloseTo(at[1], 4);
  });
});
