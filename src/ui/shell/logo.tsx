/** The mark: an objective's field of view with a centre. Decorative; the name stands beside it. */
export function Logo({ sizePx = 20 }: { readonly sizePx?: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="8.2" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <circle cx="10" cy="10" r="2.4" fill="currentColor" />
    </svg>
  );
}
