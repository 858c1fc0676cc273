import type { OperationHeader } from "./operation.ts";

/** Ids of the steps that can be undone and redone, the next one last. */
export interface OperationStacks {
  readonly done: string[];
  readonly undone: string[];
}

/** What undo and redo would do next, told from the log of a slide in order; `isOurs` says whose steps count. */
export function operationStacks(
  headers: readonly OperationHeader[],
  isOurs: (windowId: string) => boolean,
): OperationStacks {
  const done: string[] = [];
  const undone: string[] = [];
  for (const { kind, opId, target, windowId } of headers) {
    if (!isOurs(windowId)) continue;
    if (kind === "do") {
      done.push(opId);
      undone.length = 0;
    } else if (kind === "undo" && done.includes(target ?? "")) {
      // Steps of which nothing was left to take back were passed over.
      while (undone.at(-1) !== target) undone.push(done.pop()!);
    } else if (kind === "redo" && undone.includes(target ?? "")) {
      while (done.at(-1) !== target) done.push(undone.pop()!);
    }
  }
  return { done, undone };
}
