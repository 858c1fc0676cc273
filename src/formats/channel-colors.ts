/** More are neither listed nor drawn. */
export const MAX_CHANNELS = 64;

/** The channels of a colour picture. */
export const RGB = [
  { name: "Red", color: "#ff0000" },
  { name: "Green", color: "#00ff00" },
  { name: "Blue", color: "#0000ff" },
] as const;

/** Additive colours for channels without one; distinct for colour-blind viewers in the first four. */
const COLORS = ["#3b82ff", "#ffb000", "#ff3db5", "#00d5c8", "#ff5a36", "#9be564", "#b58cff", "#ffffff"];
const NUCLEAR = /dapi|hoechst|draq|ssdna|nuclei/i;

/** A colour for each channel by its name and place; white for one alone. */
export function distinctColors(names: readonly string[]): string[] {
  if (names.length === 1) return ["#ffffff"];
  return names.map((name, i) => (NUCLEAR.test(name) ? COLORS[0]! : COLORS[i % COLORS.length]!));
}
