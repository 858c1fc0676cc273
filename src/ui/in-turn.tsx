import { Children, type ReactNode, startTransition, useEffect, useState } from "react";

interface InTurnProps {
  readonly children: ReactNode;
  /** How many appear at once with what is around them. */
  readonly atOnce?: number;
}

/**
 * Its children appear one after another, each in a commit of its own: controls measure and set themselves again
 * when they appear, which React does within the commit, so that a whole panel at once would be one long task.
 */
export function InTurn({ children, atOnce = 1 }: InTurnProps) {
  const all = Children.toArray(children);
  const [shown, setShown] = useState(atOnce);
  useEffect(() => {
    if (shown < all.length) startTransition(() => setShown(shown + 1));
  }, [shown, all.length]);
  return all.slice(0, shown);
}
