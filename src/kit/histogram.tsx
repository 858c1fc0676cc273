import classes from "./histogram.module.css";

export interface HistogramProps {
  /** Left edge and right edge of each bar as shares (0–1) of the width, ascending, and its height 0–1. */
  readonly bars: readonly { readonly from: number; readonly to: number; readonly height: number }[];
  /** CSS gradient of the colour scale, drawn from `low` to `high`, its ends continued beyond. */
  readonly gradient: string;
  readonly low: number;
  readonly high: number;
  /** What a screen reader says instead. */
  readonly label: string;
}

/** A distribution over the colour scale that it is drawn with. */
export function Histogram({ bars, gradient, low, high, label }: HistogramProps) {
  return (
    <div className={classes.histogram} role="img" aria-label={label}>
      <div className={classes.bars}>
        {bars.map((bar) => (
          <i
            key={bar.from}
            style={{
              left: `${bar.from * 100}%`,
              width: `max(1px, calc(${(bar.to - bar.from) * 100}% - 1px))`,
              height: `${bar.height * 100}%`,
            }}
            data-outside={bar.to <= low || bar.from >= high}
          />
        ))}
      </div>
      <div className={classes.ramp}>
        <div
          style={{
            left: `${low * 100}%`,
            width: `${Math.max(0.5, (high - low) * 100)}%`,
            background: gradient,
          }}
        />
      </div>
    </div>
  );
}
