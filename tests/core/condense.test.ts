import fc from "fast-check";
import { expect, test } from "vitest";
import type { AnnotationDocument } from "../../src/core/annotation.ts";
import { condense } from "../../src/core/condense.ts";
import type { Operation } from "../../src/core/operation.ts";
import { emptySnapshot, OperationLog } from "../../src/core/operation-log.ts";
import { actionArbitrary } from "../state/action-arbitrary.ts";
import { written } from "../state/written-operations.ts";

const seen = ({ annotations, classes }: AnnotationDocument) => ({
  list: [...annotations.rankedValues()],
  classes,
});
const documentOf = (operations: readonly Operation[]): AnnotationDocument => {
  const log = new OperationLog(emptySnapshot);
  log.add(operations);
  return log.document("s", "imagePx");
};

test("amounts to the same at the end and at each version, whatever is done after, and condensed again", () => {
  fc.assert(
    fc.property(
      fc.array(actionArbitrary, { maxLength: 40 }),
      fc.integer({ min: 3, max: 60 }),
      fc.nat(40),
      fc.nat(40),
      (actions, every, one, other) => {
        const all = written(actions, every);
        const [first, cut] = [Math.min(one, other), Math.max(one, other)];
        const short = structuredClone(condense(all.slice(0, cut)));
        expect(seen(documentOf(short))).toEqual(seen(documentOf(all.slice(0, cut))));
        expect(seen(documentOf([...short, ...all.slice(cut)]))).toEqual(seen(documentOf(all)));
        for (const { opId, kind } of all.slice(0, cut)) {
          if (kind !== "version") continue;
          const upTo = (operations: readonly Operation[]) => operations.filter((step) => step.opId <= opId);
          expect(seen(documentOf(upTo(short)))).toEqual(seen(documentOf(upTo(all))));
        }
        const again = condense([...structuredClone(condense(all.slice(0, first))), ...all.slice(first, cut)]);
        expect(seen(documentOf([...again, ...all.slice(cut)]))).toEqual(seen(documentOf(all)));
      },
    ),
    { numRuns: 300 },
  );
});

test("two steps a version, and one after, however many there were", () => {
  const ids = (operations: readonly Operation[]) => operations.map(({ kind }) => kind);
  const actions = fc.sample(actionArbitrary, { numRuns: 90, seed: 3 });
  expect(ids(condense(written(actions, 1000)))).toEqual(["base"]);
  expect(ids(condense(written(actions, 40)))).toEqual(["base", "version", "base", "version", "base"]);
  expect(condense([])).toEqual([]);
});
