import type { Device, Texture } from "@luma.gl/core";
import type { ShaderModule } from "@luma.gl/shadertools";

export type ValueScale = "linear" | "log" | "sqrt";

/** How a bin's value becomes a colour. Shared by square and hexagonal bins. */
export interface ValueColorProps {
  /** (1024,) RGBA of 256 colours, low to high; not premultiplied. A new array is uploaded: 1 KB. */
  readonly colormap: Uint8Array;
  /** Values at the ends of the colour map; beyond them the end colours hold. */
  readonly low: number;
  readonly high: number;
  /** `log` is log1p, so that 0 is defined. */
  readonly scale: ValueScale;
  /** What 0 is: an empty bin, as of a sum, or a value like others, as of a ratio. */
  readonly zero: "empty" | "value";
}

const SCALES: Readonly<Record<ValueScale, number>> = { linear: 0, log: 1, sqrt: 2 };

const glsl = /* glsl */ `
layout(std140) uniform valueColorUniforms {
  float low;
  float factor;
  float bias;
  highp int scale;
  float opacity;
  highp int drawsZero;
} valueColor;

uniform sampler2D colormap;

/** Straight alpha; 0 where the bin is empty or has no value (NaN, told by its bits: isnan may be optimised away). */
vec4 value_color(float value) {
  uint bits = floatBitsToUint(value) & 0x7fffffffu;
  if ((bits == 0u && valueColor.drawsZero == 0) || bits > 0x7f800000u) return vec4(0.0);
  float x = value;
  if (valueColor.scale == 1) x = log(1.0 + max(value, 0.0));
  else if (valueColor.scale == 2) x = sqrt(max(value, 0.0));
  float t = clamp((x - valueColor.low) * valueColor.factor + valueColor.bias, 0.0, 1.0);
  vec4 color = texelFetch(colormap, ivec2(int(t * 255.0 + 0.5), 0), 0);
  return vec4(color.rgb, color.a * valueColor.opacity);
}
`;

/** Puts `vec4 value_color(float)` into the shader stage that calls it. */
export function valueColorModule(stage: "vs" | "fs") {
  return {
    name: "valueColor",
    [stage]: glsl,
    uniformTypes: { low: "f32", factor: "f32", bias: "f32", scale: "i32", opacity: "f32", drawsZero: "i32" },
  } as const satisfies ShaderModule;
}

/** The uniforms of `valueColorModule`. Where the limits coincide, every value gets the top colour. */
export function valueColorUniforms(props: ValueColorProps, opacity: number) {
  const low = scaled(props.low, props.scale);
  const high = scaled(props.high, props.scale);
  const spread = high > low;
  return {
    low: spread ? low : 0,
    factor: spread ? 1 / (high - low) : 0,
    bias: spread ? 0 : 1,
    scale: SCALES[props.scale],
    opacity,
    drawsZero: props.zero === "value" ? 1 : 0,
  };
}

/** The number that the colour map is linear in. */
export function scaled(value: number, scale: ValueScale): number {
  if (scale === "log") return Math.log1p(Math.max(0, value));
  if (scale === "sqrt") return Math.sqrt(Math.max(0, value));
  return value;
}

export function createColormap(device: Device, colormap: Uint8Array): Texture {
  return device.createTexture({
    format: "rgba8unorm",
    width: 256,
    height: 1,
    data: colormap,
    sampler: { minFilter: "nearest", magFilter: "nearest" },
  });
}
