import { type Affine, affine } from "../src/core/affine.ts";
import { unpackArea } from "../src/core/packed-area.ts";
import { onAligned } from "../src/formats/xenium-alignment.ts";
import { StoreExpression } from "../src/store/store-expression.ts";
import { DecodePool } from "./decode-pool.ts";
import type { StoreMethods } from "./protocol.ts";
import { type Service, type Wire, wireOf } from "./serve.ts";
import { storeTree } from "./store-files.ts";

/** Holds one store open; see `StoreMethods`. */
export function storeService(): Service<StoreMethods> {
  let held: StoreExpression | undefined;
  const mine = (): StoreExpression => {
    if (!held) throw new Error("no store was opened");
    return held;
  };
  return {
    open: async ({ files, alignment }, { signal }) => {
      const tree = await storeTree(files, signal);
      const pool = new DecodePool(tree.name);
      pool.warm();
      const store = await StoreExpression.open(tree, { decode: pool.decode }, signal);
      held = store;
      const { plan, platform, toImagePx, simulated } = store.manifest;
      const own = toImagePx && rowMajor(toImagePx);
      return {
        info: store.info,
        genes: store.genes,
        umPerUnit: plan.unitUm,
        instrumentToImagePx: alignment && platform === "xenium" ? onAligned(alignment, own) : own,
        simulated,
      };
    },
    filter: (filter) => mine().setFilter(filter),
    bins: async (query, { signal, hand }) => {
      const raster = await mine().bins(query, signal);
      hand([raster.values.buffer as ArrayBuffer]);
      return raster;
    },
    count: ({ area, genes }, { signal }) => mine().countInArea(area, genes, signal),
    geneCounts: async (area, { signal, hand }) => {
      const counts = await mine().geneCounts(area, signal);
      hand([counts.buffer as ArrayBuffer]);
      return counts;
    },
    region: async ({ area, bracket }, { signal, report, hand }) => {
      const sums = await mine().countRegion(unpackArea(area), {
        signal,
        ...(bracket ? { onBracket: report } : {}),
      });
      hand([sums.genes.buffer as ArrayBuffer]);
      return sums;
    },
    points: async ({ boundsUm, genes, keyPrefix, have }, { signal, hand }) => {
      const tiles = await mine().points(boundsUm, genes, have, keyPrefix, signal);
      hand(tiles.filter((tile) => tile.rows > 0).map((tile) => tile.data.buffer as ArrayBuffer));
      return tiles;
    },
    pick: async ({ at, radiusUm, genes }, { signal }) =>
      (await mine().pick(at, radiusUm, genes, signal)) ?? null,
    prefetch: async ({ boundsUm, binUm }, { signal }) => {
      await mine().prefetch(boundsUm, binUm, signal);
      return null;
    },
  };
}

/** `[a, b, c, d, e, f]` of SPEC §3: pixel (a·x + b·y + c, d·x + e·y + f). */
function rowMajor(m: readonly number[]): Affine<"instrument", "imagePx"> {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = m;
  return affine(a, d, b, e, c, f);
}

export function storeWire(): Wire {
  return wireOf<StoreMethods>(storeService());
}
