/** Marks what JSON has no word for: numbers that are not finite, and −0. */
const MARK = "\u0000";
/** The mark as JSON writes it. */
const WRITTEN = "\\u0000";

/** JSON that `fromExactJson` makes the same value of, numbers included that JSON does not know. */
export function toExactJson(value: unknown): string {
  return isPlain(value) ? JSON.stringify(value) : JSON.stringify(value, marked);
}

/** Throws a `SyntaxError` when the text is no JSON. */
export function fromExactJson(text: string): unknown {
  return text.includes(WRITTEN) ? JSON.parse(text, unmarked) : JSON.parse(text);
}

/** True when JSON needs no marks. Asking takes a fraction of what a call for every value takes. */
function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === "string") return !value.startsWith(MARK);
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  for (const key in value) if (!isPlain((value as Record<string, unknown>)[key])) return false;
  return true;
}

function marked(_key: string, value: unknown): unknown {
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return MARK + (Object.is(value, -0) ? "-0" : String(value));
  }
  return typeof value === "string" && value.startsWith(MARK) ? `${MARK}"${value}` : value;
}

function unmarked(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(MARK)) return value;
  return value.startsWith(`${MARK}"`) ? value.slice(2) : Number(value.slice(1));
}
