import { expect, test } from "./app.ts";

/** Rows of ERBB2 in the Xenium sample, counted with pandas over its Parquet parts. */
const ERBB2_ROWS = 11_146;

test.describe("genes", () => {
  test("a gene is searched by a part of its name, selected and shown, all of it", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.evaluate(() => window.centiscope?.select([]));
    const search = page.getByRole("combobox", { name: "Search genes" });
    await search.fill("erbb2");
    await search.press("Enter");
    await expect.poll(async () => (await product.status()).genes).toEqual(["ERBB2"]);
    await page.evaluate(() => window.centiscope?.setBin(1, "off"));
    await product.ready();
    const status = await product.status();
    expect(status.mode).toBe("points");
    expect(status.aggregated).toBe(false);
    expect(status.rowsInView).toBe(ERBB2_ROWS);
    expect(status.percentShown).toBe(100);
    await expect(page.getByText(/^11\s146 transcripts, each drawn/)).toBeVisible();
  });

  test("what is in view is counted anew when the panels make room", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.evaluate(() => {
      window.centiscope?.setBin(1, "off");
      window.centiscope?.setCamera({ umPerPx: 0.03 });
    });
    await product.ready();
    const seen = (await product.status()).rowsInView ?? 0;
    await page.getByRole("main").focus();
    await page.keyboard.press("h");
    await expect.poll(async () => (await product.status()).rowsInView).toBeGreaterThan(seen);
    await product.ready();
    const { rowsInView } = await product.status();
    const { umPerPx } = await product.camera();
    await page.evaluate((scale) => window.centiscope?.setCamera({ umPerPx: scale }), umPerPx * (1 + 1e-9));
    await product.ready();
    expect((await product.status()).rowsInView).toBe(rowsInView);
  });

  test("a gene's button hides and shows it", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.evaluate(() => {
      window.centiscope?.select(["ERBB2", "LUM"]);
      window.centiscope?.setBin(1, "off");
    });
    await product.ready();
    // LUM: 6,557 rows, by the same pandas count.
    expect((await product.status()).rowsInView).toBe(ERBB2_ROWS + 6_557);
    await page.getByRole("button", { name: "Hide LUM" }).click();
    await product.ready();
    expect((await product.status()).rowsInView).toBe(ERBB2_ROWS);
    await page.getByRole("button", { name: "Show LUM" }).click();
    await product.ready();
    expect((await product.status()).rowsInView).toBe(ERBB2_ROWS + 6_557);
  });

  test("a pasted list adds what is there and reports what is not", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.evaluate(() => window.centiscope?.select([]));
    await page.getByRole("button", { name: "Paste a list" }).click();
    const dialog = page.getByRole("dialog", { name: "Paste a gene list" });
    await dialog.getByRole("textbox", { name: "Gene names" }).fill("KRT7, GATA3\nNOTAGENE");
    await expect(dialog).toContainText("1 not in this slide");
    await expect(dialog).toContainText("NOTAGENE");
    await dialog.getByRole("button", { name: "Add 2 genes" }).click();
    await expect.poll(async () => (await product.status()).genes).toEqual(["KRT7", "GATA3"]);
  });

  test("the top genes in view are the table's when all of it is in view", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.getByRole("button", { name: "Top genes in view" }).first().click();
    // The three most abundant, by pandas: ERBB2 11,146 · LUM 6,557 · KRT7 6,386.
    for (const text of [/^11\s146$/, /^6\s557$/, /^6\s386$/]) {
      await expect(page.getByText(text).first()).toBeVisible();
    }
  });

  test("a transcript is picked where it is drawn", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.evaluate(() => {
      window.centiscope?.setBin(1, "off");
      window.centiscope?.select(["Fasn"]);
    });
    await product.ready();
    const picked = await page.evaluate(async () => {
      const size = document.querySelector("#stage")?.getBoundingClientRect();
      if (!size) return undefined;
      for (let y = 20; y < size.height; y += 12) {
        for (let x = 20; x < size.width; x += 12) {
          const row = await window.centiscope?.pick([x, y]);
          if (row) return { row, at: window.centiscope?.project([row.xUm, row.yUm]), screen: [x, y] };
        }
      }
      return undefined;
    });
    expect(picked?.row.geneName).toBe("Fasn");
    const [x = 0, y = 0] = picked?.at ?? [];
    expect(Math.hypot(x - (picked?.screen[0] ?? 0), y - (picked?.screen[1] ?? 0))).toBeLessThanOrEqual(8);
  });
});

