import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { en, type WordKey } from "../../src/ui/i18n/en.ts";
import { zhCN } from "../../src/ui/i18n/zh-CN.ts";
import { expect, type Product, test, type UserFile, userFile } from "./app.ts";
import { csv, gem } from "./user-files.ts";

type Theme = "dark" | "light";
type Language = "en" | "zh-CN";

async function expectNothingFound(product: Product): Promise<void> {
  // The page has no frames, so that nothing need be put together in a tab of its own.
  const { violations } = await new AxeBuilder({ page: product.page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  expect(found).toEqual([]);
}

/** Nothing fades: a colour that is half there has no contrast. */
async function prefer(product: Product, theme: Theme, language: Language): Promise<void> {
  await product.page.emulateMedia({ reducedMotion: "reduce" });
  await product.page.addInitScript(
    (chosen) => {
      localStorage.setItem("centiscope.preferences", JSON.stringify(chosen));
    },
    { language, theme },
  );
}

/** Files by the picker, without waiting for them: a question keeps a slide from being ready. */
async function pick(product: Product, button: string, ...files: UserFile[]): Promise<void> {
  const chooser = product.page.waitForEvent("filechooser");
  await product.page.getByRole("button", { name: button }).first().click();
  await (await chooser).setFiles(files);
}

// Contrast is the theme's, names are the language's: two of the four pairs see all of both.
for (const [theme, language] of [
  ["dark", "en"],
  ["light", "zh-CN"],
] as const) {
  const words: Readonly<Record<string, string>> = language === "en" ? en : zhCN;
  const word = (key: WordKey): string => words[key] ?? "";

  test.describe(`axe finds nothing, ${theme}, ${language}`, () => {
    // axe walks the whole page several times in each: minutes where software GL has taken the cores.
    test.describe.configure({ timeout: 300_000 });
    test.beforeEach(({ product }) => prefer(product, theme, language));

    test("on the start page", async ({ product }) => {
      await product.visit();
      await expect(product.page.getByRole("listitem").first()).toBeVisible();
      await expectNothingFound(product);
    });

    test("with a slide open, in each panel", async ({ product }) => {
      const { page } = product;
      await product.visitSample("merscope-mouse");
      // A region too, so that its panel has all it can show.
      await page.evaluate(async () => {
        const regions = window.centiscope?.regions;
        const ring = [
          [600, 500],
          [1500, 500],
          [1500, 1200],
          [600, 500],
        ];
        const geometry = { type: "Polygon", coordinates: [ring] };
        await regions?.add({ type: "Feature", geometry, properties: {} });
      });
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        await expectNothingFound(product);
      }
    });

    test("with a slide open, in each list, menu and popover", async ({ product }) => {
      const { page } = product;
      await product.visitSample("merscope-mouse");
      await page
        .getByRole("button", { name: word("genes.top") })
        .first()
        .click();
      await page.getByRole("combobox", { name: word("genes.searchLabel") }).fill("ac");
      await expect(page.getByRole("listbox")).toBeVisible();
      await expectNothingFound(product);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: word("genes.look").replace("{{gene}}", "Fasn") }).click();
      await expectNothingFound(product);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: word("genes.more").replace("{{gene}}", "Fasn") }).click();
      await expect(page.getByRole("menu")).toBeVisible();
      await expectNothingFound(product);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: word("top.share"), exact: true }).click();
      await expectNothingFound(product);
    });

    test("in each dialog", async ({ product }) => {
      const { page } = product;
      await product.visitSample("merscope-mouse");
      for (const [open, title] of [
        ["top.keys", "keys.title"],
        ["top.about", "about.title"],
        ["tray.openUrl", "url.title"],
        ["genes.paste", "list.title"],
      ] as const) {
        await page
          .getByRole("button", { name: word(open) })
          .first()
          .click();
        const dialog = page.getByRole("dialog", { name: word(title) });
        await expect(dialog).toBeVisible();
        await expectNothingFound(product);
        await page.keyboard.press("Escape");
        await expect(dialog).toBeHidden();
      }
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectNothingFound(product);
    });

    test("in each question, with a slide that waits, and with one that failed", async ({ product }) => {
      const { page } = product;
      await product.visitSample("merscope-mouse");
      const table = csv(
        "pos_a,pos_b,what",
        ...Array.from({ length: 30 }, (_, i) => `${i},${2 * i},g${i % 3}`),
      );
      for (const [file, title] of [
        [userFile("odd.csv", table), "columns.title"],
        [userFile("bare.csv", csv("x,y,gene", "1,2,Actb", "3,5,Gapdh")), "units.title"],
      ] as const) {
        await pick(product, word("tray.openFiles"), file);
        const dialog = page.getByRole("dialog", { name: word(title) });
        await expect(dialog).toBeVisible();
        await expectNothingFound(product);
        await page.keyboard.press("Escape");
        await expect(dialog).toBeHidden();
        await expectNothingFound(product);
      }
      await pick(product, word("tray.openFiles"), gem("minus.gem", "Actb\t1\t1\t-2"));
      await expect(page.getByRole("alert")).toContainText("minus.gem");
      await expectNothingFound(product);
      await page.getByRole("tab").last().click();
      await page.getByRole("button", { name: word("facts.messages") }).click();
      await expect(page.getByRole("dialog", { name: word("messages.title") })).toBeVisible();
      await expectNothingFound(product);
    });
  });
}

test("every control on screen is at least 24 px, has a name, and shows where the focus is", async ({
  product,
}) => {
  const { page } = product;
  await product.visit();
  expect(await smallTargets(page)).toEqual([]);
  await product.visitSample("merscope-mouse");
  expect(await smallTargets(page)).toEqual([]);
  await page.getByRole("button", { name: "Colour and shape of Fasn" }).click();
  expect(await smallTargets(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Paste a list" }).click();
  await expect(page.getByRole("dialog", { name: "Paste a gene list" })).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
  await page.keyboard.press("Escape");

  const unseen: string[] = [];
  const reached = new Set<string>();
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      const ring = [element, element.parentElement, element.closest("label"), element.nextElementSibling]
        .filter((one): one is HTMLElement => one instanceof HTMLElement)
        .some((one) => {
          const style = getComputedStyle(one);
          return (
            (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none"
          );
        });
      const input = element.matches("input, textarea, select");
      return { name: `${element.tagName} ${name.slice(0, 60)}`, visible: ring || input };
    });
    if (!focused) continue;
    reached.add(focused.name);
    if (!focused.visible) unseen.push(focused.name);
  }
  expect([...new Set(unseen)]).toEqual([]);
  expect(reached.size).toBeGreaterThan(15);
});

/** Visible things to press that are under 24 px on a side (WCAG 2.2, 2.5.8). */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        "button, [role=button], [role=tab], [role=menuitem], [role=option], a[href], select, input:not([type=checkbox], [type=radio])",
      ),
    ]
      .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 160) }))
      .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
      .map(({ box, html }) => `${Math.round(box.width)} × ${Math.round(box.height)} ${html}`),
  );
}
