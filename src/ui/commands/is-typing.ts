/** Where letters are text. */
const FIELDS = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';

/** True when a key belongs to a field or to a dialog that is open, not to the slide. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return (
    document.querySelector('[role="dialog"][aria-modal="true"]') !== null ||
    (target !== null && target.closest(FIELDS) !== null)
  );
}
