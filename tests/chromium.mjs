import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What Chromium's WebGL draws with: software, unless CHROMIUM_ANGLE names a graphics card's way (vulkan, gl-egl). */
const angle = process.env.CHROMIUM_ANGLE ?? "swiftshader";
const ANGLE_FLAGS = {
  swiftshader: ["--enable-unsafe-swiftshader"],
  vulkan: ["--enable-features=Vulkan", "--disable-vulkan-surface"],
};

/**
 * Flags under which a headless Chromium has live WebGL2 on any machine: software GL is opt-in since Chrome
 * 137, and without it every WebGL test would be green on an empty canvas. The rest keeps the browser from
 * calling home, so that "no third-party request" can be asserted.
 */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  `--use-angle=${angle}`,
  ...(ANGLE_FLAGS[angle] ?? []),
  "--ignore-gpu-blocklist",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const SYSTEM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const WHAT_TO_DO = `No Chromium was found, and none could be installed. The tests draw in a real browser and do not skip it.
Do one of:
  Debian, Ubuntu    sudo apt-get install chromium
  Fedora            sudo dnf install chromium
  macOS             brew install --cask chromium
  any system        npx playwright install --with-deps chromium
or set CHROMIUM_PATH to the executable of a Chromium or Chrome, version 120 or newer.`;

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where Playwright keeps its own Chromium, whether downloaded or not; undefined when it has none for this system. */
function playwrightPath() {
  try {
    return createRequire(import.meta.url)("playwright-core").chromium.executablePath();
  } catch {
    return undefined;
  }
}

/**
 * The Chromium to test in: CHROMIUM_PATH, else the system's, else Playwright's own; undefined when none is there.
 * A CHROMIUM_PATH that cannot be run throws: it was meant.
 */
export function findChromium() {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    if (isExecutable(asked)) return asked;
    throw new Error(`CHROMIUM_PATH names ${asked}, which is not an executable file.`);
  }
  return [...SYSTEM_PATHS, playwrightPath()].find((path) => path !== undefined && isExecutable(path));
}

function tryCommand(command, args) {
  console.info(`$ ${command} ${args.join(" ")}`);
  return spawnSync(command, args, { stdio: "inherit", timeout: 600_000 }).status === 0;
}

function isDebian() {
  return (
    existsSync("/etc/os-release") &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"))
  );
}

/** A Chromium that is there, or one installed now; throws what the user must do when neither works. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const asRoot = process.getuid?.() === 0;
  if (asRoot && isDebian()) {
    console.info("No Chromium found: installing Debian's.");
    if (
      tryCommand("apt-get", ["update", "-q"]) &&
      tryCommand("apt-get", ["install", "-y", "-q", "chromium"])
    ) {
      const installed = findChromium();
      if (installed) return installed;
    }
  }
  console.info("No Chromium found: downloading the one that Playwright pins.");
  tryCommand(process.execPath, [
    createRequire(import.meta.url).resolve("playwright-core/cli.js"),
    "install",
    "chromium",
  ]);
  const downloaded = findChromium();
  if (downloaded) return downloaded;
  throw new Error(WHAT_TO_DO);
}
