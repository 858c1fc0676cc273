/**
 * Reads batches and hands them over in order; while one is taken, the next `ahead` are fetched and unpacked. One more
 * than that are held at most. Rejects with the first failure in their order.
 */
export async function readAhead<Batch, Values>(
  batches: Iterable<Batch>,
  read: (batch: Batch) => Promise<Values>,
  take: (batch: Batch, values: Values) => void,
  ahead = 1,
): Promise<void> {
  const waiting: { readonly batch: Batch; readonly values: Promise<Values> }[] = [];
  const takeNext = async (): Promise<void> => {
    const { batch, values } = waiting.shift()!;
    take(batch, await values);
  };
  for (const batch of batches) {
    const values = read(batch);
    // Heard of in its turn, or not at all when one before it failed.
    values.catch(() => undefined);
    waiting.push({ batch, values });
    if (waiting.length > ahead) await takeNext();
  }
  while (waiting.length > 0) await takeNext();
}
