import type { OmeroChannel } from "../core/ome-zarr.ts";
import type { ImageChannel, ImageInfo } from "../io/image-source.ts";
import { distinctColors, MAX_CHANNELS, RGB } from "./channel-colors.ts";
import type { ChannelPlace } from "./image-raw.ts";

const SAMPLE_TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"] as const;
/** The types of values that are drawn. */
export type SampleType = (typeof SAMPLE_TYPES)[number];

export function isSampleType(dtype: string): dtype is SampleType {
  return (SAMPLE_TYPES as readonly string[]).includes(dtype);
}

interface Described {
  readonly kind: ImageInfo["kind"];
  readonly channels: readonly ImageChannel[];
  readonly places: readonly ChannelPlace[];
  readonly warnings: ImageInfo["warnings"];
}

/** How the channels of an OME-Zarr image are shown, by what `omero` says of them, one plane each. */
export function describeZarrChannels(
  stated: readonly OmeroChannel[],
  dtype: SampleType,
  count: number,
  file: string,
): Described {
  const range = dataRange(dtype);
  if (count === 3 && dtype === "uint8" && isColour(stated)) {
    const channels = RGB.map((one) => ({ ...one, dataRange: range, limits: range }));
    return { kind: "rgb", channels, places: [0, 1, 2].map((sample) => ({ plane: 0, sample })), warnings: [] };
  }
  const shown = Math.min(MAX_CHANNELS, count);
  const names = Array.from({ length: shown }, (_, i) => stated[i]?.name ?? nameOf(i, count));
  const given = distinctColors(names);
  // Writers that know no colours say white, or the same, for all.
  const meant = new Set(stated.slice(0, shown).map(({ color }) => color)).size > 1;
  const params = { file, total: count, limit: MAX_CHANNELS };
  return {
    kind: "channels",
    channels: names.map((name, i) => {
      const color = stated[i]?.color;
      const own = meant && color && color !== "#000000" ? color : given[i]!;
      return { name, color: own, dataRange: range, limits: range };
    }),
    places: names.map((_, plane) => ({ plane, sample: 0 })),
    warnings: count > shown ? [{ code: "image-channels-limited", params }] : [],
  };
}

const nameOf = (i: number, count: number): string => (count === 1 ? "Grey" : `Channel ${i + 1}`);

/**
 * No field says that three channels are one picture's red, green and blue: their names or colours do, or that nothing is
 * said of them at all, as of the tissue images that spatialdata-io writes.
 */
function isColour(stated: readonly OmeroChannel[]): boolean {
  const all = (test: (channel: OmeroChannel | undefined, i: number) => boolean): boolean =>
    RGB.every((_, i) => test(stated[i], i));
  const unnamed = (name: string | null | undefined, i: number) => !name || name === String(i);
  if (all((channel, i) => unnamed(channel?.name, i) && !channel?.color)) return true;
  if (all((channel, i) => channel?.color === RGB[i]!.color)) return true;
  return all((channel, i) => {
    const name = channel?.name?.toLowerCase();
    const full = RGB[i]!.name.toLowerCase();
    return name === full || name === full[0];
  });
}

function dataRange(dtype: SampleType): readonly [number, number] {
  if (dtype.startsWith("float")) return [0, 1];
  const bits = Number(/\d+/.exec(dtype)![0]);
  return dtype.startsWith("u") ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
