const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LAST = DIGITS.length - 1;
/** Heads of whole numbers: `a` has one digit, `b` two …; `Z` is the one-digit numbers below, `Y` two … */
const FIRST = "a0";

/**
 * A place in an order as text: compared as JavaScript compares strings, and between any two there is another, so
 * that putting one thing elsewhere changes nothing but its own rank. Two people who move different things at once
 * do not disturb each other.
 *
 * A rank is a whole number (a head letter says how many digits follow, so that longer is greater) and a fraction
 * in base 62 without a trailing zero. Counting up costs no length: 50 000 ranks one after another have 4 letters.
 * The scheme is that of D. Greenspan, "Implementing Fractional Indexing" (observablehq.com/@dgreensp, 2020).
 *
 * `low` < the result < `high`; null is an open end. Throws when `low` is not below `high`.
 */
export function rankBetween(low: string | null, high: string | null): string {
  if (low !== null && high !== null && low >= high) throw new Error(`no rank between ${low} and ${high}`);
  if (low === null && high === null) return FIRST;
  if (low === null) return below(high!);
  const whole = wholeOf(low);
  if (high === null) return step(whole, 1) ?? whole + fractionBetween(low.slice(whole.length), null);
  const highWhole = wholeOf(high);
  if (whole === highWhole) {
    return whole + fractionBetween(low.slice(whole.length), high.slice(whole.length));
  }
  const next = step(whole, 1);
  return next !== null && next < high ? next : whole + fractionBetween(low.slice(whole.length), null);
}

/** `count` ranks in rising order, all between `low` and `high`. */
export function ranksBetween(low: string | null, high: string | null, count: number): string[] {
  if (count <= 0) return [];
  if (high === null) {
    const ranks: string[] = [];
    while (ranks.length < count) ranks.push(rankBetween(ranks.at(-1) ?? low, null));
    return ranks;
  }
  const middle = Math.floor(count / 2);
  const rank = rankBetween(low, high);
  return [...ranksBetween(low, rank, middle), rank, ...ranksBetween(rank, high, count - middle - 1)];
}

function below(high: string): string {
  const whole = wholeOf(high);
  if (whole < high) return whole;
  const previous = step(whole, -1);
  if (previous !== null) return previous;
  throw new Error(`no rank below ${high}`);
}

/** The whole number at the front, head included. */
function wholeOf(rank: string): string {
  const head = rank.charCodeAt(0);
  const digits = head >= 97 ? head - 96 : 91 - head;
  const whole = rank.slice(0, 1 + digits);
  if (!/^[A-Za-z]$/.test(rank.charAt(0)) || whole.length !== 1 + digits)
    throw new Error(`not a rank: ${rank}`);
  return whole;
}

/** The whole number one further or one less; null past the last and first of 26 digits. */
function step(whole: string, by: 1 | -1): string | null {
  const digits = [...whole.slice(1)];
  const [full, empty] = by === 1 ? [LAST, 0] : [0, LAST];
  for (let at = digits.length - 1; at >= 0; at--) {
    const value = DIGITS.indexOf(digits[at]!);
    if (value !== full) {
      digits[at] = DIGITS[value + by]!;
      return whole.charAt(0) + digits.join("");
    }
    digits[at] = DIGITS[empty]!;
  }
  if (whole.startsWith(by === 1 ? "z" : "A")) return null;
  if (by === 1 && whole.startsWith("Z")) return FIRST;
  if (by === -1 && whole.startsWith("a")) return `Z${DIGITS[LAST]}`;
  const head = String.fromCharCode(whole.charCodeAt(0) + by);
  // Above zero a greater head has more digits, below zero fewer.
  const length = head >= "a" ? head.charCodeAt(0) - 96 : 91 - head.charCodeAt(0);
  return head + DIGITS[empty]!.repeat(length);
}

/** The shortest fraction between, as base-62 digits after the point; `high` null is 1. */
function fractionBetween(low: string, high: string | null): string {
  let shared = 0;
  if (high !== null) {
    while (shared < high.length && (low[shared] ?? "0") === high[shared]) shared++;
    if (shared > 0) return high.slice(0, shared) + fractionBetween(low.slice(shared), high.slice(shared));
  }
  const from = low === "" ? 0 : DIGITS.indexOf(low[0]!);
  const to = high === null ? DIGITS.length : DIGITS.indexOf(high[0]!);
  if (to - from > 1) return DIGITS[Math.round((from + to) / 2)]!;
  if (high !== null && high.length > 1) return high[0]!;
  return DIGITS[from]! + fractionBetween(low.slice(1), null);
}
