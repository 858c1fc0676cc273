import type { ShaderModule } from "@luma.gl/shadertools";

const uniformBlock = /* glsl */ `
layout(std140) uniform annotationUniforms {
  vec4 pxPerQuantum;
  vec2 clipPerPx;
  vec2 originPx;
  highp ivec2 reference;
  vec2 halfViewPx;
  float corePx;
  float edgePx;
  float opacity;
  float pxRatio;
  float boxUnder;
} annotation;
`;

/** Lengths are CSS px, y down, from the middle of the view. */
export const annotationUniforms = {
  name: "annotation",
  vs: uniformBlock,
  fs: uniformBlock,
  uniformTypes: {
    pxPerQuantum: "vec4<f32>",
    clipPerPx: "vec2<f32>",
    originPx: "vec2<f32>",
    reference: "vec2<i32>",
    halfViewPx: "vec2<f32>",
    corePx: "f32",
    edgePx: "f32",
    opacity: "f32",
    pxRatio: "f32",
    boxUnder: "f32",
  },
} as const satisfies ShaderModule;

/** A position is exact however far it lies from the origin: integers are subtracted before they become floats. */
const place = /* glsl */ `
vec2 annotation_px(ivec2 at) {
  return annotation.originPx + mat2(annotation.pxPerQuantum) * vec2(at - annotation.reference);
}
vec4 annotation_clip(vec2 px) {
  return vec4(px * annotation.clipPerPx, 0.0, 1.0);
}
/** Black around bright colours, white around dark ones: one of both stands out on any tissue. */
vec3 annotation_edge(vec3 color) {
  return dot(color, vec3(0.2126, 0.7152, 0.0722)) > 0.28 ? vec3(0.0) : vec3(1.0);
}
`;

export const fillVertex = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-fill-vertex
precision highp float;
precision highp int;
in ivec2 at;
in vec4 color;
flat out vec4 fill;
${place}
void main() {
  gl_Position = annotation_clip(annotation_px(at));
  fill = vec4(color.rgb, annotation.opacity);
}
`;

export const fillFragment = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-fill-fragment
precision highp float;
flat in vec4 fill;
out vec4 fragColor;
void main() {
  fragColor = fill;
}
`;

/**
 * A segment as a capsule of constant width on the screen. It is cut to the view first: corners millions of pixels
 * away would cost the rasteriser its precision. Six vertices read a segment's two texels and are no instance: drawing
 * without a graphics card, the browser takes instances one by one, fifty thousand of them in a second.
 */
export const lineVertex = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-line-vertex
precision highp float;
precision highp int;
uniform highp isampler2D segments;
flat out vec4 core;
flat out vec3 edge;
flat out float lengthPx;
flat out float corePx;
out vec2 along;
${place}
void main() {
  int segment = gl_VertexID / 6;
  int corner = gl_VertexID - segment * 6;
  // Two triangles: 0 1 2 and 2 1 3.
  if (corner > 2) corner = corner == 3 ? 2 : corner == 4 ? 1 : 3;
  int texel = segment * 2;
  int width = textureSize(segments, 0).x;
  ivec2 cell = ivec2(texel % width, texel / width);
  ivec4 ends = texelFetch(segments, cell, 0);
  uint word = uint(texelFetch(segments, cell + ivec2(1, 0), 0).x);
  vec4 color = vec4(word & 255u, word >> 8 & 255u, word >> 16 & 255u, word >> 24) / 255.0;
  vec2 a = annotation_px(ends.xy);
  vec2 b = annotation_px(ends.zw);
  // A line that is marked has less than full alpha, and is drawn with full alpha and twice as thick.
  corePx = annotation.corePx * (color.a < 1.0 ? 2.0 : 1.0);
  float reach = corePx + annotation.edgePx + 1.0;
  vec2 limit = annotation.halfViewPx + reach * 2.0;
  vec2 d = b - a;
  float t0 = 0.0;
  float t1 = 1.0;
  for (int axis = 0; axis < 2; axis++) {
    if (d[axis] == 0.0) {
      if (abs(a[axis]) > limit[axis]) t1 = -1.0;
    } else {
      float p = (-limit[axis] - a[axis]) / d[axis];
      float q = (limit[axis] - a[axis]) / d[axis];
      t0 = max(t0, min(p, q));
      t1 = min(t1, max(p, q));
    }
  }
  core = vec4(color.rgb, 1.0);
  edge = annotation_edge(color.rgb);
  if (t0 > t1) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  vec2 cutA = a + d * t0;
  vec2 cutB = a + d * t1;
  lengthPx = length(cutB - cutA);
  vec2 direction = lengthPx > 0.0 ? (cutB - cutA) / lengthPx : vec2(1.0, 0.0);
  vec2 normal = vec2(-direction.y, direction.x);
  float side = (corner & 1) == 0 ? -reach : reach;
  float end = corner < 2 ? -reach : lengthPx + reach;
  along = vec2(end, side);
  gl_Position = annotation_clip(cutA + direction * end + normal * side);
}
`;

/** With \`edgePx\` the rim alone is drawn, in the contrasting colour; without it the core. */
export const lineFragment = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-line-fragment
precision highp float;
flat in vec4 core;
flat in vec3 edge;
flat in float lengthPx;
flat in float corePx;
in vec2 along;
out vec4 fragColor;
void main() {
  float beyond = max(0.0, max(-along.x, along.x - lengthPx));
  float distancePx = length(vec2(beyond, along.y));
  float width = corePx + annotation.edgePx;
  float coverage = clamp((width - distancePx) * annotation.pxRatio + 0.5, 0.0, 1.0);
  if (coverage == 0.0) discard;
  vec4 color = annotation.edgePx > 0.0 ? vec4(edge, 0.75) : vec4(core.rgb, 1.0);
  fragColor = vec4(color.rgb, color.a * coverage * annotation.opacity);
}
`;

