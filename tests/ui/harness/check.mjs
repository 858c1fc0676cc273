/**
 * axe-core over the interface in every state, both themes and both languages, with a controller that is a
 * stand-in: states that real files reach only by failing are reached at once. `node tests/ui/harness/check.mjs`;
 * `--shots FOLDER` also keeps pictures. Exit status 1 when axe finds anything or the page logs an error.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { CHROMIUM_FLAGS, ensureChromium } from "../../chromium.mjs";

/** `--only NAME` runs one scene. */
const onlyAt = process.argv.indexOf("--only");
const only = onlyAt < 0 ? null : process.argv[onlyAt + 1]?.split(",");
const at = process.argv.indexOf("--shots");
const shots = at < 0 ? null : process.argv[at + 1];
if (shots) mkdirSync(shots, { recursive: true });

const button = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
const scenes = [
  { name: "start", query: "state=start" },
  { name: "slide", query: "state=slide" },
  { name: "transcripts", query: "state=many" },
  { name: "channels", query: "state=simulated" },
  { name: "loading", query: "state=loading" },
  { name: "failed", query: "state=failed" },
  { name: "units", query: "state=units" },
  { name: "columns", query: "state=columns" },
  ...["keys", "about", "open-url", "gene-list", "messages"].map((dialog) => ({
    name: dialog,
    query: `state=failed&dialog=${dialog}`,
  })),
  { name: "presenting", query: "state=slide", act: (page) => page.keyboard.press("h") },
  { name: "palette", query: "state=slide", act: (page) => page.keyboard.press("Control+k") },
  { name: "search", query: "state=many", act: (page) => page.keyboard.press("g") },
  { name: "facts", query: "state=simulated", act: (page) => page.getByRole("tab").nth(1).click() },
  {
    name: "gene-look",
    query: "state=slide",
    english: true,
    act: button("Colour and shape of LUM"),
  },
  { name: "top-genes", query: "state=slide", english: true, act: button("Top genes in view") },
  { name: "share", query: "state=slide", english: true, act: button("Share") },
];

const server = await createServer({ server: { port: 5261, strictPort: true }, logLevel: "error" });
await server.listen();
const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS] });
let found = 0;
try {
  for (const theme of ["dark", "light"]) {
    for (const scene of scenes.filter(({ name }) => !only || only.includes(name))) {
      const language = theme === "light" && !scene.english ? "zh-CN" : "en";
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        found++;
        console.error(`${scene.name} ${theme}: ${error.message}`);
      });
      await page.goto(
        `http://127.0.0.1:5261/tests/ui/harness/index.html?${scene.query}&theme=${theme}&lang=${language}`,
      );
      await page.waitForLoadState("networkidle");
      await scene.act?.(page);
      await page.waitForTimeout(350);
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      for (const violation of violations) {
        found++;
        console.error(`${scene.name} ${theme} ${violation.id}: ${violation.help}`);
        for (const node of violation.nodes.slice(0, 3)) {
          console.error(`  ${node.html.slice(0, 200)}\n  ${node.failureSummary?.replaceAll("\n", " ")}`);
        }
      }
      if (shots) await page.screenshot({ path: join(shots, `${scene.name}-${theme}.png`) });
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
console.log(found === 0 ? "axe: nothing found" : `axe: ${found} findings`);
process.exit(found === 0 ? 0 : 1);
