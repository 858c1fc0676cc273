import { benchShard } from "./binning-data.ts";
import { deckPeer } from "./deck-peer.ts";

/** Runs in a page of the development server: milliseconds of deck.gl's aggregation over the rows of some tiles. */
export async function measureDeck(
  { seed, rows }: { readonly seed: number; readonly rows: number },
  tiles: number,
  rounds: number,
): Promise<{ readonly ms: number[]; readonly rows: number }> {
  const shard = benchShard(seed, rows, 0, tiles);
  const peer = deckPeer(shard, shard.x.length);
  const ms: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await peer.run();
    if (round > 0) ms.push(performance.now() - start);
  }
  return { ms, rows: peer.rows };
}
