import { Button, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { ColumnRoles, SlideQuestion } from "../../state/session.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";

const ROLES = ["x", "y", "gene", "count", "qv", "cell"] as const;
const NEEDED: ReadonlySet<keyof ColumnRoles> = new Set(["x", "y", "gene"]);
/** Value of "no such column": a column may have any name, so names are sent by position. */
const NONE = "-1";

export interface ColumnsDialogProps {
  readonly slideId: string;
  readonly question: Extract<SlideQuestion, { kind: "columns" }>;
  readonly onLater: () => void;
}

/** Which column is which, beside the first rows of the file; the reader's guess is filled in. */
export function ColumnsDialog({ slideId, question, onLater }: ColumnsDialogProps) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const [roles, setRoles] = useState<ColumnRoles>(question.guess);
  const missing = roles.x === null || roles.y === null || roles.gene === null;
  const same = roles.x !== null && roles.x === roles.y;
  const roleOf = (name: string) => ROLES.find((role) => roles[role] === name);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!missing && !same) void centiscope.answer(slideId, { kind: "columns", roles });
  };

  return (
    <Dialog title={t("columns.title")} onClose={onLater} width={760}>
      <p className={classes.text}>{t("columns.text", { file: question.file })}</p>
      <form onSubmit={submit}>
        <div className={classes.roles}>
          {ROLES.map((role) => (
            <Select
              key={role}
              label={
                NEEDED.has(role) ? t(`columns.${role}`) : `${t(`columns.${role}`)} (${t("columns.optional")})`
              }
              withAsterisk={NEEDED.has(role)}
              searchable={question.names.length > 12}
              value={roles[role] === null ? NONE : String(question.names.indexOf(roles[role]))}
              data={[
                { value: NONE, label: t("columns.none") },
                ...question.names.map((name, index) => ({
                  value: String(index),
                  label: name || `#${index + 1}`,
                })),
              ]}
              onChange={(value) =>
                setRoles((now) => ({ ...now, [role]: question.names[Number(value ?? NONE)] ?? null }))
              }
            />
          ))}
        </div>
        <h3 className={classes.subtitle}>{t("columns.sample")}</h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keys */}
        <section className={classes.table} tabIndex={0} aria-label={t("columns.sample")}>
          <table>
            <thead>
              <tr>
                {question.names.map((name, index) => {
                  const role = roleOf(name);
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns of one file, names may repeat
                    <th key={index} scope="col" data-role={role}>
                      {role && `${t(`columns.${role}`)} · `}
                      {name}
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody>
              {question.sample.map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of one file, in its order
                <tr key={at}>
                  {question.names.map((_, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: as above
                    <td key={index}>{row[index] ?? ""}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <p className={classes.error} role="alert">
          {missing ? t("columns.missing") : same ? t("columns.same") : ""}
        </p>
        <div className={classes.actions}>
          <Button size="sm" onClick={onLater}>
            {t("units.later")}
          </Button>
          <Button size="sm" variant="filled" type="submit" disabled={missing || same}>
            {t("columns.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