test.describe("bins", () => {
  test("the slider changes the bins, and every size carries every molecule", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.evaluate(() => {
      window.centiscope?.select([]);
      window.centiscope?.setBin(100, "square");
    });
    await product.ready();
    const slider = page
      .getByRole("region", { name: "Bins", exact: true })
      .getByRole("slider", { name: "Size", exact: true });
    await slider.focus();
    let before = 100;
    for (const key of ["ArrowLeft", "ArrowLeft", "ArrowLeft", "End"]) {
      await slider.press(key);
      await expect.poll(async () => (await product.status()).binUm).not.toBe(before);
      await product.ready();
      const status = await product.status();
      expect(status.countInView).toBe(status.table?.count);
      expect(status.percentShown).toBe(100);
      before = status.binUm ?? 0;
    }
    expect(before).toBe(200);
    await expect(page.getByText("bin = 200 µm · 100 % of counts")).toBeVisible();
  });

  test("hexagons, by their button", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.evaluate(() => {
      window.centiscope?.select([]);
      window.centiscope?.setBin(50, "square");
    });
    await page.getByText("Hexagon", { exact: true }).click();
    await product.ready();
    const status = await product.status();
    expect(status.binShape).toBe("hex");
    expect(status.countInView).toBe(status.table?.count);
    await expect(page.getByText("hexagon = 50 µm · 100 % of counts")).toBeVisible();
  });

  test("zoomed in, transcripts are drawn one by one; zoomed out, the words say what stands in", async ({
    product,
  }) => {
    const { page } = product;
    await product.visitSample("he-simulated");
    await page.evaluate(() => {
      window.centiscope?.select([]);
      window.centiscope?.setBin(1, "off");
    });
    await product.ready();
    const far = await product.status();
    expect(far.percentShown).toBe(100);
    expect(far.rowsInView).toBe(far.table?.rows);
    await page.evaluate(() => window.centiscope?.setCamera({ umPerPx: 0.1 }));
    await product.ready();
    const near = await product.status();
    expect(near.mode).toBe("points");
    expect(near.aggregated).toBe(false);
    expect(near.percentShown).toBe(100);
    await expect(page.getByText(/molecules in .* rows, each drawn/)).toBeVisible();
  });
});

test.describe("language and theme", () => {
  test("every word on screen changes with the language, and the choice is kept", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.getByRole("button", { name: /Switch to 中文/ }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(page.getByRole("navigation", { name: "切片与图层" })).toBeVisible();
    const words = await page.evaluate(() => {
      const found: string[] = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        const text = walk.currentNode.textContent?.trim() ?? "";
        if (text && element?.checkVisibility() && !element.closest("script, style, noscript"))
          found.push(text);
      }
      for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
        for (const name of ["aria-label", "placeholder", "title"]) {
          const text = element.getAttribute(name);
          if (text) found.push(text);
        }
      }
      return found;
    });
    // English words of three letters or more that are no names: genes and files are in the data.
    const english = ["Slides", "Layers", "Genes", "Bins", "Size", "Search", "Open", "Share", "Fit", "Status"];
    const left = words.filter((text) => english.some((word) => new RegExp(`\\b${word}\\b`).test(text)));
    expect(left).toEqual([]);
    expect(words.filter((text) => /[\u4e00-\u9fff]/.test(text)).length).toBeGreaterThan(20);
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  });

  test("the theme goes dark, light, and as the system", async ({ product }) => {
    const { page } = product;
    await page.emulateMedia({ colorScheme: "dark" });
    await product.visit();
    const scheme = page.locator("html");
    await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "dark");
    await page.getByRole("button", { name: /^Theme: dark/ }).click();
    await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "light");
    await page.getByRole("button", { name: /^Theme: light/ }).click();
    await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "dark");
    await page.emulateMedia({ colorScheme: "light" });
    await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "light");
  });
});

