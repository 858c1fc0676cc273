import { CentiscopeError, type ErrorFacts, errorFacts, isAbort } from "../src/core/errors.ts";

/**
 * How a call ends, as plain data: a structured clone strips an Error of its class and fields, so failures cross
 * as facts and become errors again on the other side.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly aborted: boolean; readonly facts: ErrorFacts };

/** The failed answer for a thrown value; `file` names the data at hand when the error does not. */
export function failedAnswer(thrown: unknown, file: string): Answer<never> {
  return { ok: false, aborted: isAbort(thrown), facts: errorFacts(thrown, file) };
}

/** The value of an answer; throws a `CentiscopeError` with the same facts, or an AbortError. */
export function unwrapAnswer<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  if (answer.aborted) throw new DOMException("The operation was aborted.", "AbortError");
  const { code, params, retryable } = answer.facts;
  throw new CentiscopeError(code, params, { retryable });
}
