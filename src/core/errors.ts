import { type MessageCode, type MessageParams, messages } from "./messages.ts";

export type ErrorKind =
  | "UnsupportedFormatError"
  | "CorruptDataError"
  | "MissingDataError"
  | "InvalidManifestError"
  | "LimitError"
  | "NetworkError"
  | "InternalError";

/** What a failure carries across worker boundaries: plain data, no prototype needed. */
export interface ErrorFacts {
  readonly kind: ErrorKind;
  readonly code: MessageCode;
  /** Values for the message template. `file` is the file's name as the user knows it. */
  readonly params: MessageParams;
  /** True when trying again may help (network, a dead worker). */
  readonly retryable: boolean;
}

/**
 * Replaces `{name}` by `params.name`, and `{name|one|more}` by what stands for one or for any other number; an absent
 * name stays visible, so a test catches it.
 */
export function fillTemplate(template: string, params: MessageParams): string {
  return template.replace(
    /\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g,
    (whole, name: string, one?: string, more?: string) => {
      if (!Object.hasOwn(params, name)) return whole;
      const value = String(params[name]);
      return one === undefined || more === undefined ? value : value === "1" ? one : more;
    },
  );
}

/**
 * An expected failure. The message names the file, the fact and the next step; `code` and `params` let the
 * interface say the same in the user's language. Abort is never a CentiscopeError.
 */
export class CentiscopeError extends Error {
  readonly facts: ErrorFacts;

  constructor(code: MessageCode, params: MessageParams, options?: { cause?: unknown; retryable?: boolean }) {
    super(
      fillTemplate(messages[code].en, params),
      options && "cause" in options ? { cause: options.cause } : undefined,
    );
    this.name = messages[code].kind;
    this.facts = {
      kind: messages[code].kind,
      code,
      params,
      retryable: options?.retryable ?? messages[code].kind === "NetworkError",
    };
  }
}

/** The facts of any thrown value: its own when expected, else an `internal` error with the raw text. */
export function errorFacts(thrown: unknown, file: string): ErrorFacts {
  if (thrown instanceof CentiscopeError) return thrown.facts;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: "InternalError", code: "internal", params: { file, detail }, retryable: false };
}

/** True for a file that is not there, or that a host does not give out; not for one that cannot be read. */
export function isMissing(thrown: unknown): thrown is CentiscopeError {
  return (
    thrown instanceof CentiscopeError &&
    thrown.facts.kind === "MissingDataError" &&
    thrown.facts.code !== "path-unreadable"
  );
}

/** True for the value that an aborted AbortSignal throws. Abort is not a failure. */
export function isAbort(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && "name" in thrown && thrown.name === "AbortError";
}
