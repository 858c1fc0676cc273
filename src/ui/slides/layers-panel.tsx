import { Checkbox, Slider } from "@mantine/core";
import { formatPercent } from "../../core/format-number.ts";
import { changeLayer } from "../../state/actions.ts";
import { type LayerName, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useActiveSlide, useView } from "../stores.ts";
import { ChannelsPanel } from "./channels-panel.tsx";
import classes from "./layers-panel.module.css";
import tray from "./tray.module.css";

function Layer({ name }: { readonly name: LayerName }) {
  const { t, language } = useWords();
  const layer = useView((view) => view.layers[name]);
  const word = t(`layers.${name}`);
  return (
    <li className={classes.layer}>
      <Checkbox
        checked={layer.visible}
        label={word}
        aria-label={t("layers.show", { layer: word })}
        onChange={(event) => viewStore.setState(changeLayer(name, { visible: event.currentTarget.checked }))}
      />
      <Slider
        value={Math.round(layer.opacity * 100)}
        disabled={!layer.visible}
        thumbLabel={t("layers.opacity", { layer: word })}
        thumbValueText={(value) => formatPercent(value, language)}
        onChange={(value) => viewStore.setState(changeLayer(name, { opacity: value / 100 }))}
      />
    </li>
  );
}

/** Visibility and opacity of what lies on each other, and the image's channels. */
export function LayersPanel() {
  const { t } = useWords();
  const slide = useActiveSlide();
  if (!slide) return null;
  const names: LayerName[] = [];
  if (slide.image.status !== "idle") names.push("image");
  if (slide.expression.status !== "idle") names.push("bins", "points");
  if (names.length === 0) return null;
  return (
    <section>
      <h2 className={tray.heading}>{t("layers.title")}</h2>
      <ul className={classes.list}>
        {names.map((name) => (
          <Layer key={name} name={name} />
        ))}
      </ul>
      {slide.imageFacts && slide.imageFacts.kind === "channels" && <ChannelsPanel facts={slide.imageFacts} />}
    </section>
  );
}
