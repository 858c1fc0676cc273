import { Checkbox, NumberInput, RangeSlider } from "@mantine/core";
import { formatSignificant } from "../../core/format-number.ts";
import { changeChannel } from "../../state/actions.ts";
import type { ImageFacts } from "../../state/session.ts";
import { type ChannelSetting, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useView } from "../stores.ts";
import { channelWords } from "./channel-words.ts";
import classes from "./layers-panel.module.css";
import tray from "./tray.module.css";

const AXIS_STEPS = 1000;

/**
 * Positions of the contrast slider: a square root, because 16-bit tissue lives in the lowest tenth of its range
 * and both thumbs would stand on each other on a linear one.
 */
function limitsAxis(min: number, max: number) {
  const length = max > min ? max - min : 1;
  const whole = length > 20;
  return {
    position: (value: number) =>
      Math.round(AXIS_STEPS * Math.sqrt(Math.max(0, Math.min(1, (value - min) / length)))),
    value: (position: number) => {
      const value = min + length * (position / AXIS_STEPS) ** 2;
      return whole ? Math.round(value) : value;
    },
  };
}

/** Colour and contrast limits of each channel of a fluorescence image. */
export function ChannelsPanel({ facts }: { readonly facts: ImageFacts }) {
  const { t, language } = useWords();
  const chosen = useView((view) => view.channels);
  const suggested: readonly ChannelSetting[] = facts.channels.map((channel) => ({
    visible: true,
    color: channel.color,
    limits: channel.limits,
  }));
  const channels = chosen ?? suggested;
  const change = (index: number, to: Partial<ChannelSetting>) =>
    viewStore.setState(changeChannel(index, to, suggested));

  return (
    <div className={classes.channels}>
      <h3 className={tray.heading}>{t("layers.channels")}</h3>
      <ul className={classes.list}>
        {channels.map((channel, index) => {
          const name = channelWords(facts.channelNames[index] ?? `Channel ${index + 1}`, t);
          const [min, max] = facts.channels[index]?.dataRange ?? channel.limits;
          const axis = limitsAxis(min, max);
          const setEnd = (end: 0 | 1, value: number) => {
            const limits: [number, number] = [channel.limits[0], channel.limits[1]];
            limits[end] = value;
            if (limits[0] < limits[1]) change(index, { limits });
          };
          const field = (end: 0 | 1) => (
            <NumberInput
              size="xs"
              hideControls
              aria-label={t(end === 0 ? "layers.low" : "layers.high", { layer: name })}
              value={Number(channel.limits[end].toPrecision(5))}
              onChange={(value) => typeof value === "number" && setEnd(end, value)}
            />
          );
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: channels have a fixed order and names may repeat
            <li key={index} className={classes.channel}>
              <div className={classes.channelHead}>
                <Checkbox
                  checked={channel.visible}
                  label={name}
                  aria-label={t("layers.show", { layer: name })}
                  onChange={(event) => change(index, { visible: event.currentTarget.checked })}
                />
                <input
                  type="color"
                  className={classes.color}
                  value={channel.color}
                  aria-label={t("layers.color", { layer: name })}
                  onChange={(event) => change(index, { color: event.currentTarget.value })}
                />
              </div>
              <RangeSlider
                className={classes.range ?? ""}
                min={0}
                max={AXIS_STEPS}
                minRange={1}
                value={[axis.position(channel.limits[0]), axis.position(channel.limits[1])]}
                thumbFromLabel={t("layers.low", { layer: name })}
                thumbToLabel={t("layers.high", { layer: name })}
                thumbValueText={(at) => formatSignificant(axis.value(at), language, 5)}
                onChange={([from, to]) => {
                  const limits: [number, number] = [axis.value(from), axis.value(to)];
                  if (limits[0] < limits[1]) change(index, { limits });
                }}
              />
              <div className={classes.limits}>
                {field(0)}
                {field(1)}
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