/**
 * What is too small to have an outline, under \`boxUnder\` quanta (a trifle more: none is left out of both): its box, never
 * under 2 px; a point and no instance, as segments.
 */
export const boxVertex = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-box-vertex
precision highp float;
precision highp int;
in ivec2 least;
in ivec2 most;
in vec4 color;
flat out vec4 fill;
flat out vec2 halfSize;
${place}
void main() {
  vec2 a = annotation_px(least);
  vec2 b = annotation_px(most);
  ivec2 size = most - least;
  if (float(max(size.x, size.y)) > annotation.boxUnder * 1.001 + 1.0) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  // In device px from here on.
  halfSize = max(abs(b - a) * 0.5, vec2(1.0)) * annotation.pxRatio;
  gl_Position = annotation_clip((a + b) * 0.5);
  gl_PointSize = 2.0 * max(halfSize.x, halfSize.y);
  fill = vec4(color.rgb, annotation.opacity);
}
`;

export const boxFragment = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-box-fragment
precision highp float;
flat in vec4 fill;
flat in vec2 halfSize;
out vec4 fragColor;
void main() {
  vec2 away = abs(gl_PointCoord - 0.5) * 2.0 * max(halfSize.x, halfSize.y);
  if (away.x > halfSize.x || away.y > halfSize.y) discard;
  fragColor = fill;
}
`;

export const markerVertex = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-marker-vertex
precision highp float;
precision highp int;
in ivec2 at;
in ivec2 from;
in vec4 color;
flat out vec3 core;
flat out vec3 edge;
flat out int kind;
out vec2 local;
${place}
void main() {
  vec2 middle = annotation_px(at);
  vec2 back = annotation_px(from) - middle;
  float far = length(back);
  vec2 x = far > 0.0 ? back / far : vec2(1.0, 0.0);
  kind = int(color.a * 255.0 + 0.5);
  core = color.rgb;
  edge = annotation_edge(color.rgb);
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  local = corner * (kind == 2 ? 19.0 : 9.0);
  vec2 turned = kind == 2 ? x * local.x + vec2(-x.y, x.x) * local.y : local;
  gl_Position = annotation_clip(middle + turned);
}
`;

/** Signed distances in CSS px: disc, note (a square with a tip), arrow head, square handle, small round handle. */
export const markerFragment = /* glsl */ `#version 300 es
#define SHADER_NAME annotation-marker-fragment
precision highp float;
precision highp int;
flat in vec3 core;
flat in vec3 edge;
flat in int kind;
in vec2 local;
out vec4 fragColor;
float box(vec2 p, float halfSide) {
  vec2 d = abs(p) - halfSide;
  return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0);
}
void main() {
  float d;
  float rim = 1.5;
  if (kind == 0) d = length(local) - 4.5;
  else if (kind == 1) d = box(local, 5.0);
  else if (kind == 2) d = max(dot(vec2(abs(local.y), local.x), vec2(0.9, -0.436)), local.x - 14.0);
  else if (kind == 3) d = box(local, 3.5);
  else d = length(local) - 2.5;
  float ratio = annotation.pxRatio;
  float outer = clamp((rim - d) * ratio + 0.5, 0.0, 1.0);
  if (outer == 0.0) discard;
  float inner = clamp(-d * ratio + 0.5, 0.0, 1.0);
  vec3 face = kind >= 3 ? vec3(1.0) : core;
  vec3 line = kind >= 3 ? core * 0.6 : edge;
  fragColor = vec4(mix(line, face, inner), outer * annotation.opacity);
}
`;
