import { useEffect } from "react";
import { tinykeys } from "tinykeys";
import { sessionStore } from "../../state/session.ts";
import { useCentiscope } from "../centiscope-context.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { isTyping } from "./is-typing.ts";

/** Controls that use the arrow keys themselves. */
const ARROW_USERS =
  '[role="slider"], [role="tab"], [role="menu"], [role="menuitem"], [role="listbox"], [role="option"], [role="radio"], input[type="radio"], [role="tabpanel"], nav';

function mayRun(command: Command, event: KeyboardEvent): boolean {
  if (event.defaultPrevented) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (command.mod && command.inFields) return true;
  if (isTyping(event)) return false;
  if (command.when?.() === false) return false;
  if (event.key.startsWith("Arrow") && target?.closest(ARROW_USERS)) return false;
  return !command.slide || sessionStore.getState().activeId !== null;
}

/** tinykeys' own words for a key: the character in brackets is a pattern, so Shift may or may not be held. */
function binding(key: string): string {
  return `(${key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`;
}

/** The keys of every command, on the window, except where one types. */
export function Hotkeys() {
  const centiscope = useCentiscope();
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const command of commands(centiscope)) {
      const run = (event: KeyboardEvent) => {
        if (!mayRun(command, event)) return;
        event.preventDefault();
        command.run();
      };
      for (const key of command.keys) {
        const shift = command.shift ? "Shift+" : "";
        if (command.mod) {
          bindings[`Control+${shift}${key}`] = run;
          bindings[`Meta+${shift}${key}`] = run;
        } else if (command.shift) bindings[`${shift}${key}`] = run;
        else if (/^[a-z0-9]$|^[A-Z][a-zA-Z]+$/.test(key)) bindings[key] = run;
        else {
          bindings[binding(key)] = run;
          bindings[`Shift+${binding(key)}`] = run;
        }
      }
    }
    return tinykeys(window, bindings);
  }, [centiscope]);
  return null;
}
