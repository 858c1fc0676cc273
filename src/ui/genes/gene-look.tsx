import { ActionIcon, NumberInput, Popover, SegmentedControl, Tooltip } from "@mantine/core";
import { categoricalColors, glyphShapes } from "../../core/glyph.ts";
import { GlyphIcon } from "../../kit/glyph-icon.tsx";
import { changeGene } from "../../state/actions.ts";
import { type SelectedGene, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useView } from "../stores.ts";
import classes from "./genes-panel.module.css";

/** The glyph of a gene: opens the choice of its colour, shape, weight and side. */
export function GeneLook({ gene }: { readonly gene: SelectedGene }) {
  const { t } = useWords();
  const ratio = useView((view) => view.bins.statistic === "ratio" && view.bins.of === "genes");
  const change = (to: Partial<Omit<SelectedGene, "name">>) => viewStore.setState(changeGene(gene.name, to));
  const label = t("genes.look", { gene: gene.name });
  return (
    <Popover position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon aria-label={label}>
          <GlyphIcon shape={gene.shape} color={gene.color} sizePx={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <div className={classes.look}>
          <div>
            <p className={classes.lookTitle}>{t("genes.color")}</p>
            <div className={classes.swatches} role="toolbar" aria-label={t("genes.color")}>
              {categoricalColors.map((color) => (
                <Tooltip key={color} label={color}>
                  <button
                    type="button"
                    aria-pressed={gene.color === color}
                    aria-label={color}
                    className={classes.swatch}
                    onClick={() => change({ color })}
                  >
                    <i style={{ background: color }} />
                  </button>
                </Tooltip>
              ))}
            </div>
          </div>
          <div>
            <p className={classes.lookTitle}>{t("genes.shape")}</p>
            <div className={classes.swatches} role="toolbar" aria-label={t("genes.shape")}>
              {glyphShapes.map((shape) => (
                <Tooltip key={shape} label={t(`shape.${shape}`)}>
                  <button
                    type="button"
                    aria-pressed={gene.shape === shape}
                    aria-label={t(`shape.${shape}`)}
                    className={classes.swatch}
                    onClick={() => change({ shape })}
                  >
                    <GlyphIcon shape={shape} color={gene.color} sizePx={16} />
                  </button>
                </Tooltip>
              ))}
            </div>
          </div>
          <NumberInput
            size="xs"
            label={t("genes.weight")}
            value={gene.weight}
            step={0.5}
            decimalScale={3}
            onChange={(value) => typeof value === "number" && change({ weight: value })}
          />
          {ratio && (
            <SegmentedControl
              aria-label={t("genes.side")}
              value={gene.side}
              data={[
                { value: "over", label: t("genes.over") },
                { value: "under", label: t("genes.under") },
              ]}
              onChange={(side) => change({ side })}
            />
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
