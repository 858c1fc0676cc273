import type { WordKey } from "../i18n/en.ts";

/** Something that a key, the palette or both can do. */
export interface Command {
  readonly id: string;
  readonly word: WordKey;
  readonly values?: Readonly<Record<string, string>>;
  readonly group: "group.view" | "group.expression" | "group.regions" | "group.open" | "group.window";
  /** As `KeyboardEvent.key` says, with Shift left out: "?" is "?" on every layout. Empty: palette only. */
  readonly keys: readonly string[];
  /** Works with Ctrl or Cmd held; others only without. */
  readonly mod?: true;
  /** With Shift held too. */
  readonly shift?: true;
  /** With Ctrl or Cmd: in a field too, where these keys mean something else to most. */
  readonly inFields?: true;
  /** The key is left to the browser while this says no; the palette leaves the command out. */
  readonly when?: () => boolean;
  /** Needs a slide on screen. */
  readonly slide?: true;
  /** Too small a step for the palette. */
  readonly keyOnly?: true;
  readonly run: () => void;
}
