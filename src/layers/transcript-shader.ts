import { glyphShader } from "./glyph-shader.ts";

/** `row`: x, y (quanta), gene, count. Genes index the palette; hidden ones are moved out of the clip volume. */
export const transcriptVertex = /* glsl */ `#version 300 es
#define SHADER_NAME transcript-vertex
precision highp float;
precision highp int;
in uvec4 row;
uniform sampler2D palette;
flat out vec3 color;
flat out vec4 outline;
flat out int shape;
flat out float spriteRadius;
${glyphShader}
void main() {
  int gene = int(row.z);
  vec4 style = texelFetch(palette, ivec2(gene & 2047, gene >> 11), 0);
  if (style.a == 0.0) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  color = style.rgb;
  // Rec. 601 luma; 0.35 parts the palette's wine, indigo and green from what is seen on black.
  outline = dot(color, vec3(0.299, 0.587, 0.114)) < 0.35 ? transcript.outlineOfDark : transcript.outlineOfLight;
  shape = int(style.a * 255.0 + 0.5) - 1;
  vec2 quanta = vec2(ivec2(row.xy) - transcript.reference);
  vec2 px = transcript.originPx + mat2(transcript.pxPerQuantum) * quanta;
  gl_Position = vec4(px * transcript.clipPerPx, 0.0, 1.0);
  spriteRadius = glyph_extent(shape) * transcript.radius + transcript.outlineWidth + 0.75;
  gl_PointSize = 2.0 * spriteRadius;
}
`;

/** Coverage from the distance to the shape's edge in device pixels. */
export const transcriptFragment = /* glsl */ `#version 300 es
#define SHADER_NAME transcript-fragment
precision highp float;
precision highp int;
flat in vec3 color;
flat in vec4 outline;
flat in int shape;
flat in float spriteRadius;
out vec4 fragColor;
${glyphShader}
void main() {
  vec2 p = (gl_PointCoord - 0.5) * 2.0 * spriteRadius;
  float distance = glyph_distance(shape, vec2(p.x, -p.y) / transcript.radius) * transcript.radius;
  float fill = clamp(0.5 - distance, 0.0, 1.0);
  float ring = outline.a * clamp(0.5 + transcript.outlineWidth - distance, 0.0, 1.0);
  if (transcript.outlineWidth == 0.0) ring = 0.0;
  float alpha = fill + ring * (1.0 - fill);
  if (alpha <= 0.0) discard;
  vec3 mixed = (color * fill + outline.rgb * ring * (1.0 - fill)) / alpha;
  fragColor = vec4(mixed, alpha * transcript.opacity);
}
`;

/**
 * Discs without an outline, for millions of small markers: a third of the other's time in software GL, where both
 * sides of a branch are computed.
 */
export const dotVertex = /* glsl */ `#version 300 es
#define SHADER_NAME transcript-dot-vertex
precision highp float;
precision highp int;
in uvec4 row;
uniform sampler2D palette;
flat out vec3 color;
void main() {
  int gene = int(row.z);
  vec4 style = texelFetch(palette, ivec2(gene & 2047, gene >> 11), 0);
  vec2 quanta = vec2(ivec2(row.xy) - transcript.reference);
  vec2 px = transcript.originPx + mat2(transcript.pxPerQuantum) * quanta;
  gl_Position = style.a == 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(px * transcript.clipPerPx, 0.0, 1.0);
  // A quarter of a pixel around, not half: cuts what an edge covers by less than a quarter, and a quarter of the work.
  gl_PointSize = 2.0 * transcript.radius + 0.5;
  color = style.rgb;
}
`;

export const dotFragment = /* glsl */ `#version 300 es
#define SHADER_NAME transcript-dot-fragment
precision highp float;
flat in vec3 color;
out vec4 fragColor;
void main() {
  float distance = length(gl_PointCoord - 0.5) * (2.0 * transcript.radius + 0.5);
  fragColor = vec4(color, clamp(transcript.radius + 0.5 - distance, 0.0, 1.0) * transcript.opacity);
}
`;
