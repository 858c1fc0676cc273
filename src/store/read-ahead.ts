/**
 * Reads batches and hands them over in order; the next one is fetched and unpacked while one is taken. Two are held
 * at most. Rejects with the first failure in their order.
 */
export async function readAhead<Batch, Values>(
  batches: Iterable<Batch>,
  read: (batch: Batch) => Promise<Values>,
  take: (batch: Batch, values: Values) => void,
): Promise<void> {
  let before: { readonly batch: Batch; readonly values: Promise<Values> } | undefined;
  for (const batch of batches) {
    const values = read(batch);
    // Heard of in its turn, or not at all when one before it failed.
    values.catch(() => undefined);
    if (before) take(before.batch, await before.values);
    before = { batch, values };
  }
  if (before) take(before.batch, await before.values);
}
