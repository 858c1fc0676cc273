import { CentiscopeError } from "../core/errors.ts";

/** What the browser threw at the database, in words of `messages/storage.ts`. */
export function storageError(thrown: unknown): CentiscopeError {
  if (thrown instanceof CentiscopeError) return thrown;
  const name = nameOf(thrown);
  const detail = detailOf(thrown);
  const options = { cause: thrown, retryable: true };
  switch (name) {
    case "QuotaExceededError":
      return new CentiscopeError("storage-full", {}, options);
    case "VersionError":
      return new CentiscopeError("storage-newer", {}, { cause: thrown });
    case "InvalidStateError":
    case "AbortError":
      return new CentiscopeError("storage-closed", { detail }, options);
    default:
      return new CentiscopeError("storage-failed", { detail }, options);
  }
}

/** Why there is no database at all: a private window, a policy, a browser without one, a newer Centiscope. */
export function openingError(thrown: unknown): CentiscopeError {
  const name = nameOf(thrown);
  if (name === "VersionError" || name === "QuotaExceededError") return storageError(thrown);
  const detail = detailOf(thrown);
  return new CentiscopeError("storage-unavailable", { detail }, { cause: thrown, retryable: true });
}

/** True when the connection is gone and a new one may work. */
export function isClosed(thrown: unknown): boolean {
  return nameOf(thrown) === "InvalidStateError" || nameOf(thrown) === "AbortError";
}

function detailOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

function nameOf(thrown: unknown): string {
  return typeof thrown === "object" && thrown !== null && "name" in thrown ? String(thrown.name) : "";
}
