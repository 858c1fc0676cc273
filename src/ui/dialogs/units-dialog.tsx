import { Button, NumberInput, Radio } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { formatDecimal, formatExtent, formatSignificant } from "../../core/format-number.ts";
import type { SlideQuestion } from "../../state/session.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { type Translate, useWords } from "../i18n/i18n.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";

export interface UnitsDialogProps {
  readonly slideId: string;
  readonly question: Extract<SlideQuestion, { kind: "units" }>;
  readonly onLater: () => void;
}

/** The controller's reasons are names; anything else is a text of its own. */
function reasonWords(reason: string, t: Translate): string {
  if (reason === "image") return t("units.reasonImage");
  if (reason === "registered") return t("units.reasonSpots");
  return reason;
}

/** Asks how large a unit is. Nothing is chosen beforehand: a wrong scale must be somebody's decision. */
export function UnitsDialog({ slideId, question, onLater }: UnitsDialogProps) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const [choice, setChoice] = useState<string | null>(null);
  const [free, setFree] = useState<number | null>(null);
  const [perPx, setPerPx] = useState<number | null>(
    question.suggestions.find((candidate) => candidate.reason === "image")?.umPerUnit ?? null,
  );

  const suggestion = choice?.startsWith("s") ? question.suggestions[Number(choice.slice(1))] : undefined;
  const umPerUnit = suggestion?.umPerUnit ?? (choice === "image" ? perPx : choice === "free" ? free : null);
  const unknown = choice === "unknown";
  const sized = umPerUnit !== null && umPerUnit > 0;
  // Table and image can lie on each other pixel by pixel though nobody knows how large a pixel is.
  const pixels = choice === "image" && perPx === null;
  const valid = unknown || sized || pixels;
  const alone = question.suggestions.length === 0 && !question.hasImage;
  const [width, height] = question.extent;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    void centiscope.answer(slideId, {
      kind: "units",
      umPerUnit: unknown || pixels ? null : umPerUnit,
      asImagePx: choice === "image",
    });
  };
  const number = (label: string, value: number | null, set: (value: number | null) => void, mode: string) => (
    <NumberInput
      className={classes.indent ?? ""}
      size="xs"
      aria-label={label}
      placeholder={label}
      value={value ?? ""}
      min={0}
      decimalScale={6}
      hideControls
      suffix=" µm"
      error={choice === mode && value !== null && value <= 0 ? t("units.invalid") : undefined}
      onFocus={() => setChoice(mode)}
      onChange={(next) => set(typeof next === "number" ? next : null)}
    />
  );

  return (
    <Dialog title={t("units.title")} onClose={onLater} width={540}>
      <p className={classes.text}>
        {t("units.text", {
          file: question.file,
          width: formatSignificant(width, language, 5),
          height: formatSignificant(height, language, 5),
        })}
      </p>
      <form onSubmit={submit}>
        <Radio.Group value={choice} onChange={setChoice} aria-label={t("units.title")}>
          <div className={classes.choices}>
            {question.suggestions.map((candidate, index) => (
              <Radio
                key={`${candidate.umPerUnit} ${candidate.reason}`}
                value={`s${index}`}
                data-autofocus={index === 0 || undefined}
                label={t("units.suggestion", { um: formatDecimal(candidate.umPerUnit, language, 6) })}
                description={reasonWords(candidate.reason, t)}
              />
            ))}
            {question.hasImage && (
              <div>
                <Radio
                  value="image"
                  label={t("units.imagePx")}
                  description={t("units.imagePxHint")}
                  data-autofocus={question.suggestions.length === 0 || undefined}
                />
                {number(t("units.imagePxField"), perPx, setPerPx, "image")}
              </div>
            )}
            <div>
              <Radio
                value="free"
                label={t(alone ? "units.known" : "units.other")}
                data-autofocus={alone || undefined}
              />
              {number(t("units.field"), free, setFree, "free")}
            </div>
            <Radio value="unknown" label={t("units.unknown")} description={t("units.unknownHint")} />
          </div>
        </Radio.Group>
        <p className={classes.text} aria-live="polite" style={{ margin: sized ? "14px 0 0" : 0 }}>
          {sized
            ? t("units.becomes", { extent: formatExtent(width * umPerUnit, height * umPerUnit, language) })
            : ""}
        </p>
        <div className={classes.actions}>
          <Button size="sm" onClick={onLater}>
            {t("units.later")}
          </Button>
          <Button size="sm" variant="filled" type="submit" disabled={!valid}>
            {t("units.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
