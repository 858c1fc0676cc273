// Preloaded into a process that is measured: says at its end what it took, on standard error.
const { readFileSync } = require("node:fs");

/** Largest resident set, MB. The system's own figure for a process counts the one that it was forked from, too. */
function peakMb() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const figures = { peakMb: peakMb(), cpuMs: (userCPUTime + systemCPUTime) / 1000 };
  console.error(`\n#resources ${JSON.stringify(figures)}`);
});
