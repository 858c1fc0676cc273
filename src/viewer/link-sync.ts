import type { SessionStore } from "../state/session.ts";
import { formatLink, type LinkTarget } from "../state/url.ts";
import type { ViewStore } from "../state/view.ts";

/** Browsers refuse more than about 100 address changes in half a minute. */
const LEAST_MS_BETWEEN = 400;

/**
 * Keeps the address bar on what is on screen, without history entries: a reload or a copied address brings the
 * same picture back. While a slide from files on this machine is shown the address says nothing.
 *
 * @returns stops it
 */
export function syncLink(
  view: ViewStore,
  session: SessionStore,
  target: () => LinkTarget | null,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    timer = undefined;
    const now = target();
    const query = now ? formatLink(now) : "";
    if (query !== location.search) history.replaceState(null, "", `${location.pathname}${query}`);
  };
  const schedule = () => {
    timer ??= setTimeout(write, LEAST_MS_BETWEEN);
  };
  const stops = [
    view.subscribe(schedule),
    session.subscribe((now, before) => {
      if (now.activeId !== before.activeId) schedule();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
