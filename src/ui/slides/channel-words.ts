import type { Translate } from "../i18n/i18n.ts";

/** A channel's name as the file has it; the readers' names for unnamed ones in the language of the interface. */
export function channelWords(name: string, t: Translate): string {
  if (name === "Grey") return t("layers.grey");
  const number = /^Channel (\d+)$/.exec(name)?.[1];
  return number ? t("layers.channel", { n: number }) : name;
}
