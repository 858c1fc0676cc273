/** Flags under which a headless Chromium has live WebGL2 on any machine and calls nobody. */
export const CHROMIUM_FLAGS: readonly string[];
/** The Chromium to test in; undefined when none is there. Throws when CHROMIUM_PATH is not executable. */
export function findChromium(): string | undefined;
/** A Chromium that is there, or one installed now; throws what the user must do when neither works. */
export function ensureChromium(): string;
