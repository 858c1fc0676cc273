/** Where letters are text. */
const FIELDS = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';
/** A list to choose from: it uses Enter, Space and the arrows, but no letters. */
const CHOICE = "input[readonly]";
/** What opens over the page without taking it over. */
const POPUPS = '[role="menu"], [role="dialog"]';

/** True when a key belongs to a field, a menu or a dialog that is open, not to the slide. */
export function isTyping(event: KeyboardEvent): boolean {
  if (document.querySelector('[role="dialog"][aria-modal="true"]')) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(POPUPS)) return true;
  if (target?.matches(CHOICE)) return event.key.length > 1 || event.key === " ";
  return target !== null && target.closest(FIELDS) !== null;
}
