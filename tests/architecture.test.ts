import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  codeOnly,
  importCycles,
  importFaults,
  type SourceFile,
  styleFaults,
  WARN_LINES,
} from "./architecture.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function filesUnder(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path) && !path.includes("/fixtures/"))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const sources = [...filesUnder("src"), ...filesUnder("workers")];
const everything = [...sources, ...filesUnder("tests"), ...filesUnder("samples")];

describe("the house", () => {
  test("has sources to judge", () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  test("imports only what STYLE's table permits", () => {
    expect(importFaults(sources)).toEqual([]);
  });

  test("has no import cycles", () => {
    expect(importCycles(sources)).toEqual([]);
  });

  test("keeps its files short, named, finished and typed", () => {
    const long = sources.filter((file) => file.text.split("\n").length - 1 > WARN_LINES);
    for (const file of long) {
      console.info(`over ${WARN_LINES} lines, look for the second idea: ${file.path}`);
    }
    expect(everything.flatMap(styleFaults)).toEqual([]);
  });

  test("belongs to its four TypeScript projects, every file to one", () => {
    const includes = ["core", "data", "page", "node"].map((name) => {
      const project = JSON.parse(readFileSync(join(root, `tsconfig.${name}.json`), "utf8")) as {
        include: string[];
      };
      return project.include;
    });
    const misplaced = everything
      .filter(({ path }) => /\.tsx?$/.test(path) && !path.endsWith(".as.ts"))
      .map(({ path }) => {
        const owners = includes.filter((include) =>
          include.some((entry) => path === entry || path.startsWith(`${entry}/`)),
        );
        return { path, projects: owners.length };
      })
      .filter(({ projects }) => projects !== 1);
    expect(misplaced).toEqual([]);
  });
});

describe("the judge can find fault", () => {
  const one = (path: string, text: string): SourceFile => ({ path, text });

  test.each([
    ["src/core/bin.ts", 'import { read } from "../io/http.ts";'],
    ["src/core/bin.ts", 'import { gunzipSync } from "fflate";'],
    ["src/io/http.ts", 'import type { Deck } from "@deck.gl/core";'],
    ["src/formats/gem.ts", 'const m = await import("../io/http.ts");'],
    ["src/state/view.ts", 'import { useStore } from "zustand";'],
    ["src/viewer/tiles.ts", 'new Worker(new URL("../../workers/bin.worker.ts", import.meta.url));'],
    ["src/ui/app.tsx", 'export { x } from "../layers/points.ts";'],
    ["src/tools/draw/panel.tsx", 'import "../measure/panel.tsx";'],
    ["workers/pool.ts", 'import { view } from "../src/state/view.ts";'],
  ])("a forbidden import in %s: %s", (path, text) => {
    expect(importFaults([one(path, text)])).toHaveLength(1);
  });

  test.each([
    ["src/formats/gem.ts", 'import type { ByteSource } from "../io/byte-source.ts";'],
    ["src/viewer/viewer.ts", 'import { Pool } from "../../workers/pool.ts";'],
    ["src/ui/app.tsx", 'import { Button } from "@mantine/core";\nimport styles from "./app.module.css";'],
    ["src/core/text.ts", '// import "fflate"\nconst s = `import "fflate"`; const r = /import "x"/;'],
    ["src/main.tsx", 'import "../workers/bin.worker.ts";'],
  ])("nothing wrong in %s: %s", (path, text) => {
    expect(importFaults([one(path, text)])).toEqual([]);
  });

  test("a cycle, but not one of types", () => {
    const a = one("src/core/a.ts", 'import { b } from "./b.ts";');
    expect(importCycles([a, one("src/core/b.ts", 'export { a } from "./a.ts";')])).toEqual([
      "src/core/a.ts → src/core/b.ts → src/core/a.ts",
    ]);
    expect(importCycles([a, one("src/core/b.ts", 'import type { A } from "./a.ts";')])).toEqual([]);
  });

  test.each([
    ["src/core/string-utils.ts", "export const a = 1;"],
    ["src/common/a.ts", "export const a = 1;"],
    ["src/core/a.ts", `// ${"TO"}DO later`],
    ["src/core/a.ts", `const a = b as ${"any"};`],
    ["src/core/a.ts", `function f(a: ${"any"}[]) {}`],
    ["src/ui/index.ts", 'export { a } from "./a.ts";\nexport * from "./b.ts";'],
    ["src/ui/a.tsx", `<p ${"dangerously"}SetInnerHTML={x} />`],
  ])("a fault of style in %s: %s", (path, text) => {
    expect(styleFaults(one(path, text))).toHaveLength(1);
  });

  test("a file past 500 lines", () => {
    const line = "const a = 1;\n";
    expect(styleFaults(one("src/core/long.ts", line.repeat(501)))).toHaveLength(1);
    expect(styleFaults(one("src/core/long.ts", line.repeat(500)))).toEqual([]);
  });

  test("words in comments and strings are not code", () => {
    expect(codeOnly('a: "x: any" // : any\n/* as any */ b')).not.toContain("any");
    expect(styleFaults(one("src/core/a.ts", 'const a = "x as any"; // takes any\n'))).toEqual([]);
  });
});
