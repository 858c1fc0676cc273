import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconEye,
  IconEyeOff,
  IconMagnet,
  IconPaint,
  IconPinFilled,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { drawingStore, type ToolName, toolNames } from "../../state/drawing.ts";
import { annotationHistory } from "../../state/history.ts";
import { TOOL_KEYS } from "../commands/region-commands.ts";
import { useWords } from "../i18n/i18n.ts";
import { chooseTool } from "./region-actions.ts";
import { stepWord } from "./region-words.ts";
import classes from "./tool-bar.module.css";
import { toolIcons } from "./tool-icons.ts";
import { ToolOptions } from "./tool-options.tsx";
import { useDocument, useDrawing } from "./use-document.ts";

interface ControlProps {
  readonly label: string;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Control({ label, keys, pressed, disabled = false, onClick, children }: ControlProps) {
  return (
    <Tooltip label={label} position="bottom">
      <ActionIcon
        size={28}
        variant={pressed ? "light" : "subtle"}
        color={pressed ? "teal" : "gray"}
        aria-label={label}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        {...(keys === undefined ? {} : { "aria-keyshortcuts": keys })}
        aria-disabled={disabled}
        onClick={(event) => {
          if (disabled) return;
          onClick();
          // Keys now belong to the slide: Enter must not press this again. Only after a pointer.
          if (event.detail > 0) document.querySelector<HTMLElement>("[data-stage]")?.focus();
        }}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function ToolButton({ tool }: { readonly tool: ToolName }) {
  const { t } = useWords();
  const chosen = useDrawing((drawing) => drawing.tool === tool);
  const kept = useDrawing((drawing) => drawing.tool === tool && drawing.keepTool);
  const Icon = toolIcons[tool];
  const name = t(`tool.${tool}`);
  const key = TOOL_KEYS[tool].toUpperCase();
  return (
    <Control
      label={kept ? t("tools.keep", { name }) : t("tools.hint", { name, key })}
      keys={key}
      pressed={chosen}
      onClick={() => chooseTool(tool)}
    >
      <Icon size={17} aria-hidden="true" />
      {kept && <IconPinFilled className={classes.pin} size={9} aria-hidden="true" />}
    </Control>
  );
}

/** Every tool, undo and redo, and how annotations are shown. */
export function ToolBar() {
  const { t } = useWords();
  const undoLabel = useDocument((state) => state.undoLabel);
  const redoLabel = useDocument((state) => state.redoLabel);
  const shown = useDrawing((drawing) => drawing.shown);
  const filled = useDrawing((drawing) => drawing.filled);
  const snapping = useDrawing((drawing) => drawing.snapping);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("tools.label")}>
      {toolNames.map((tool) => (
        <ToolButton key={tool} tool={tool} />
      ))}
      <span className={classes.group}>
        <Control
          label={undoLabel ? t("tools.undo", { what: stepWord(undoLabel, t) }) : t("tools.undoNone")}
          keys="Control+Z"
          disabled={undoLabel === null}
          onClick={() => annotationHistory.undo()}
        >
          <IconArrowBackUp size={17} aria-hidden="true" />
        </Control>
        <Control
          label={redoLabel ? t("tools.redo", { what: stepWord(redoLabel, t) }) : t("tools.redoNone")}
          keys="Control+Shift+Z"
          disabled={redoLabel === null}
          onClick={() => annotationHistory.redo()}
        >
          <IconArrowForwardUp size={17} aria-hidden="true" />
        </Control>
        <span className={classes.gap} />
        <Control
          label={t("tools.show")}
          keys="A"
          pressed={shown}
          onClick={() => drawingStore.setState({ shown: !shown })}
        >
          {shown ? <IconEye size={17} aria-hidden="true" /> : <IconEyeOff size={17} aria-hidden="true" />}
        </Control>
        <Control
          label={t("tools.fill")}
          keys="F"
          pressed={filled}
          onClick={() => drawingStore.setState({ filled: !filled })}
        >
          <IconPaint size={17} aria-hidden="true" />
        </Control>
        <Control
          label={t("tools.snap")}
          pressed={snapping}
          onClick={() => drawingStore.setState({ snapping: !snapping })}
        >
          <IconMagnet size={17} aria-hidden="true" />
        </Control>
      </span>
      <ToolOptions />
    </div>
  );
}
