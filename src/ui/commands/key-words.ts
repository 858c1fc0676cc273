import type { Command } from "./command.ts";

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Delete: "Del",
  "-": "−",
};
/** The same key with Shift: not worth a second cap. */
const TWINS = new Set(["=", "_"]);

/** The caps of a command's keys: "X", "Ctrl K", "←". */
export function keyWords(command: Pick<Command, "keys" | "mod" | "shift">): string[] {
  return command.keys
    .filter((key) => !TWINS.has(key))
    .map(
      (key) =>
        `${command.mod ? "Ctrl " : ""}${command.shift ? "Shift " : ""}${SIGNS[key] ?? key.toUpperCase()}`,
    );
}
