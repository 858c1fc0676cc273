import { useEffect } from "react";
import { useCentiscope } from "../centiscope-context.ts";
import { isTyping } from "../commands/is-typing.ts";
import { InTurn } from "../in-turn.tsx";
import { drawingKey } from "./drawing-keys.ts";
import { StageMarks } from "./stage-marks.tsx";
import { ToolBar } from "./tool-bar.tsx";
import { ToolHost } from "./tool-host.ts";

/** What uses Enter itself. */
const ENTER_USERS = "button, a, [role=tab], [role=option], [role=row], [role=menuitem], summary";

/** The tools over the picture. Its keys come before those of the commands: a drawing hand wants Enter and the arrows. */
export function RegionTools({ withBar }: { readonly withBar: boolean }) {
  const { annotationStage } = useCentiscope();
  useEffect(() => {
    const host = new ToolHost(annotationStage);
    const stop = host.start();
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event)) return;
      const target = event.target instanceof Element ? event.target : null;
      if (event.key === "Enter" && target?.closest(ENTER_USERS)) return;
      const undo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (undo && host.busy) host.back();
      else if (!drawingKey(event, host, annotationStage)) return;
      event.preventDefault();
      // Where it came from must not act on it too.
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => {
      window.removeEventListener("keydown", onKey, { capture: true });
      stop();
    };
  }, [annotationStage]);
  return <InTurn>{[withBar && <ToolBar key="bar" />, <StageMarks key="marks" />]}</InTurn>;
}
