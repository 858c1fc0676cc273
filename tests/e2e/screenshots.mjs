/**
 * `npm run docs:screenshots` (after `npm run build`): the product draws its own pictures. `docs/images/` gets the
 * one of the README; `test-results/screenshots/` gets every sample in both themes and the start page, to be looked at.
 * `npm run docs:screenshots -- merscope-mouse` does some samples only.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureChromium } from "../chromium.mjs";
import { startServers } from "./server.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const gallery = join(root, "test-results/screenshots");
const images = join(root, "docs/images");
mkdirSync(gallery, { recursive: true });
mkdirSync(images, { recursive: true });

const { samples } = JSON.parse(readFileSync(join(root, "public/samples/index.json"), "utf8"));
const asked = process.argv.slice(2);
const chosen = samples.filter(({ id }) => asked.length === 0 || asked.includes(id));

const host = await startServers(5277);
const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS] });
try {
  for (const theme of ["dark", "light"]) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    await context.addInitScript((chosenTheme) => {
      localStorage.setItem("centiscope.preferences", JSON.stringify({ language: "en", theme: chosenTheme }));
    }, theme);
    const page = await context.newPage();
    const shoot = async (query, path) => {
      await page.goto(`${host.appUrl}${query}`);
      await page.waitForFunction(() => window.centiscope !== undefined);
      if (query) await page.waitForFunction(() => window.centiscope.status().slides.length > 0);
      await page.evaluate(() => window.centiscope.ready());
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path });
      console.info(path.slice(root.length));
    };
    if (asked.length === 0) await shoot("", join(gallery, `start-${theme}.png`));
    for (const { id, default: isDefault } of chosen) {
      await shoot(`?sample=${id}`, join(gallery, `${id}-${theme}.png`));
      if (isDefault && theme === "dark") {
        await page.screenshot({ path: join(images, "centiscope.png") });
        console.info("docs/images/centiscope.png");
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
  await host.close();
}