test.describe("links", () => {
  test("the address reproduces slide, camera, genes and bins after a reload", async ({ product }) => {
    const { page } = product;
    await product.visitSample("xenium-breast");
    await page.evaluate(() => {
      const seen = window.centiscope?.camera();
      window.centiscope?.select(["KRT7", "LUM"]);
      window.centiscope?.setBin(37, "hex");
      window.centiscope?.setCamera({
        centerUm: [(seen?.centerUm[0] ?? 0) + 300, seen?.centerUm[1] ?? 0],
        umPerPx: 2.5,
        rotationDeg: 30,
        flipped: true,
      });
    });
    await product.ready();
    await expect.poll(() => decodeURIComponent(page.url())).toContain("KRT7");
    await expect.poll(() => decodeURIComponent(page.url())).toContain('"rotationDeg":30');
    const [camera, status] = [await product.camera(), await product.status()];

    await page.reload();
    await page.waitForFunction(() => window.centiscope !== undefined);
    await expect.poll(async () => (await product.status()).slides.length).toBe(1);
    await product.ready();
    const again = await product.status();
    expect(again.genes).toEqual(["KRT7", "LUM"]);
    expect(again).toMatchObject({ mode: status.mode, binUm: status.binUm, binShape: "hex" });
    const restored = await product.camera();
    expect(restored.centerUm[0]).toBeCloseTo(camera.centerUm[0], 3);
    expect(restored.centerUm[1]).toBeCloseTo(camera.centerUm[1], 3);
    expect(restored.umPerPx).toBeCloseTo(2.5, 6);
    expect(restored).toMatchObject({ rotationDeg: 30, flipped: true });
  });

  test("the address brings back what a sample starts without, too", async ({ product }) => {
    const { page } = product;
    await product.visitSample("stereo-seq-brain");
    await page.evaluate(() => {
      window.centiscope?.select([]);
      window.centiscope?.setBin(20, "square");
    });
    await product.ready();
    await expect.poll(() => decodeURIComponent(page.url())).toContain('"genes":[]');
    const { binUm } = await product.status();
    await page.reload();
    await page.waitForFunction(() => window.centiscope !== undefined);
    await expect.poll(async () => (await product.status()).slides.length).toBe(1);
    await product.ready();
    expect(await product.status()).toMatchObject({ genes: [], binUm });
  });

  test("a link to transcripts beside the image is ready, and saved as a picture", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.evaluate(() => window.centiscope?.setCamera({ centerUm: [30.25, 54.5], umPerPx: 0.01 }));
    await expect.poll(() => decodeURIComponent(page.url())).toContain("[30.25,54.5]");
    await page.reload();
    await page.waitForFunction(() => window.centiscope !== undefined);
    await product.ready();
    expect((await product.camera()).centerUm).toEqual([30.25, 54.5]);
    const size = await page.evaluate(async () => (await window.centiscope?.screenshot())?.size ?? 0);
    expect(size).toBeGreaterThan(0);
  });

  for (const query of [
    "?view=%7B",
    "?view=%7B%22v%22:99%7D",
    "?open=not%20an%20address",
    "?sample=nothing",
  ]) {
    test(`a damaged link ${query} opens a page that works`, async ({ product }) => {
      await product.visit(query);
      await product.page.evaluate(() => window.centiscope?.openSample("merscope-mouse"));
      await product.ready();
      expect((await product.status()).slides.at(-1)).toMatchObject({ image: "ready", expression: "ready" });
    });
  }

  test("a slide from files on this machine never reaches the address bar", async ({ product }) => {
    await product.visit();
    const { gem } = await import("./user-files.ts");
    await product.openFiles([gem("patient-secret.gem", "Actb\t1\t1\t1", "Gapdh\t2\t2\t1")]);
    await expect.poll(() => product.page.url()).not.toContain("sample=");
    expect(decodeURIComponent(product.page.url())).not.toContain("patient");
  });
});

test.describe("keyboard", () => {
  test("the camera goes by keys alone", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.getByRole("main").focus();
    const start = await product.camera();
    await page.keyboard.press("+");
    await expect.poll(async () => (await product.camera()).umPerPx).toBeLessThan(start.umPerPx);
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => (await product.camera()).centerUm[0]).toBeGreaterThan(start.centerUm[0]);
    await page.keyboard.press("x");
    await expect.poll(async () => (await product.camera()).flipped).toBe(true);
    await page.keyboard.press("x");
    await page.keyboard.press("0");
    await expect.poll(async () => (await product.camera()).umPerPx).toBeCloseTo(start.umPerPx, 3);
  });

  test("the palette finds a gene and a command", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search genes, commands, slides…").last().fill("hexagonal");
    await page.keyboard.press("Enter");
    await product.ready();
    await page.evaluate(() => window.centiscope?.select([]));
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search genes, commands, slides…").last().fill("Serping1");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await product.status()).genes).toEqual(["Serping1"]);
  });

  test("? lists the keys, Escape closes, H hides every panel", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await page.getByRole("main").focus();
    await page.keyboard.press("Shift+?");
    await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog", { name: "Keys" })).toBeHidden();
    await page.keyboard.press("h");
    await expect(page.getByRole("navigation", { name: "Slides and layers" })).toBeHidden();
    await page.keyboard.press("h");
    await expect(page.getByRole("navigation", { name: "Slides and layers" })).toBeVisible();
  });
});

for (const [width, height] of [
  [390, 844],
  [820, 1180],
] as const) {
  test(`in a window of ${width} × ${height} the slide fills the width and stays in sight of every panel`, async ({
    product,
  }) => {
    const { page } = product;
    await page.setViewportSize({ width, height });
    await product.visit();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await product.visitSample("merscope-mouse");
    const stage = page.getByRole("application", { name: "Slide" });
    const before = await stage.boundingBox();
    expect(before?.width).toBe(width);
    expect(before?.height).toBeGreaterThan(0.45 * height);
    for (const name of ["Show Transcripts", "Show Image"]) {
      const layer = page.getByRole("checkbox", { name });
      await layer.focus();
      await layer.click();
      await expect(layer).not.toBeChecked();
      const box = await layer.boundingBox();
      expect(box?.y).toBeGreaterThan((before?.y ?? 0) + (before?.height ?? 0));
    }
    expect(await stage.boundingBox()).toEqual(before);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}
