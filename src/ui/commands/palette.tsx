import { Kbd } from "@mantine/core";
import { Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { formatInteger } from "../../core/format-number.ts";
import { rankName, searchNames } from "../../core/fuzzy.ts";
import { toggleGene } from "../../state/actions.ts";
import { viewStore } from "../../state/view.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useGeneFacts } from "../genes/use-gene-facts.ts";
import { useWords } from "../i18n/i18n.ts";
import { SimulatedBadge } from "../slides/simulated-badge.tsx";
import { useOpen } from "../slides/use-open.ts";
import { useSamples } from "../slides/use-samples.ts";
import { useSession, useView } from "../stores.ts";
import { commands } from "./commands.ts";
import { keyWords } from "./key-words.ts";
import classes from "./palette.module.css";

const GENES_SHOWN = 8;
/** The list is a ScrollArea, which takes this though its type does not say so; without it no key scrolls it. */
const SCROLLS_BY_KEYS: object = { viewportProps: { tabIndex: 0 } };
const RANKS = ["exact", "prefix", "word", "inside", "scattered"] as const;

interface ActionProps {
  readonly label: string;
  readonly aside?: ReactNode;
  readonly onClick: () => void;
}

function Action({ label, aside, onClick }: ActionProps) {
  return (
    <Spotlight.Action className={classes.action ?? ""} onClick={onClick}>
      <span className={classes.line}>
        <span>{label}</span>
        {aside && <span className={classes.aside}>{aside}</span>}
      </span>
    </Spotlight.Action>
  );
}

/** Those that match, best first; all when the query is empty. */
function matching<T>(items: readonly T[], label: (item: T) => string, query: string): T[] {
  if (query.trim() === "") return [...items];
  return items
    .map((item) => ({ item, rank: rankName(label(item), query) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => RANKS.indexOf(a.rank!) - RANKS.indexOf(b.rank!))
    .map(({ item }) => item);
}

function GeneActions({ query }: { readonly query: string }) {
  const { t, language } = useWords();
  const facts = useGeneFacts();
  const genes = useView((view) => view.genes);
  const found = useMemo(
    () => (facts && query.trim() ? searchNames(facts.index, query, GENES_SHOWN) : []),
    [facts, query],
  );
  if (!facts || found.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={t("palette.genes")}>
      {found.map((code) => {
        const name = facts.genes.names[code]!;
        return (
          <Action
            key={code}
            label={name}
            aside={
              genes.some((gene) => gene.name === name)
                ? t("palette.selected")
                : formatInteger(facts.totals[code] ?? 0, language)
            }
            onClick={() => viewStore.setState(toggleGene(name))}
          />
        );
      })}
    </Spotlight.ActionsGroup>
  );
}

function SlideActions({ query }: { readonly query: string }) {
  const { t, language } = useWords();
  const open = useOpen();
  const slides = useSession((session) => session.slides);
  const samples = useSamples();
  const words = language === "zh-CN" ? "zh" : "en";
  const shownSlides = matching(slides, (slide) => slide.title, query);
  const cards = samples.status === "ready" ? samples.cards : [];
  const shownCards = matching(cards, (card) => card.title[words], query);
  return (
    <>
      {shownSlides.length > 0 && (
        <Spotlight.ActionsGroup label={t("palette.slides")}>
          {shownSlides.map((slide) => (
            <Action
              key={slide.id}
              label={slide.title}
              aside={slide.simulated ? <SimulatedBadge /> : slide.subtitle}
              onClick={() => open.slide(slide.id)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {shownCards.length > 0 && (
        <Spotlight.ActionsGroup label={t("palette.samples")}>
          {shownCards.map((card) => (
            <Action
              key={card.id}
              label={card.title[words]}
              aside={card.simulated ? <SimulatedBadge /> : card.subtitle[words]}
              onClick={() => open.sample(card.id)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
    </>
  );
}

function CommandActions({ query }: { readonly query: string }) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const active = useSession((session) => session.activeId !== null);
  const all = useMemo(
    () => commands(centiscope).filter((command) => !command.keyOnly && (active || !command.slide)),
    [centiscope, active],
  );
  const shown = matching(all, (command) => t(command.word, command.values), query);
  if (shown.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={t("palette.commands")}>
      {shown.map((command) => (
        <Action
          key={command.id}
          label={t(command.word, command.values)}
          aside={command.keys[0] && <Kbd size="xs">{keyWords(command)[0]}</Kbd>}
          onClick={command.run}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

/** Genes, commands, slides and samples under one field. */
export function Palette() {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      size={620}
      centered={false}
      yOffset="12vh"
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      attributes={{ content: { "aria-label": t("command.palette") } }}
    >
      <Spotlight.Search
        placeholder={t("palette.placeholder")}
        aria-label={t("palette.placeholder")}
        leftSection={<IconSearch size={17} aria-hidden="true" />}
      />
      <Spotlight.ActionsList className={classes.list ?? ""} {...SCROLLS_BY_KEYS}>
        <GeneActions query={query} />
        <SlideActions query={query} />
        <CommandActions query={query} />
      </Spotlight.ActionsList>
      <div className={classes.foot}>{t("palette.foot")}</div>
    </Spotlight.Root>
  );
}
