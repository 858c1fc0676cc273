import { formatInteger } from "../../core/format-number.ts";
import type { CliContext } from "../verb.ts";

/** A line on a terminal that says how far work is, how fast, and when it will be done. */
export interface ProgressLine {
  step(phase: string, done: number, of: number | null): void;
  end(): void;
}

const EVERY_MS = 250;

/** Nothing is printed when standard error is not a terminal. `clock` gives milliseconds. */
export function progressLine(
  { note }: CliContext,
  visible: boolean = process.stderr.isTTY === true,
  clock: () => number = () => performance.now(),
): ProgressLine {
  let phase = "";
  let began = 0;
  let shown = Number.NEGATIVE_INFINITY;
  return {
    step: (name, done, of) => {
      if (!visible) return;
      const now = clock();
      if (name !== phase) {
        phase = name;
        began = now;
      } else if (now - shown < EVERY_MS) return;
      shown = now;
      const seconds = (now - began) / 1000;
      const rate = seconds > 0 ? done / seconds : 0;
      const share = of ? ` of ${formatInteger(of, "en")}` : "";
      const speed = rate > 0 ? `, ${(rate / 1e6).toFixed(2)} M/s` : "";
      const left = of && rate > 0 ? `, ${Math.ceil((of - done) / rate)} s left` : "";
      note(`\r\x1b[K${name}: ${formatInteger(done, "en")}${share}${speed}${left}`);
    },
    end: () => {
      if (visible && phase) note("\r\x1b[K");
    },
  };
}
