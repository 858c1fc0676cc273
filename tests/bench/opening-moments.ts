import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";

/** Something that a user does, whose longest task is measured. */
export interface Moment {
  readonly name: string;
  /** Brings the page there; not traced. */
  readonly before: (page: Page, appUrl: string) => Promise<void>;
  readonly act: (page: Page, appUrl: string) => Promise<void>;
}

/** The start page asks for nothing more after this. */
const QUIET_MS = 2000;
/** An H&E slide with 1.3 M rows of expression: the largest sample. */
const LARGEST = "Simulated expression on real H&E";
const CHANNELS = "Mouse cells with DAPI";
/** As many as a whole transcriptome has. */
const MANY_GENES = 26_000;

const ready = (page: Page) => page.evaluate(() => window.centiscope?.ready());

async function startPage(page: Page, appUrl: string): Promise<void> {
  await page.goto(appUrl, { waitUntil: "networkidle" });
  await page.getByRole("button", { name: `Open ${LARGEST}` }).waitFor();
}

async function open(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `Open ${title}` }).click();
  await page.waitForFunction(() => (window.centiscope?.status().slides.length ?? 0) > 0);
  await ready(page);
}

async function opened(page: Page, appUrl: string): Promise<void> {
  await startPage(page, appUrl);
  await open(page, LARGEST);
  await page.waitForTimeout(500);
}

/** Writes a GEM file of many genes, three rows each; returns its path. */
function writeManyGenes(): string {
  const rows = Array.from({ length: 3 * MANY_GENES }, (_, i) => {
    const gene = Math.floor(i / 3);
    return `Gene${gene}\t${(i * 37) % 2000}\t${(i * 101) % 2000}\t${1 + (gene % 5)}`;
  });
  // The chip's name states the unit, so that nothing is asked.
  const text = `#FileFormat=GEMv0.1\n#Stereo-seqChip=D00001A1\ngeneID\tx\ty\tMIDCount\n${rows.join("\n")}\n`;
  const path = join(mkdtempSync(join(tmpdir(), "centiscope-")), "many.gem");
  writeFileSync(path, text);
  return path;
}

async function dragBinSize(page: Page): Promise<void> {
  const slider = page
    .getByRole("region", { name: "Bins", exact: true })
    .getByRole("slider", { name: "Size", exact: true });
  await slider.scrollIntoViewIfNeeded();
  const thumb = await slider.boundingBox();
  if (!thumb) throw new Error("The bin size has no thumb.");
  const [x, y] = [thumb.x + thumb.width / 2, thumb.y + thumb.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step <= 40; step++) {
    await page.mouse.move(x + 70 * Math.sin((step / 40) * 2 * Math.PI), y);
    await page.waitForTimeout(30);
  }
  await page.mouse.up();
  await ready(page);
}

async function zoomIn(page: Page): Promise<void> {
  const stage = await page.locator("#stage").boundingBox();
  if (!stage) throw new Error("There is no stage.");
  await page.mouse.move(stage.x + stage.width / 2, stage.y + stage.height / 2);
  for (let step = 0; step < 14; step++) {
    await page.mouse.wheel(0, -240);
    await page.waitForTimeout(120);
  }
  await ready(page);
}

export const moments: readonly Moment[] = [
  {
    name: "showing the start page",
    before: async () => {},
    act: async (page, appUrl) => {
      await startPage(page, appUrl);
      await page.waitForTimeout(QUIET_MS);
    },
  },
  {
    name: "opening he-simulated",
    before: async (page, appUrl) => {
      await startPage(page, appUrl);
      await page.waitForTimeout(QUIET_MS);
    },
    act: (page) => open(page, LARGEST),
  },
  { name: "opening he-simulated, clicked at once", before: startPage, act: (page) => open(page, LARGEST) },
  {
    name: "opening he-simulated by a link",
    before: async () => {},
    act: async (page, appUrl) => {
      await page.goto(`${appUrl}?sample=he-simulated`);
      await page.waitForFunction(() => (window.centiscope?.status().slides.length ?? 0) > 0);
      await ready(page);
    },
  },
  { name: "opening merscope-mouse", before: startPage, act: (page) => open(page, CHANNELS) },
  {
    name: "opening a table of 26 000 genes",
    before: startPage,
    act: async (page) => {
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Open files" }).first().click();
      await (await chooser).setFiles(writeManyGenes());
      await page.waitForFunction(() => (window.centiscope?.status().slides.length ?? 0) > 0);
      await ready(page);
    },
  },
  {
    name: "going back to he-simulated",
    before: async (page, appUrl) => {
      await opened(page, appUrl);
      await page.evaluate(() => window.centiscope?.openSample("stereo-seq-brain"));
      await ready(page);
    },
    act: async (page) => {
      await page.getByRole("navigation").getByRole("button", { name: LARGEST }).first().click();
      await page.waitForTimeout(300);
      await ready(page);
    },
  },
  { name: "dragging the bin size", before: opened, act: dragBinSize },
  {
    name: "zooming from bins to transcripts",
    before: async (page, appUrl) => {
      await opened(page, appUrl);
      await page.evaluate(() => {
        window.centiscope?.select([]);
        window.centiscope?.setBin(10, "off");
      });
      await ready(page);
    },
    act: zoomIn,
  },
  {
    name: "searching a gene",
    before: opened,
    act: async (page) => {
      await page.getByRole("combobox").first().click();
      await page.keyboard.type("apo", { delay: 150 });
      await page.waitForTimeout(300);
    },
  },
  {
    name: "switching the language",
    before: opened,
    act: async (page) => {
      await page.getByRole("button", { name: /Switch to 中文/ }).click();
      await page.locator("html[lang='zh-CN']").waitFor();
      await page.waitForTimeout(300);
    },
  },
];
