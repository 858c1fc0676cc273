import { Button, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Annotation, ClassEntry } from "../../core/annotation.ts";
import { className } from "../../core/annotation-color.ts";
import { joinPatches } from "../../core/annotation-patch.ts";
import { formatInteger } from "../../core/format-number.ts";
import {
  classifyAnnotations,
  describeAnnotations,
  renameAnnotations,
} from "../../state/annotation-commands.ts";
import { addClass } from "../../state/class-commands.ts";
import { annotationHistory } from "../../state/history.ts";
import { measured } from "../../viewer/region-measures.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown } from "../stores.ts";
import { ClassPicker } from "./class-picker.tsx";
import { hideSelected, removeSelected, toggleLock } from "./region-actions.ts";
import { RegionFigures } from "./region-figures.tsx";
import { counted, formatArea, formatDistance } from "./region-words.ts";
import classes from "./regions-panel.module.css";
import { ShapeMenu } from "./shape-menu.tsx";
import { useDocument } from "./use-document.ts";
import { useFrameToUm } from "./use-frame.ts";
import { useMeasured } from "./use-measured.ts";

/** What all have in common; null when they differ. */
function common<T>(all: readonly Annotation[], of: (one: Annotation) => T): T | null {
  const [first, ...rest] = all.map(of);
  return first !== undefined && rest.every((one) => one === first) ? first : null;
}

interface TextProps {
  readonly word: "regions.name" | "regions.description";
  readonly selected: readonly Annotation[];
  readonly of: (one: Annotation) => string;
  readonly onDone: (text: string) => void;
}

/** A text of all that are selected; written when the field is left, as one step. */
function SharedText({ word, selected, of, onDone }: TextProps) {
  const { t } = useWords();
  const now = common(selected, of);
  const key = selected.map(({ id }) => id).join();
  const [text, setText] = useState(now ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another selection is another text
  useEffect(() => setText(now ?? ""), [now, key]);
  const done = () => {
    if (text !== (now ?? "")) onDone(text);
  };
  const shared = {
    size: "xs",
    label: t(word),
    placeholder: now === null ? t("regions.mixed") : "",
    value: text,
    onBlur: done,
  };
  return word === "regions.name" ? (
    <TextInput
      {...shared}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") done();
      }}
    />
  ) : (
    <Textarea {...shared} autosize maxRows={6} onChange={(event) => setText(event.currentTarget.value)} />
  );
}

/** Name, class and description of what is selected, and its size. */
export function RegionDetails() {
  const { t, language } = useWords();
  const document = useDocument((state) => state.document);
  const ids = useDocument((state) => state.selected);
  const scaleKnown = useScaleKnown();
  const toUm = useFrameToUm();
  useMeasured();
  // What a hand is drawing is counted before it is done.
  const drawn = useDocument((state) =>
    state.gesture === "draw" ? state.document.annotations.top()?.annotation : undefined,
  );
  const selected = drawn ? [drawn] : [...ids].flatMap((id) => document.annotations.get(id) ?? []);
  if (selected.length === 0) return null;
  const sum = { areaUm2: 0, perimeterUm: 0, lengthUm: 0, points: 0 };
  let coming = false;
  for (const { geometry } of selected) {
    const measure = toUm && measured(geometry, toUm);
    if (geometry.type === "points") sum.points += geometry.positions.length;
    if (measure === "coming") {
      coming = true;
      continue;
    }
    sum.areaUm2 += measure?.areaUm2 ?? 0;
    sum.perimeterUm += measure?.perimeterUm ?? 0;
    sum.lengthUm += measure?.lengthUm ?? 0;
  }
  const setClass = (entry: ClassEntry | null) => {
    const { base } = annotationHistory;
    const patch = classifyAnnotations(base, ids, entry);
    annotationHistory.run(entry ? joinPatches("classify", addClass(base, entry), patch) : patch);
  };
  return (
    <section
      className={classes.details}
      aria-label={t("regions.selectedCount", counted(selected.length, language))}
    >
      <div className={classes.fields}>
        <SharedText
          word="regions.name"
          selected={selected}
          of={(one) => one.name ?? ""}
          onDone={(text) =>
            annotationHistory.run(renameAnnotations(annotationHistory.base, ids, text.trim() || null))
          }
        />
        <ClassPicker
          label={t("regions.class")}
          value={common(selected, ({ classification }) =>
            classification ? className(classification.names) : "",
          )}
          onChange={setClass}
        />
      </div>
      <SharedText
        word="regions.description"
        selected={selected}
        of={(one) => one.description ?? ""}
        onDone={(text) =>
          annotationHistory.run(describeAnnotations(annotationHistory.base, ids, text.trim() || null))
        }
      />
      <dl className={classes.facts}>
        {(sum.areaUm2 > 0 || coming) && (
          <>
            <dt>{t("regions.area")}</dt>
            <dd>{coming ? "…" : formatArea(sum.areaUm2, language, scaleKnown)}</dd>
            <dt>{t("regions.perimeter")}</dt>
            <dd>{coming ? "…" : formatDistance(sum.perimeterUm, language, scaleKnown)}</dd>
          </>
        )}
        {sum.lengthUm > 0 && (
          <>
            <dt>{t("regions.length")}</dt>
            <dd>{formatDistance(sum.lengthUm, language, scaleKnown)}</dd>
          </>
        )}
        {sum.points > 0 && (
          <>
            <dt>{t("regions.points")}</dt>
            <dd>{formatInteger(sum.points, language)}</dd>
          </>
        )}
      </dl>
      <div className={classes.wordActions}>
        <ShapeMenu />
        <Button variant="subtle" color="gray" onClick={toggleLock}>
          {t(selected.every(({ locked }) => locked) ? "regions.unlockAll" : "regions.lockAll")}
        </Button>
        <Button variant="subtle" color="gray" onClick={hideSelected}>
          {t("regions.hideAll")}
        </Button>
        <Button variant="subtle" mod={{ danger: true }} onClick={removeSelected}>
          {t("regions.delete")}
        </Button>
      </div>
      <RegionFigures selected={selected} areaUm2={coming ? 0 : sum.areaUm2} />
    </section>
  );
}
