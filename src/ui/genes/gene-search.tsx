import { TextInput } from "@mantine/core";
import { IconCheck, IconSearch } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { formatInteger } from "../../core/format-number.ts";
import { searchNames } from "../../core/fuzzy.ts";
import { toggleGene } from "../../state/actions.ts";
import { MAX_SELECTED_GENES, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useView } from "../stores.ts";
import { AbundanceBar } from "./abundance-bar.tsx";
import classes from "./genes-panel.module.css";
import type { GeneFacts } from "./use-gene-facts.ts";

/** The field that the key G goes to. */
export const GENE_SEARCH_ID = "gene-search";
const ROW_PX = 30;

interface ResultsProps {
  readonly facts: GeneFacts;
  readonly found: readonly number[];
  readonly query: string;
  readonly active: number;
  readonly onActive: (at: number) => void;
  readonly listId: string;
  readonly selected: ReadonlySet<string>;
}

function Results({ facts, found, query, active, onActive, listId, selected }: ResultsProps) {
  const { t, language } = useWords();
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const lastActive = useRef(active);
  if (lastActive.current !== active) {
    lastActive.current = active;
    // After the render: the row may not exist yet.
    queueMicrotask(() => rows.scrollToIndex(active));
  }
  if (found.length === 0) return <p className={classes.nothing}>{t("genes.none", { query })}</p>;
  return (
    <>
      <div className={classes.popupHead}>
        <span>{t("genes.foundCount", { n: formatInteger(found.length, language) })}</span>
        {selected.size >= MAX_SELECTED_GENES && (
          <span role="alert">{t("genes.full", { max: MAX_SELECTED_GENES })}</span>
        )}
      </div>
      <div
        ref={scroll}
        className={classes.results}
        id={listId}
        role="listbox"
        tabIndex={-1}
        aria-label={t("genes.results")}
        aria-multiselectable="true"
      >
        <div className={classes.spacer} role="presentation" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const code = found[row.index]!;
            const name = facts.genes.names[code]!;
            const total = facts.totals[code] ?? 0;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys act on the field (aria-activedescendant)
              <div
                key={code}
                id={`${listId}-${row.index}`}
                className={classes.option}
                role="option"
                aria-selected={selected.has(name)}
                aria-setsize={found.length}
                aria-posinset={row.index + 1}
                tabIndex={-1}
                data-active={row.index === active}
                style={{ transform: `translateY(${row.start}px)` }}
                onMouseMove={() => onActive(row.index)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => viewStore.setState(toggleGene(name))}
              >
                {selected.has(name) ? <IconCheck size={14} aria-hidden="true" /> : <span />}
                <span className={classes.optionName} title={name}>
                  {name}
                </span>
                {facts.genes.isControl[code] === 1 ? (
                  <span className={classes.control}>{t("genes.control")}</span>
                ) : (
                  <AbundanceBar share={total / facts.largest} />
                )}
                <span className={classes.total}>{formatInteger(total, language)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

/** Fuzzy search over every name: type, arrows, Enter. It stays open, so several genes are one visit. */
export function GeneSearch({ facts }: { readonly facts: GeneFacts }) {
  const { t, language } = useWords();
  const listId = useId();
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const genes = useView((view) => view.genes);
  const selected = useMemo(() => new Set(genes.map((gene) => gene.name)), [genes]);
  const found = useMemo(() => (open ? searchNames(facts.index, query) : []), [open, facts, query]);

  const onKeyDown = (event: KeyboardEvent) => {
    const last = found.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, active + 1),
      ArrowUp: Math.max(0, active - 1),
      PageDown: Math.min(last, active + 10),
      PageUp: Math.max(0, active - 10),
    };
    const to = moves[event.key];
    if (to !== undefined) {
      if (open) setActive(Math.max(0, to));
      setOpen(true);
    } else if (event.key === "Enter") {
      const code = found[active];
      if (code !== undefined) viewStore.setState(toggleGene(facts.genes.names[code]!));
    } else if (event.key === "Escape") {
      setOpen(false);
      setQuery("");
      setActive(0);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  const count = facts.genes.names.length;
  return (
    <div className={classes.search}>
      <TextInput
        id={GENE_SEARCH_ID}
        value={query}
        leftSection={<IconSearch size={15} aria-hidden="true" />}
        placeholder={t("genes.search", { count, features: formatInteger(count, language) })}
        aria-label={t("genes.searchLabel")}
        aria-keyshortcuts="g"
        role="combobox"
        aria-expanded={open && found.length > 0}
        aria-controls={open && found.length > 0 ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && found.length > 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus in the field while the list is used
        <div className={classes.popup} onMouseDown={(event) => event.preventDefault()}>
          <Results
            facts={facts}
            found={found}
            query={query}
            active={active}
            onActive={setActive}
            listId={listId}
            selected={selected}
          />
        </div>
      )}
    </div>
  );
}
