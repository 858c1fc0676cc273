/** Spot pitch in nm by chip-name prefix, as in Stereopy's table of chips; longer prefixes win. */
const PITCH_NM: readonly (readonly [prefix: string, nm: number])[] = [
  ["DP40", 700],
  ["DP84", 715],
  ["CL1", 900],
  ["FP1", 600],
  ["FP2", 500],
  ["SS2", 500],
  ["DP8", 850],
  ["E1", 700],
  ["F1", 800],
  ["F3", 715],
  ["G1", 700],
  ["K2", 715],
  ["N1", 900],
  ["S1", 900],
  ["S2", 715],
  ["V1", 800],
  ["V3", 715],
  ["A", 500],
  ["B", 500],
  ["C", 500],
  ["D", 500],
  ["U", 715],
  ["V", 715],
  ["W", 715],
  ["X", 715],
  ["Y", 500],
];

/** A chip's serial number as it stands in file names and headers: letters, then at least five digits. */
const CHIP = /(?:^|[^A-Za-z0-9])((?:CL|DP|FP|SS|[A-GKNSU-Y])\d{5,}[A-Z0-9]*(?:_[A-Z]\d+)?)/;

/** The pitch of a chip, with the prefix it was told by; undefined for an unknown one. */
export function chipPitch(chip: string): { nm: number; prefix: string } | undefined {
  const name = chip.trim().toUpperCase();
  const found = PITCH_NM.find(([prefix]) => name.startsWith(prefix) && /\d/.test(name[prefix.length] ?? ""));
  return found && { nm: found[1], prefix: found[0] };
}

/** The chip that a file name carries ("SS200000135TL_D1_bin1.gem.gz"); undefined when it has none. */
export function chipInName(name: string): string | undefined {
  return CHIP.exec(name)?.[1];
}
