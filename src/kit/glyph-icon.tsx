/** Outlines of the marker shapes in a 16 × 16 box; `core/glyph.ts` names them in the same words. */
const paths = {
  circle: "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6z",
  square: "M3 3h10v10H3z",
  triangle: "M8 2.2L14.4 13.2H1.6z",
  diamond: "M8 1.4L14.6 8L8 14.6L1.4 8z",
  cross: "M4.2 2.4L8 6.2l3.8-3.8l1.8 1.8L9.8 8l3.8 3.8l-1.8 1.8L8 9.8l-3.8 3.8l-1.8-1.8L6.2 8L2.4 4.2z",
  plus: "M6.4 2h3.2v4.4H14v3.2H9.6V14H6.4V9.6H2V6.4h4.4z",
  star: "M8 1.2l2 4.6l5 .5l-3.8 3.3l1.2 4.9L8 11.9l-4.4 2.6l1.2-4.9L1 6.3l5-.5z",
  ring: "M8 1.8a6.2 6.2 0 1 0 0 12.4a6.2 6.2 0 1 0 0-12.4zm0 2.8a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 1 1 0-6.8z",
} as const;

export interface GlyphIconProps {
  readonly shape: keyof typeof paths;
  /** Any CSS colour. */
  readonly color: string;
  readonly sizePx?: number;
}

/** A gene's marker as it is drawn on the slide: colour is never the only cue. Decorative: the name stands beside it. */
export function GlyphIcon({ shape, color, sizePx = 14 }: GlyphIconProps) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[shape]}
        fill={color}
        fillRule="evenodd"
        stroke="var(--cs-glyph-edge, rgb(0 0 0 / 55%))"
        strokeWidth={0.8}
      />
    </svg>
  );
}
