import { useCallback, useEffect, useRef, useState } from "react";
import type { StoredSlide } from "../../core/annotation-storage.ts";
import { type ErrorFacts, errorFacts } from "../../core/errors.ts";
import { operationIds } from "../../state/history.ts";
import { preferencesStore } from "../../state/preferences.ts";
import type { AnnotationRecovery, KeptSlide, KeptSlides } from "../../viewer/annotation-recovery.ts";
import { askToKeep, type StorageRoom, storageRoom } from "../../viewer/storage-room.ts";

/** What is known of a slide so far. */
export type Examined = "reading" | KeptSlide | { readonly failed: ErrorFacts };

/** Something to be done; what of it failed while the rest went on is reported. */
export type RecoveryWork = (
  recovery: AnnotationRecovery,
  report: (failures: readonly ErrorFacts[]) => void,
) => Promise<void>;

export interface RecoveryState {
  /** Null while it is being read. */
  readonly kept: KeptSlides | null;
  readonly room: StorageRoom | null;
  readonly examined: ReadonlyMap<string, Examined>;
  /** Of the last thing that was asked for. */
  readonly failures: readonly ErrorFacts[];
  readonly act: (work: RecoveryWork) => void;
  readonly busy: boolean;
  readonly persist: () => void;
}

/** Reads what the browser keeps, slide after slide, and again after each change. */
export function useRecovery(): RecoveryState {
  const recovery = useRef<Promise<AnnotationRecovery> | null>(null);
  const [kept, setKept] = useState<KeptSlides | null>(null);
  const [room, setRoom] = useState<StorageRoom | null>(null);
  const [examined, setExamined] = useState<ReadonlyMap<string, Examined>>(new Map());
  const [failures, setFailures] = useState<readonly ErrorFacts[]>([]);
  const [busy, setBusy] = useState(false);
  const reading = useRef(0);

  const read = useCallback(async () => {
    const turn = ++reading.current;
    const isCurrent = () => reading.current === turn && recovery.current !== null;
    const opened = await recovery.current;
    if (!opened) return;
    const [list, found] = await Promise.all([opened.list(), storageRoom()]);
    if (!isCurrent()) return;
    setKept(list);
    setRoom(found);
    for (const slide of list.slides) {
      const result = await examine(opened, slide);
      if (!isCurrent()) return;
      setExamined((before) => new Map(before).set(slide.slideKey, result));
    }
  }, []);

  useEffect(() => {
    const opened = import("../../viewer/annotation-recovery.ts").then((code) =>
      code.AnnotationRecovery.start(operationIds, () => preferencesStore.getState().author),
    );
    recovery.current = opened;
    void read().catch((thrown: unknown) => setFailures([errorFacts(thrown, "")]));
    return () => {
      recovery.current = null;
      void opened.then((one) => one.close());
    };
  }, [read]);

  const act: RecoveryState["act"] = (work) => {
    setBusy(true);
    setFailures([]);
    void (async () => {
      try {
        const opened = await recovery.current;
        if (opened) await work(opened, setFailures);
        await read();
      } catch (thrown) {
        setFailures([errorFacts(thrown, "")]);
      } finally {
        setBusy(false);
      }
    })();
  };
  const persist = () => void askToKeep().then(async () => setRoom(await storageRoom()));
  return { kept, room, examined, failures, act, busy, persist };
}

async function examine(recovery: AnnotationRecovery, slide: StoredSlide): Promise<Examined> {
  try {
    return await recovery.examine(slide);
  } catch (thrown) {
    return { failed: errorFacts(thrown, slide.title) };
  }
}
