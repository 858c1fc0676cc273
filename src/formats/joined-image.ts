import { distinctColors } from "./channel-colors.ts";
import type { RawImage } from "./image-raw.ts";

/**
 * Images of one place as one: the channels of each after those before. Those that are not of the first's size, or
 * not channels, are left out; `left` names them.
 */
export function joinImages(images: readonly [RawImage, ...RawImage[]]): {
  readonly image: RawImage;
  readonly left: readonly string[];
} {
  const [first, ...others] = images;
  const fitting = [first, ...others.filter((one) => fits(one, first))];
  const left = others.filter((one) => !fitting.includes(one)).map(({ info }) => info.name);
  if (fitting.length < 2) return { image: first, left };
  const planes = fitting.map(({ places }) => 1 + Math.max(...places.map(({ plane }) => plane)));
  const from = planes.map((_, k) => planes.slice(0, k).reduce((sum, count) => sum + count, 0));
  const channels = fitting.flatMap(({ info }) => info.channels);
  const colors = distinctColors(channels.map(({ name }) => name));
  return {
    left,
    image: {
      info: {
        ...first.info,
        channels: channels.map((channel, i) => ({ ...channel, color: colors[i]! })),
        warnings: warningsOf(fitting, channels.length),
      },
      alpha: false,
      places: fitting.flatMap(({ places }, k) =>
        places.map(({ plane, sample }) => ({ plane: from[k]! + plane, sample })),
      ),
      readTile: (level, col, row, plane, signal) => {
        const k = from.findLastIndex((start) => start <= plane);
        return fitting[k]!.readTile(level, col, row, plane - from[k]!, signal);
      },
      close: () => {
        for (const one of fitting) one.close();
      },
    },
  };
}

/** Each says that the channels of the others lie elsewhere: of that is left what lies in none of them. */
function warningsOf(joined: readonly RawImage[], channels: number): RawImage["info"]["warnings"] {
  const [elsewhere, others] = [true, false].map((wanted) =>
    joined
      .flatMap(({ info }) => info.warnings)
      .filter(({ code }) => (code === "image-multi-file") === wanted),
  );
  const names = new Set<unknown>(joined.map(({ info }) => info.name));
  const missing = elsewhere?.find(({ params }) => !names.has(params.other));
  const count = Number(missing?.params.total) - channels;
  if (!missing || !(count > 0)) return others ?? [];
  return [...(others ?? []), { ...missing, params: { ...missing.params, count } }];
}

/** Of one size and one pyramid, both made of channels. */
function fits({ info }: RawImage, { info: first }: RawImage): boolean {
  return (
    info.kind === "channels" &&
    first.kind === "channels" &&
    JSON.stringify(info.levels) === JSON.stringify(first.levels)
  );
}
