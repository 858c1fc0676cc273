/**
 * Prefixes of features that are controls, not genes: Xenium (10x "Xenium Onboard Analysis" outputs), MERSCOPE
 * ("Blank-1"), CosMx ("NegPrb1", "Negative1", "SystemControl1", "FalseCode1").
 */
const PREFIXES = [
  "NegControlProbe",
  "NegControlCodeword",
  "NegPrb",
  "Negative",
  "UnassignedCodeword",
  "DeprecatedCodeword",
  "GenomicControl",
  "Intergenic_Region",
  "SystemControl",
  "FalseCode",
  "antisense_",
  "BLANK_",
  "Blank-",
  "blank-",
];

/** True for negative controls, blanks, and unassigned or deprecated codewords. */
export function isControlName(name: string): boolean {
  return PREFIXES.some((prefix) => name.startsWith(prefix));
}
