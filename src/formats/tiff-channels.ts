import type { ImageChannel, ImageInfo } from "../io/image-source.ts";
import { distinctColors, MAX_CHANNELS, RGB } from "./channel-colors.ts";
import type { ChannelPlace } from "./image-raw.ts";
import type { TiffDirectory } from "./tiff-directory.ts";
import type { TiffPlanes } from "./tiff-planes.ts";

export interface ChannelDescription {
  readonly kind: ImageInfo["kind"];
  readonly channels: readonly ImageChannel[];
  readonly places: readonly ChannelPlace[];
  readonly warnings: ImageInfo["warnings"];
}

/** How the pixels are shown: colour as it is, or channels with names, colours and ranges. */
export function describeChannels(planes: TiffPlanes, file: string): ChannelDescription {
  const d = planes.main.directory;
  const warnings = planeWarnings(planes, file);
  const bits = planes.ome?.significantBits ?? d.bitsPerSample;
  const range = dataRange(d, bits);
  if (isColour(d)) {
    const channels = RGB.map((one) => ({
      ...one,
      dataRange: d.photometric === 3 ? ([0, 255] as const) : range,
      limits: d.photometric === 3 ? ([0, 255] as const) : range,
    }));
    return { kind: "rgb", channels, places: [0, 1, 2].map((sample) => ({ plane: 0, sample })), warnings };
  }
  const places = planes.planes.flatMap((_, plane) =>
    Array.from({ length: d.samplesPerPixel }, (__, sample) => ({ plane, sample })),
  );
  if (places.length > MAX_CHANNELS) {
    warnings.push({
      code: "image-channels-limited",
      params: { file, total: places.length, limit: MAX_CHANNELS },
    });
  }
  const shown = places.slice(0, MAX_CHANNELS);
  const colors = channelColors(planes, shown);
  return {
    kind: "channels",
    channels: shown.map((place, i) => ({
      name: channelName(planes, place, i),
      color: colors[i]!,
      dataRange: range,
      limits: range,
    })),
    places: shown,
    warnings,
  };
}

/** RGB, YCbCr and palette pictures of 8 or 16 bits; with a fourth sample it is alpha. */
function isColour(d: TiffDirectory): boolean {
  if (d.photometric === 3) return true;
  const colours = d.photometric === 2 || (d.photometric === 6 && d.compression !== 1);
  return (
    colours &&
    (d.samplesPerPixel === 3 || d.samplesPerPixel === 4) &&
    d.sampleFormat === 1 &&
    d.bitsPerSample <= 16
  );
}

function dataRange(d: TiffDirectory, bits: number): readonly [number, number] {
  if (d.sampleFormat === 3) return [0, 1];
  if (d.bitsPerSample < 8) return [0, 255];
  const used = Math.min(Math.max(1, bits), d.bitsPerSample);
  return d.sampleFormat === 2 ? [-(2 ** (used - 1)), 2 ** (used - 1) - 1] : [0, 2 ** used - 1];
}

function channelName(planes: TiffPlanes, place: ChannelPlace, index: number): string {
  const channel = planes.planes[place.plane]?.channel ?? 0;
  const d = planes.main.directory;
  const one = d.samplesPerPixel === 1;
  const named = planes.channels[one ? channel : index]?.name;
  if (named) return named;
  const meant = meanings(d)[place.sample]?.name;
  return meant ?? (planes.planes.length * d.samplesPerPixel === 1 ? "Grey" : `Channel ${index + 1}`);
}

/** What the samples of a pixel are where the directory says so; alpha is black, so that it is not drawn over grey. */
function meanings(d: TiffDirectory): readonly { readonly name: string; readonly color: string }[] {
  if (d.photometric === 2) return RGB;
  const alpha = d.extraSamples[0] === 1 || d.extraSamples[0] === 2;
  if (d.samplesPerPixel !== 2 || !alpha) return [];
  return [
    { name: "Grey", color: "#ffffff" },
    { name: "Alpha", color: "#000000" },
  ];
}

function channelColors(planes: TiffPlanes, places: readonly ChannelPlace[]): string[] {
  if (places.length === 1) return ["#ffffff"];
  const one = planes.main.directory.samplesPerPixel === 1;
  const stated = places.map((place, i) => {
    const channel = planes.planes[place.plane]?.channel ?? 0;
    return planes.channels[one ? channel : i]?.color ?? null;
  });
  const samples = meanings(planes.main.directory);
  // Writers that know no colours say white for all.
  const meant = new Set(stated).size > 1;
  const given = distinctColors(places.map((place, i) => channelName(planes, place, i)));
  return given.map((color, i) => {
    const own = stated[i];
    if (meant && own && own !== "#000000") return own;
    return samples[places[i]!.sample]?.color ?? color;
  });
}

function planeWarnings(
  planes: TiffPlanes,
  file: string,
): { code: string; params: Record<string, string | number> }[] {
  const warnings: { code: string; params: Record<string, string | number> }[] = [];
  const { focalPlanes: z, timePoints: t, companion, elsewhere } = planes;
  if (z > 1 || t > 1) warnings.push({ code: "image-plane-picked", params: { file, z, t } });
  if (elsewhere) warnings.push({ code: "image-multi-file", params: { file, ...elsewhere } });
  if (companion) warnings.push({ code: "image-companion", params: { file, other: companion } });
  const orientation = planes.main.directory.orientation;
  if (orientation > 1) warnings.push({ code: "image-orientation", params: { file, orientation } });
  return warnings;
}
