import { Select } from "@mantine/core";
import { IconCheck, IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { GeneTable } from "../../../core/expression.ts";
import { formatFixed, formatInteger } from "../../../core/format-number.ts";
import { type PairedGene, pairedGenes } from "../../../core/region-genes.ts";
import { toggleGene } from "../../../state/actions.ts";
import { viewStore } from "../../../state/view.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useView } from "../../stores.ts";
import panel from "../regions-panel.module.css";
import classes from "./comparison.module.css";
import type { ComparisonLine } from "./comparison-columns.ts";
import { dense } from "./comparison-counts.ts";

const SHOWN = 10;

interface PairProps {
  readonly lines: readonly ComparisonLine[];
  readonly genes: GeneTable;
}

/** Which genes differ most between two lines, with the counts behind it; a press shows one on the slide. */
export function ComparisonPair({ lines, genes }: PairProps) {
  const { t } = useWords();
  const ready = useMemo(() => lines.filter(({ counts }) => counts.status === "ready"), [lines]);
  const [keys, setKeys] = useState<readonly [string | null, string | null]>([null, null]);
  const first = ready.find(({ subject }) => subject.key === keys[0]) ?? ready[0];
  const second = ready.find(({ subject }) => subject.key === keys[1]) ?? ready.find((line) => line !== first);
  const pairs = useMemo(() => {
    if (first?.counts.status !== "ready" || second?.counts.status !== "ready") return [];
    const size = genes.names.length;
    return pairedGenes(dense(first.counts.sums, size), dense(second.counts.sums, size), SHOWN);
  }, [first, second, genes]);
  if (!first || !second) return null;
  const data = ready.map(({ subject }) => ({ value: subject.key, label: subject.title }));
  return (
    <section className={classes.pair} aria-label={t("compare.pair")}>
      <div className={classes.choice}>
        <Select
          size="xs"
          label={t("compare.first")}
          data={data}
          value={first.subject.key}
          onChange={(key) => setKeys([key, second.subject.key])}
        />
        <Select
          size="xs"
          label={t("compare.second")}
          data={data}
          value={second.subject.key}
          onChange={(key) => setKeys([first.subject.key, key])}
        />
      </div>
      {pairs.length === 0 ? (
        <p className={panel.nothing}>{t("compare.pairNone")}</p>
      ) : (
        <div className={classes.sides}>
          {[first, second].map((side) => (
            <PairTable
              key={side.subject.key}
              title={t("compare.more", { name: side.subject.title })}
              pairs={pairs.filter(({ logRatio }) => logRatio > 0 === (side === first))}
              names={[first.subject.title, second.subject.title]}
              genes={genes}
            />
          ))}
        </div>
      )}
    </section>
  );
}

interface PairTableProps {
  readonly title: string;
  readonly pairs: readonly PairedGene[];
  readonly names: readonly [string, string];
  readonly genes: GeneTable;
}

function PairTable({ title, pairs, names, genes }: PairTableProps) {
  const { t, language } = useWords();
  const selected = useView((view) => view.genes);
  return (
    <table className={panel.genes}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t("genes.title")}</th>
          {names.map((name, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: first and second, which may have the same name
            <th key={at} scope="col" className={classes.long} title={name}>
              {name}
            </th>
          ))}
          <th scope="col" title={t("compare.ratioHint")}>
            {t("regions.logRatio")}
          </th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ code, first, second, logRatio }) => {
          const name = genes.names[code] ?? "";
          const isOn = selected.some((gene) => gene.name === name);
          const Sign = isOn ? IconCheck : IconPlus;
          const ratio = Number.isFinite(logRatio) ? formatFixed(Math.abs(logRatio), language, 2) : "∞";
          return (
            <tr key={code}>
              <th scope="row">
                <button
                  type="button"
                  className={panel.gene}
                  aria-pressed={isOn}
                  aria-label={t("regions.showGene", { gene: name })}
                  onClick={() => viewStore.setState(toggleGene(name))}
                >
                  <Sign size={13} aria-hidden="true" />
                  {name}
                </button>
              </th>
              <td>{formatInteger(first, language)}</td>
              <td>{formatInteger(second, language)}</td>
              <td>
                {logRatio > 0 ? "+" : "−"}
                {ratio}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
