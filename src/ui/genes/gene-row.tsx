import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconEye,
  IconEyeOff,
  IconFocus2,
  IconTrash,
} from "@tabler/icons-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { formatDecimal, formatInteger } from "../../core/format-number.ts";
import { changeGene, deselectGene, moveGene, toggleSolo } from "../../state/actions.ts";
import { type SelectedGene, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useView } from "../stores.ts";
import { AbundanceBar } from "./abundance-bar.tsx";
import { GeneLook } from "./gene-look.tsx";
import classes from "./genes-panel.module.css";

/** Kind of a drag of ours: never mistaken for files, and never read by other pages. */
const DRAG_TYPE = "application/x-centiscope-gene";

export interface GeneRowProps {
  readonly gene: SelectedGene;
  readonly at: number;
  /** Molecules that pass the filter; null when this slide has no such gene. */
  readonly total: number | null;
  readonly share: number;
  readonly onMove: (name: string, to: number) => void;
}

/** One selected gene. Dragging has its alternative: Alt+arrows, and the menu. */
export function GeneRow({ gene, at, total, share, onMove }: GeneRowProps) {
  const { t, language } = useWords();
  const solo = useView((view) => view.soloGene);
  const ratio = useView((view) => view.bins.statistic === "ratio" && view.bins.of === "genes");
  const [drop, setDrop] = useState<"before" | "after" | null>(null);
  const off = !gene.visible || (solo !== null && solo !== gene.name);
  const isSolo = solo === gene.name;

  const sideOf = (event: DragEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2 ? "before" : "after";
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    onMove(gene.name, at + (event.key === "ArrowUp" ? -1 : 1));
  };

  return (
    <li
      className={classes.gene}
      data-off={off}
      data-solo={isSolo}
      data-sided={ratio}
      data-drop={drop ?? undefined}
      data-gene={gene.name}
      draggable
      onKeyDown={onKeyDown}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAG_TYPE, gene.name);
        event.dataTransfer.effectAllowed = "move";
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
        event.preventDefault();
        setDrop(sideOf(event));
      }}
      onDragLeave={() => setDrop(null)}
      onDrop={(event) => {
        const name = event.dataTransfer.getData(DRAG_TYPE);
        setDrop(null);
        if (!name || name === gene.name) return;
        event.preventDefault();
        const from = viewStore.getState().genes.findIndex((candidate) => candidate.name === name);
        const to = at + (sideOf(event) === "after" ? 1 : 0);
        viewStore.setState(moveGene(name, from < to ? to - 1 : to));
      }}
    >
      <GeneLook gene={gene} />
      <Tooltip label={isSolo ? t("genes.soloEnd") : t("genes.soloOf", { gene: gene.name })}>
        <button
          type="button"
          className={classes.name}
          aria-pressed={isSolo}
          aria-label={t("genes.soloOf", { gene: gene.name })}
          onClick={() => viewStore.setState(toggleSolo(gene.name))}
        >
          <span className={classes.nameText}>{gene.name}</span>
          {gene.weight !== 1 && (
            <span className={classes.tag}>×{formatDecimal(gene.weight, language, 2)}</span>
          )}
          {ratio && <span className={classes.tag}>{t(`genes.${gene.side}`)}</span>}
        </button>
      </Tooltip>
      {total === null ? (
        <span className={classes.total} style={ratio ? undefined : { gridColumn: "span 2" }}>
          {t("genes.missing")}
        </span>
      ) : (
        <>
          {!ratio && <AbundanceBar share={share} color={gene.color} />}
          <span className={classes.total}>{formatInteger(total, language)}</span>
        </>
      )}
      <ActionIcon
        size={26}
        aria-label={t(gene.visible ? "genes.hide" : "genes.show", { gene: gene.name })}
        onClick={() => viewStore.setState(changeGene(gene.name, { visible: !gene.visible }))}
      >
        {gene.visible ? (
          <IconEye size={15} aria-hidden="true" />
        ) : (
          <IconEyeOff size={15} aria-hidden="true" />
        )}
      </ActionIcon>
      {/* Inside of the panel, or its words would be outside of every landmark. */}
      <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon size={26} aria-label={t("genes.more", { gene: gene.name })}>
            <IconDots size={15} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconFocus2 size={14} />}
            onClick={() => viewStore.setState(toggleSolo(gene.name))}
          >
            {t(isSolo ? "genes.soloEnd" : "genes.solo")}
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowUp size={14} />} onClick={() => onMove(gene.name, at - 1)}>
            {t("genes.moveUp")}
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowDown size={14} />} onClick={() => onMove(gene.name, at + 1)}>
            {t("genes.moveDown")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={14} />}
            onClick={() => viewStore.setState(deselectGene(gene.name))}
          >
            {t("genes.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
