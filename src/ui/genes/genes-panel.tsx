import { Button, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { UNOPENED_CODES } from "../../core/unopened.ts";
import { clearGenes, moveGene, openDialog } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import { MAX_SELECTED_GENES, viewStore } from "../../state/view.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { chromeStore, useChrome } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { InTurn } from "../in-turn.tsx";
import { messageText } from "../message-text.ts";
import { useActiveSlide, useView } from "../stores.ts";
import { GeneRow } from "./gene-row.tsx";
import { GeneSearch } from "./gene-search.tsx";
import classes from "./genes-panel.module.css";
import { TopGenes } from "./top-genes.tsx";
import { type GeneFacts, useGeneFacts } from "./use-gene-facts.ts";

function SelectedGenes({ facts }: { readonly facts: GeneFacts }) {
  const { t } = useWords();
  const genes = useView((view) => view.genes);
  const [moved, setMoved] = useState("");
  const totals = genes.map((gene) => {
    const code = facts.codeOf.get(gene.name);
    return code === undefined ? null : (facts.totals[code] ?? 0);
  });
  const largest = Math.max(1, ...totals.map((total) => total ?? 0));
  if (genes.length === 0) {
    return (
      <div className={classes.empty}>
        <strong>{t("genes.empty")}</strong>
        {t("genes.emptyHint")}
      </div>
    );
  }
  return (
    <>
      <ul className={classes.genes} aria-label={t("genes.selected")}>
        <InTurn>
          {genes.map((gene, at) => (
            <GeneRow
              key={gene.name}
              gene={gene}
              at={at}
              total={totals[at] ?? null}
              share={(totals[at] ?? 0) / largest}
              onMove={(name, to) => {
                viewStore.setState(moveGene(name, to));
                const place = viewStore.getState().genes.findIndex((candidate) => candidate.name === name);
                setMoved(t("genes.moved", { gene: name, n: place + 1 }));
              }}
            />
          ))}
        </InTurn>
      </ul>
      <VisuallyHidden aria-live="polite">{moved}</VisuallyHidden>
    </>
  );
}

/** What the panel says in place of genes, by the state of the expression. */
const EMPTY = {
  idle: "genes.noExpression",
  loading: "genes.loading",
  ready: "genes.loading",
  failed: "genes.failed",
} as const;

/** Search, the selected genes, and the ways to select many. */
export function GenesPanel() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const slide = useActiveSlide();
  const facts = useGeneFacts();
  const count = useView((view) => view.genes.length);
  const topOpen = useChrome((chrome) => chrome.topGenesOpen);
  if (!slide) return null;
  if (!facts) {
    const idle = slide.expression.status === "idle";
    const reason = idle ? slide.warnings.find(({ code }) => UNOPENED_CODES.includes(code)) : undefined;
    return (
      <section className={classes.panel} aria-label={t("genes.title")}>
        <div className={classes.empty}>
          {t(slide.question ? "genes.waiting" : EMPTY[slide.expression.status])}
          {reason && <span>{messageText(reason, language)}</span>}
        </div>
      </section>
    );
  }
  return (
    <section className={classes.panel} aria-label={t("genes.title")}>
      <GeneSearch facts={facts} />
      <SelectedGenes facts={facts} />
      <div className={classes.foot}>
        <Button variant="subtle" color="gray" onClick={() => sessionStore.setState(openDialog("gene-list"))}>
          {t("genes.paste")}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          aria-expanded={topOpen}
          onClick={() => {
            chromeStore.setState({ topGenesOpen: !topOpen });
            if (!topOpen) void centiscope.countTopGenes();
          }}
        >
          {t("genes.top")}
        </Button>
        {count > 0 && (
          <Button variant="subtle" color="gray" onClick={() => viewStore.setState(clearGenes())}>
            {t("genes.clear")}
          </Button>
        )}
        <span className={classes.of}>{t("genes.of", { n: count, max: MAX_SELECTED_GENES })}</span>
      </div>
      {topOpen && <TopGenes />}
    </section>
  );
}
