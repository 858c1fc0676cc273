import { expect, it } from "vitest";
import { formatTime } from "../../src/core/format-time.ts";

it("writes the day before the month and no am or pm, in local time", () => {
  const at = new Date(2026, 10, 27, 14, 5).getTime();
  expect(formatTime(at, "en").replace(/\s/g, " ")).toBe("27 Nov 2026, 14:05");
  expect(formatTime(at, "zh-CN")).toBe("2026年11月27日 14:05");
});
