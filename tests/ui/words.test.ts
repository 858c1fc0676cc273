import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { emptyStatus, type SlideEntry } from "../../src/state/session.ts";
import type { Command } from "../../src/ui/commands/command.ts";
import { PARTS } from "../../src/ui/dialogs/parts.ts";
import { en } from "../../src/ui/i18n/en.ts";
import { type Translate, wordsIn } from "../../src/ui/i18n/i18n.ts";
import { zhCN } from "../../src/ui/i18n/zh-CN.ts";
import { statusWords } from "../../src/ui/shell/status-words.ts";
import { countWords } from "../../src/ui/slides/slide-words.ts";
import { VERSION } from "../../src/ui/version.ts";
import type { Centiscope } from "../../src/viewer/centiscope.ts";

/** Names and formats that are written alike in Chinese. */
const SAME_IN_BOTH = new Set([
  "app.name",
  "bins.singleShort",
  "start.licence",
  "platform.xenium",
  "platform.merscope",
  "platform.cosmx",
  "platform.visium-hd",
  "platform.spatialdata",
]);

const chinese: Readonly<Record<string, string>> = zhCN;

describe("words", () => {
  it("have the same keys in both languages", () => {
    expect(Object.keys(zhCN).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  it("are never empty, and never English left standing in the Chinese", () => {
    for (const [key, word] of Object.entries(en)) {
      expect(word.trim(), key).not.toBe("");
      expect(chinese[key]?.trim(), key).not.toBe("");
      if (key === "command.language") continue;
      if (SAME_IN_BOTH.has(key)) expect(chinese[key], key).toBe(word);
      else {
        const text = chinese[key]?.replace(/\{\{\w+\}\}/g, "") ?? "";
        expect(/[\u3000-\u9fff\uff00-\uffef]|^[^a-z]*$/.test(text), key).toBe(true);
      }
    }
  });

  it("ask for the same values in both languages", () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();
    for (const [key, word] of Object.entries(en)) {
      expect(values(chinese[key] ?? ""), key).toEqual(values(word));
    }
  });

  it("come in plural pairs", () => {
    for (const key of Object.keys(en)) {
      if (key.endsWith("_one")) expect(Object.keys(en)).toContain(key.replace(/_one$/, "_other"));
    }
  });
});

describe("what is counted", () => {
  const t: Translate = (key, values) => JSON.stringify([key, values]);

  it("is transcripts only where each row is one molecule", () => {
    const words = { rows: "5\u202f936", molecules: "5\u202f936" };
    expect(countWords(5936, 5936, t, "en")).toBe(t("count.transcripts", { count: 5936, ...words }));
    const both = { rows: "77\u202f634", molecules: "131\u202f002" };
    expect(countWords(77_634, 131_002, t, "en")).toBe(t("count.molecules", { count: 131_002, ...both }));
  });
});

describe("the status line", () => {
  it("calls hexagons hexagons, also where the selected genes are drawn over them", () => {
    const { t } = wordsIn("en");
    const slide = { scaleKnown: true, question: null } as SlideEntry;
    const said = (binShape: "square" | "hex") =>
      statusWords(slide, { ...emptyStatus, mode: "both", binUm: 20, binShape }, t, "en").split(" · ")[0];
    expect(said("hex")?.replace(/\s/g, " ")).toBe("hexagon = 20 µm");
    expect(said("square")?.replace(/\s/g, " ")).toBe("bin = 20 µm");
  });
});

describe("the words of a language", () => {
  it("are filled in, counted, and asked for again the same", () => {
    const { t, language } = wordsIn("zh-CN");
    expect(language).toBe("zh-CN");
    for (let again = 0; again < 2; again++) expect(t("app.close")).toBe(zhCN["app.close"]);
    expect(t("start.open", { title: "A & B" })).toBe("打开 A & B");
    expect(wordsIn("en").t("start.open", { title: "<x>" })).toBe("Open <x>");
    expect(wordsIn("en").t("tray.genes", { count: 1, genes: "1" })).toBe("1 gene");
    expect(wordsIn("en").t("tray.genes", { count: 2, genes: "2" })).toBe("2 genes");
  });

  it("are one object, so that a context with them changes only with the language", () => {
    expect(wordsIn("en")).toBe(wordsIn("en"));
    expect(wordsIn("en")).not.toBe(wordsIn("zh-CN"));
  });
});

describe("commands", () => {
  let all: Command[] = [];
  beforeAll(async () => {
    // The preferences ask the browser for its language when they are loaded; Node 20 has none.
    vi.stubGlobal("navigator", { language: "en" });
    const { commands } = await import("../../src/ui/commands/commands.ts");
    all = commands({} as Centiscope);
    expect(all.length).toBeGreaterThan(30);
  });

  it("have ids and keys of their own", () => {
    const ids = all.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = all.flatMap((command) =>
      command.keys.map((key) => `${command.mod ?? false} ${command.shift ?? false} ${key}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("give QuPath's letters to its tools", () => {
    const plain = all.filter((command) => !command.mod && !command.shift);
    const words = { m: "move", r: "rectangle", o: "ellipse", p: "polygon", v: "polyline", ".": "points" };
    for (const [key, tool] of Object.entries(words))
      expect(plain.find((command) => command.keys.includes(key))?.id).toBe(`tool-${tool}`);
  });
});

it("every library that is shipped is named, under its own licence", () => {
  const read = (path: string) =>
    JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")) as {
      dependencies: Record<string, string>;
      license: string;
    };
  const names = Object.keys(read("package.json").dependencies);
  for (const name of names) {
    const key = name.startsWith("@") ? name.slice(0, name.indexOf("/")) : name;
    expect(Object.keys(PARTS[read(`node_modules/${name}/package.json`).license] ?? {}), name).toContain(key);
  }
});

it("the version shown is the package's", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(manifest.version);
});
