import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureChromium } from "./tests/chromium.mjs";

/** The server of `tests/e2e/server.mjs`: the application's origin, and another one for data and faults. */
const appPort = Number(process.env.CENTISCOPE_E2E_PORT ?? 5270);

/** What measures pixels to a fraction keeps to the page as users have it put together. */
const MEASURED = /alignment.*\.spec\.ts/;

/** Elsewhere the page is put together without GL: where that is software, a slide opens in two thirds of the time. */
const LIGHT = "--disable-gpu-compositing";

const launch = (...more: string[]) => ({
  launchOptions: { executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS, ...more] },
});

/**
 * End-to-end tests against the production build in `dist/`, served under a sub-path as a static host would.
 * Software GL takes whole cores, so there is one browser at a time; no retries, for a flaky test is a fault.
 */
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results/e2e",
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    baseURL: `http://127.0.0.1:${appPort}/labs/pathology/centiscope/`,
    headless: true,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "product", testIgnore: MEASURED, use: launch(LIGHT) },
    { name: "measured", testMatch: MEASURED, use: launch() },
  ],
  webServer: {
    command: "node tests/e2e/server.mjs",
    url: `http://127.0.0.1:${appPort}/labs/pathology/centiscope/`,
    env: { CENTISCOPE_E2E_PORT: String(appPort) },
    reuseExistingServer: false,
  },
});
