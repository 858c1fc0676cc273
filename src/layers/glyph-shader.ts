/**
 * Markers as signed distances, every shape with the area of a circle of radius r, so that no gene looks more
 * abundant for its shape. In units of r:
 * square half side √π/2; triangle half side √(π/√3); diamond half diagonal √(π/2); plus and cross arm 1.3 and half
 * width t with 8·1.3·t − 4t² = π; star radius 1.65 with inner radius π/(5·1.65·sin 36°); ring 1.2 and √(1.2² − 1).
 * Distances after Inigo Quilez, "2D distance functions" (MIT).
 */
export const glyphShader = /* glsl */ `
const float GLYPH_SQUARE = 0.8862269;
const float GLYPH_TRIANGLE = 1.3467737;
const float GLYPH_DIAMOND = 1.2533141;
const float GLYPH_ARM = 1.3;
const float GLYPH_ARM_HALF_WIDTH = 0.3488944;
const float GLYPH_STAR = 1.65;
const float GLYPH_STAR_INNER = 0.6478541;
const float GLYPH_RING = 1.2;
const float GLYPH_RING_INNER = 0.6633250;

/** Half the side of the square that holds a shape, in units of r. */
float glyph_extent(int shape) {
  if (shape == 0) return 1.0;
  if (shape == 1) return GLYPH_SQUARE;
  if (shape == 2) return 1.5551203;
  if (shape == 3) return GLYPH_DIAMOND;
  if (shape == 4) return 0.7071068 * (GLYPH_ARM + GLYPH_ARM_HALF_WIDTH);
  if (shape == 5) return GLYPH_ARM;
  if (shape == 6) return GLYPH_STAR;
  return GLYPH_RING;
}

float glyph_box(vec2 p, vec2 halfSize) {
  vec2 d = abs(p) - halfSize;
  return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0);
}

float glyph_plus(vec2 p) {
  return min(
    glyph_box(p, vec2(GLYPH_ARM, GLYPH_ARM_HALF_WIDTH)),
    glyph_box(p, vec2(GLYPH_ARM_HALF_WIDTH, GLYPH_ARM))
  );
}

float glyph_triangle(vec2 p) {
  const float k = 1.7320508;
  p.x = abs(p.x) - GLYPH_TRIANGLE;
  p.y = p.y + GLYPH_TRIANGLE / k;
  if (p.x + k * p.y > 0.0) p = vec2(p.x - k * p.y, -k * p.x - p.y) / 2.0;
  p.x -= clamp(p.x, -2.0 * GLYPH_TRIANGLE, 0.0);
  return -length(p) * sign(p.y);
}

float glyph_star(vec2 p) {
  const vec2 k1 = vec2(0.809016994, -0.587785252);
  const vec2 k2 = vec2(-k1.x, k1.y);
  p.x = abs(p.x);
  p -= 2.0 * max(dot(k1, p), 0.0) * k1;
  p -= 2.0 * max(dot(k2, p), 0.0) * k2;
  p.x = abs(p.x);
  p.y -= GLYPH_STAR;
  vec2 ba = GLYPH_STAR_INNER * vec2(0.587785252, 0.809016994) - vec2(0.0, GLYPH_STAR);
  float h = clamp(dot(p, ba) / dot(ba, ba), 0.0, 1.0);
  return length(p - ba * h) * sign(p.y * ba.x - p.x * ba.y);
}

/** Signed distance to the outline, in units of r; p is y up, in units of r. */
float glyph_distance(int shape, vec2 p) {
  if (shape == 0) return length(p) - 1.0;
  if (shape == 1) return glyph_box(p, vec2(GLYPH_SQUARE));
  if (shape == 2) return glyph_triangle(p);
  if (shape == 3) return (abs(p.x) + abs(p.y) - GLYPH_DIAMOND) * 0.7071068;
  if (shape == 4) return glyph_plus(0.7071068 * vec2(p.x + p.y, p.y - p.x));
  if (shape == 5) return glyph_plus(p);
  if (shape == 6) return glyph_star(p);
  return abs(length(p) - 0.5 * (GLYPH_RING + GLYPH_RING_INNER)) - 0.5 * (GLYPH_RING - GLYPH_RING_INNER);
}
`;
