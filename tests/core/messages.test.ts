import { describe, expect, test } from "vitest";
import { fillTemplate } from "../../src/core/errors.ts";
import { annotationMessages } from "../../src/core/messages/annotation.ts";
import { annotationFileMessages } from "../../src/core/messages/annotation-file.ts";
import { cliMessages } from "../../src/core/messages/cli.ts";
import { hdf5Messages } from "../../src/core/messages/hdf5.ts";
import { imageMessages } from "../../src/core/messages/image.ts";
import { ioMessages } from "../../src/core/messages/io.ts";
import { shapeMessages } from "../../src/core/messages/shape.ts";
import { slideMessages } from "../../src/core/messages/slide.ts";
import { storageMessages } from "../../src/core/messages/storage.ts";
import { storeMessages } from "../../src/core/messages/store.ts";
import { tableMessages } from "../../src/core/messages/table.ts";
import { type MessageEntry, messages } from "../../src/core/messages.ts";

const AREAS: readonly [title: string, entries: Readonly<Record<string, MessageEntry>>][] = [
  ["Fetching and reading bytes", ioMessages],
  ["Tables of transcripts", tableMessages],
  ["HDF5 files and GEF", hdf5Messages],
  ["Images", imageMessages],
  ["Slides", slideMessages],
  ["Annotations", annotationMessages],
  ["Keeping annotations", storageMessages],
  ["Shapes", shapeMessages],
  ["Files of annotations", annotationFileMessages],
  ["Command line", cliMessages],
  ["Stores", storeMessages],
];

function parameters(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""))].sort();
}

/** The reference of every message, as `docs/MESSAGES.md` holds it. */
function messagesDocument(): string {
  const cell = (text: string): string =>
    text
      .replace(/\{\w+\|[^{}|]*\|([^{}|]*)\}/g, "$1")
      .replaceAll("|", "\\|")
      .replaceAll("\n", " ");
  const sections = AREAS.map(([title, entries]) => {
    const rows = Object.entries(entries).map(
      ([code, entry]) => `| \`${code}\` | ${entry.kind} | ${cell(entry.en)} | ${cell(entry.zh)} |`,
    );
    return `## ${title}\n\n| code | kind | English | 中文 |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Messages

Every failure and warning that Centiscope can show, with the words a user reads. \`{file}\` and the like are
filled in. Nothing that is open changes when one of these appears: other slides stay as they were.

Generated from \`src/core/messages/\` by \`npm run docs:messages\`; a test fails when this page is behind.

${sections.join("\n")}`;
}

describe("messages", () => {
  const entries = Object.entries(messages);

  test("each area's messages are part of the whole, and no code is used twice", () => {
    const codes = AREAS.flatMap(([, area]) => Object.keys(area));
    expect(codes.sort()).toEqual(Object.keys(messages).sort());
  });

  test.each(entries)("%s says the same in both languages", (_code, entry) => {
    expect(entry.en.trim()).not.toBe("");
    expect(entry.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(parameters(entry.zh)).toEqual(parameters(entry.en));
  });

  test.each(entries)("%s chooses by a number that it also tells", (_code, entry) => {
    const told = parameters(entry.en);
    for (const [, name] of entry.en.matchAll(/\{(\w+)\|[^{}|]*\|[^{}|]*\}/g)) expect(told).toContain(name);
    expect(entry.en).not.toMatch(/\{(count|rows)\} (\w+ )*\w+s (have|are|were|could|lie)\b/);
  });

  test("says one of one, and many of many", () => {
    const say = (count: number | string) =>
      fillTemplate(messages["import-geometry-missing"].en, { file: "a", count, first: "b" });
    expect(say(1)).toBe("a: 1 object has no geometry and was not imported. First: b.");
    expect(say("1")).toBe(say(1));
    expect(say(21)).toBe("a: 21 objects have no geometry and were not imported. First: b.");
  });

  test("docs/MESSAGES.md is up to date (else: npm run docs:messages)", async () => {
    await expect(messagesDocument()).toMatchFileSnapshot("../../docs/MESSAGES.md");
  });
});
