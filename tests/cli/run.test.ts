import { expect, test } from "vitest";
import { VERBS } from "../../src/cli/verbs.ts";
import { command, commandUntil } from "./command.ts";

test("without a verb it says what there is", async () => {
  const { code, out } = await command();
  expect(code).toBe(0);
  for (const verb of Object.keys(VERBS)) expect(out).toContain(`  ${verb} `);
  expect((await command("--help")).out).toBe(out);
});

test.each(Object.keys(VERBS))("%s explains itself: usage, options, an example", async (verb) => {
  const { code, out } = await command(verb, "--help");
  expect(code).toBe(0);
  expect(out).toContain(`centiscope ${verb}`);
  expect(out).toContain("--json");
  expect(out).toContain("For example:");
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  expect((await command("help", verb)).out).toBe(out);
});

test("the version is the package's", async () => {
  expect(await command("--version")).toMatchObject({ code: 0, out: "1.2.3\n" });
});

test.each([
  [["insepct", "a"], "“insepct” is no verb"],
  [["inspect"], "Usage: centiscope inspect PATH…"],
  [["inspect", "a", "--fast"], "Unknown option '--fast'"],
  [["inspect", "a", "--quick=yes"], "Option '--quick' does not take an argument"],
  [["convert", "a", "b", "--um-per-unit", "-2"], "--um-per-unit needs a value; one that begins with - is"],
])("a wrong command line %j ends with 2 and the way to the help", async (argv, words) => {
  const { code, out, notes } = await command(...argv);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(notes).toContain(words);
  expect(notes).toMatch(/^.*--help” says how\.\n$/);
});

test("a failure is one sentence on standard error and 1; with --json the same as data", async () => {
  const { code, out, notes } = await command("inspect", "/nowhere/chip.gef", "--json");
  expect(code).toBe(1);
  const message = "/nowhere/chip.gef: there is no such file or folder. Check the path.";
  expect(notes).toBe(`${message}\n`);
  expect(JSON.parse(out)).toEqual({
    error: {
      code: "path-missing",
      kind: "MissingDataError",
      message,
      params: { file: "/nowhere/chip.gef" },
    },
  });
});

test("what is stopped ends with 130 and no failure", async () => {
  const ran = await commandUntil(AbortSignal.abort(), "inspect", "tests/fixtures/gef/v2.gef");
  expect(ran).toEqual({ code: 130, out: "", notes: "Stopped.\n" });
});
