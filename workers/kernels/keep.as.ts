// AssemblyScript.

/** Where `keep` puts its vectors: 24 slots near the start of the memory. */
export const KEPT: usize = 64;

/**
 * The same vector, read back from slot `slot` (0 … 23) of the scratch memory. The compilers rebuild a vector made
 * from a number in every round of a loop, several instructions each; a value that was loaded stays in its register
 * (measured: the index arithmetic of square bins takes half the time).
 */
export function keep(vector: v128, slot: usize): v128 {
  v128.store(KEPT + (slot << 4), vector);
  return v128.load(KEPT + (slot << 4));
}
