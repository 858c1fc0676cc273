/**
 * `npm test`: format and lint, types, unit tests, production build, and the whole product in a real Chromium.
 * Every stage runs even when an earlier one failed, except the browser tests without a build. The last line is
 * `N passed, N failed`; a stage that is no test (lint, types, build) counts as one failure when it fails. What failed
 * is named once more just before it, since the rest of a long output is often cut off.
 * `npm test -- --only unit` (lint, types, unit, build, e2e) runs some stages, with commas between.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureChromium } from "./chromium.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, "test-results");
const require = createRequire(import.meta.url);

/** Path of a package's command, so that nothing depends on PATH or on npx. */
function command(name, binary = name) {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[binary]);
}

function node(script, args, env = {}) {
  const run = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return run.status === 0;
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** The beginning of a failure's message, without the runner's own part of the stack. */
const firstLines = (message) => {
  const lines = message.trim().split("\n");
  return lines
    .filter((line) => !line.includes("node_modules"))
    .slice(0, 12)
    .join("\n    ");
};

/** Vitest's report: the tests that failed, and the modules that could not be run. */
function unitFailures(report) {
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0 && message) return [`${file}\n    ${firstLines(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `${file} › ${fullName}\n    ${firstLines(failureMessages.join("\n"))}`,
    );
  });
}

/** Playwright's report: suites of suites, each with its tests. */
function browserFailures({ suites = [], specs = [] }, path = []) {
  return [
    ...suites.flatMap((suite) => browserFailures(suite, [...path, suite.title])),
    ...specs
      .filter(({ ok }) => !ok)
      .map(({ title, tests }) => {
        const messages = tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors));
        return `${[...path, title].join(" › ")}\n    ${firstLines(messages[0]?.message ?? "")}`;
      }),
  ];
}

/** A runner that crashed before it could report counts as one failure, never as nothing. */
function counted(ok, tally) {
  if (!tally) return { passed: 0, failed: 1, skipped: 0 };
  return { ...tally, failed: ok || tally.failed > 0 ? tally.failed : 1 };
}

const stages = {
  lint: () => ({ passed: 0, failed: node(command("@biomejs/biome", "biome"), ["ci", "."]) ? 0 : 1 }),
  types: () => ({ passed: 0, failed: node(command("typescript", "tsc"), ["-b"]) ? 0 : 1 }),
  unit: () => {
    const file = join(results, "unit.json");
    const ok = node(command("vitest"), [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ]);
    const report = readJson(file);
    return counted(
      ok,
      report && {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + (report.numTodoTests ?? 0),
        failures: unitFailures(report),
      },
    );
  },
  build: () => {
    const built = [["build"], ["build", "--config", "vite.cli.config.ts"]].map((args) =>
      node(command("vite"), args),
    );
    return { passed: 0, failed: built.filter((ok) => !ok).length };
  },
  e2e: () => {
    if (!existsSync(join(root, "dist/index.html"))) {
      console.error("The browser tests need the production build, which is missing.");
      return { passed: 0, failed: 1 };
    }
    const file = join(results, "e2e.json");
    const ok = node(command("@playwright/test", "playwright"), ["test", "--reporter=list,json"], {
      CHROMIUM_PATH: ensureChromium(),
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    });
    const report = readJson(file);
    return counted(
      ok,
      report && {
        passed: report.stats.expected + report.stats.flaky,
        failed: report.stats.unexpected,
        skipped: report.stats.skipped,
        failures: browserFailures(report),
      },
    );
  },
};

const onlyAt = process.argv.indexOf("--only");
const chosen = onlyAt < 0 ? Object.keys(stages) : (process.argv[onlyAt + 1] ?? "").split(",");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const tallies = [];
for (const name of chosen) {
  const stage = stages[name];
  if (!stage) throw new Error(`There is no stage "${name}". Stages: ${Object.keys(stages).join(", ")}.`);
  console.info(`\n── ${name} ──`);
  const startedAt = performance.now();
  let tally;
  try {
    tally = stage();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    tally = { passed: 0, failed: 1 };
  }
  tallies.push({ name, skipped: 0, ...tally, seconds: (performance.now() - startedAt) / 1000 });
}

console.info("");
if (!existsSync(join(root, "../shared/data"))) {
  console.info("NOTE: ../shared/data is absent, so the tests against the corpus of real files did not run.");
}
for (const { name, passed, failed, skipped, seconds } of tallies) {
  const verdict = failed > 0 ? "FAILED" : "ok";
  const tests = passed + failed + skipped > 0 ? `${passed} passed, ${failed} failed, ${skipped} skipped` : "";
  console.info(`${name.padEnd(6)} ${verdict.padEnd(7)} ${`${seconds.toFixed(0)} s`.padStart(6)}  ${tests}`);
}
for (const failure of tallies.flatMap(({ failures = [] }) => failures)) console.info(`FAILED ${failure}`);
const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0);
console.info(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 ? 0 : 1);
