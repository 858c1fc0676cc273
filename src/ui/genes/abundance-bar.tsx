import classes from "./genes-panel.module.css";

/** A thin bar beside a number that says the same; hidden from screen readers. */
export function AbundanceBar({
  share,
  color,
}: {
  /** 0–1 of the most abundant gene in the list. */
  readonly share: number;
  readonly color?: string;
}) {
  return (
    <span className={classes.bar} aria-hidden="true">
      <i
        style={{ width: `${Math.max(share > 0 ? 2 : 0, Math.min(100, share * 100))}%`, background: color }}
      />
    </span>
  );
}
