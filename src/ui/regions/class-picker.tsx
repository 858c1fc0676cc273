import { Button, ColorInput, Select, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { ClassEntry } from "../../core/annotation.ts";
import { offeredClasses } from "../../core/annotation-classes.ts";
import { className, hexOf, rgbOf } from "../../core/annotation-color.ts";
import { annotationHistory } from "../../state/history.ts";
import { useWords } from "../i18n/i18n.ts";
import classes from "./regions-panel.module.css";
import { useDocument } from "./use-document.ts";

const NEW = "new";
const NONE = "none";

export interface ClassPickerProps {
  readonly label: string;
  /** Name of the class; "" = none; null = several. */
  readonly value: string | null;
  readonly onChange: (entry: ClassEntry | null) => void;
}

/** A class of the slide, of the usual ones, or a new one. */
export function ClassPicker({ label, value, onChange }: ClassPickerProps) {
  const { t } = useWords();
  const own = useDocument((state) => state.document.classes);
  const annotations = useDocument(() => annotationHistory.base.annotations);
  const offered = useMemo(() => offeredClasses(own, annotations.values()), [own, annotations]);
  const [making, setMaking] = useState(false);
  const [name, setName] = useState("");
  const [color, setColor] = useState("#3b82f6");
  const colors = new Map(offered.map((entry) => [`class ${className(entry.names)}`, hexOf(entry.color)]));
  const add = () => {
    const names = name
      .split(":")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const rgb = rgbOf(color);
    if (names.length === 0 || !rgb) return;
    onChange({ names, color: rgb });
    setMaking(false);
    setName("");
  };
  return (
    <div>
      <Select
        label={label}
        placeholder={t("regions.mixed")}
        value={value === null ? null : value === "" ? NONE : `class ${value}`}
        data={[
          { value: NONE, label: t("regions.classNone") },
          ...offered.map((entry) => {
            const its = className(entry.names);
            return { value: `class ${its}`, label: its };
          }),
          { value: NEW, label: t("regions.classNew") },
        ]}
        renderOption={({ option }) => (
          <span className={classes.option}>
            <i className={classes.swatch} style={{ background: colors.get(option.value) ?? "transparent" }} />
            {option.label}
          </span>
        )}
        onChange={(chosen) => {
          setMaking(chosen === NEW);
          if (chosen === NONE) onChange(null);
          const entry = offered.find(({ names }) => `class ${className(names)}` === chosen);
          if (entry) onChange(entry);
        }}
      />
      {making && (
        <div className={classes.newClass}>
          <TextInput
            size="xs"
            label={t("regions.classField")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") add();
            }}
          />
          <ColorInput
            size="xs"
            label={t("regions.classColor")}
            value={color}
            withEyeDropper={false}
            onChange={setColor}
          />
          <Button onClick={add} disabled={name.trim() === "" || !rgbOf(color)}>
            {t("regions.classAdd")}
          </Button>
        </div>
      )}
    </div>
  );
}
