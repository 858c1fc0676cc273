import { ActionIcon, Button, CloseButton } from "@mantine/core";
import { IconCheck, IconPlus, IconRefresh } from "@tabler/icons-react";
import { formatInteger } from "../../core/format-number.ts";
import { selectGenes } from "../../state/actions.ts";
import { MAX_SELECTED_GENES, viewStore } from "../../state/view.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { chromeStore } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { useSession, useView } from "../stores.ts";
import { AbundanceBar } from "./abundance-bar.tsx";
import classes from "./genes-panel.module.css";

const ADD_AT_ONCE = 8;
const SHOWN = 50;

/** The most abundant genes of what is on screen, to be taken one by one or together. */
export function TopGenes() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const top = useSession((session) => session.topGenes);
  const selected = useView((view) => view.genes);
  const room = MAX_SELECTED_GENES - selected.length;
  const has = (name: string) => selected.some((gene) => gene.name === name);
  const largest = top?.[0]?.count ?? 1;
  const next = (top ?? [])
    .filter((gene) => !has(gene.name))
    .slice(0, Math.min(ADD_AT_ONCE, room))
    .map((gene) => gene.name);

  return (
    <section className={classes.top} aria-label={t("genes.topTitle")}>
      <div className={classes.topHead}>
        <span style={{ flex: 1 }}>{t("genes.topTitle")}</span>
        <ActionIcon
          size={26}
          aria-label={t("genes.topAgain")}
          onClick={() => void centiscope.countTopGenes()}
        >
          <IconRefresh size={15} aria-hidden="true" />
        </ActionIcon>
        <CloseButton
          size={26}
          iconSize={14}
          aria-label={t("app.close")}
          onClick={() => chromeStore.setState({ topGenesOpen: false })}
        />
      </div>
      <div aria-live="polite">
        {top === null && <p className={classes.nothing}>{t("genes.topCounting")}</p>}
        {top?.length === 0 && <p className={classes.nothing}>{t("genes.topNone")}</p>}
      </div>
      {top && top.length > 0 && (
        <>
          <ul className={classes.topList}>
            {top.slice(0, SHOWN).map((gene) => (
              <li key={gene.code} className={classes.topRow}>
                <span className={classes.optionName}>{gene.name}</span>
                <AbundanceBar share={gene.count / largest} />
                <span className={classes.total}>{formatInteger(gene.count, language)}</span>
                {has(gene.name) ? (
                  <IconCheck
                    size={15}
                    color="var(--cs-accent)"
                    role="img"
                    aria-label={t("palette.selected")}
                  />
                ) : (
                  <ActionIcon
                    size={26}
                    disabled={room === 0}
                    aria-label={t("genes.add", { gene: gene.name })}
                    onClick={() => viewStore.setState(selectGenes([gene.name]))}
                  >
                    <IconPlus size={15} aria-hidden="true" />
                  </ActionIcon>
                )}
              </li>
            ))}
          </ul>
          {next.length > 0 && (
            <Button
              fullWidth
              variant="subtle"
              radius={0}
              onClick={() => viewStore.setState(selectGenes(next))}
            >
              {t("genes.addAll", { n: next.length })}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
