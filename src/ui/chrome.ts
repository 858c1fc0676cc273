import { createStore } from "zustand/vanilla";
import { useInSlices } from "./use-in-slices.ts";

/** What only the interface knows: which of its own surfaces are open. Neither saved nor in the URL. */
export interface Chrome {
  /** The start page lies over the open slide. */
  readonly startOpen: boolean;
  readonly topGenesOpen: boolean;
  /** Questions that the user put off, by slide id; the tray brings them back. */
  readonly postponed: readonly string[];
}

export const chromeStore = createStore<Chrome>()(() => ({
  startOpen: false,
  topGenesOpen: false,
  postponed: [],
}));

export function useChrome<T>(select: (chrome: Chrome) => T): T {
  return useInSlices(chromeStore, select);
}

/** Brings a question back that was put off. */
export function askAgain(slideId: string): void {
  chromeStore.setState(({ postponed }) => ({ postponed: postponed.filter((id) => id !== slideId) }));
}
