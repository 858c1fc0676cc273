import { emptyPatch } from "../../src/core/annotation-patch.ts";
import { makeOperation, type Operation } from "../../src/core/operation.ts";
import { emptySnapshot, OperationLog } from "../../src/core/operation-log.ts";
import { createDocumentStore, emptyDocument } from "../../src/state/document.ts";
import { History } from "../../src/state/history.ts";
import { type Action, patchOf } from "./action-arbitrary.ts";

/** What a window writes that does these; a version after every `every`th. */
export function written(actions: readonly Action[], every: number): Operation[] {
  const store = createDocumentStore();
  const made: Operation[] = [];
  const log = new OperationLog(emptySnapshot);
  let ids = 0;
  const nextId = () => String(ids++).padStart(6, "0");
  const origin = { slideKey: "s", windowId: "w", author: "", time: 1 };
  const record = (step: Parameters<typeof makeOperation>[0]) => {
    const operation = structuredClone(makeOperation(step, origin, (id) => log.revisionOf(id)));
    log.add([operation]);
    made.push(operation);
  };
  const history = new History(store, nextId);
  history.open(emptyDocument("s", "imagePx"), [], []);
  history.listen({ step: record, draft: () => undefined });
  for (const [i, action] of actions.entries()) {
    if (action.kind === "undo") history.undo();
    else if (action.kind === "redo") history.redo();
    else history.run(patchOf(history.base, action));
    if (i % every === every - 1)
      record({ id: nextId(), kind: "version", target: null, patch: emptyPatch(`v${i}`) });
  }
  return made;
}
