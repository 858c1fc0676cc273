import { Kbd } from "@mantine/core";
import { useCentiscope } from "../centiscope-context.ts";
import type { Command } from "../commands/command.ts";
import { commands } from "../commands/commands.ts";
import { keyWords } from "../commands/key-words.ts";
import { useWords } from "../i18n/i18n.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";

const GROUPS: readonly Command["group"][] = [
  "group.view",
  "group.expression",
  "group.regions",
  "group.window",
];

function Key({ caps, text }: { readonly caps: readonly string[]; readonly text: string }) {
  return (
    <div className={classes.key}>
      <dt>
        {caps.map((cap) => (
          <Kbd key={cap} size="xs">
            {cap}
          </Kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </div>
  );
}

/** Every key and gesture, as the commands themselves declare them. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const all = commands(useCentiscope()).filter((command) => command.keys.length > 0);
  return (
    <Dialog title={t("keys.title")} onClose={onClose} width={720}>
      <p className={classes.text}>{t("keys.text")}</p>
      <div className={classes.groups}>
        {GROUPS.map((group) => (
          <section key={group} className={classes.group}>
            <h3>{t(group)}</h3>
            <dl className={classes.keys}>
              {all
                .filter((command) => command.group === group)
                .map((command) => (
                  <Key key={command.id} caps={keyWords(command)} text={t(command.word, command.values)} />
                ))}
              {group === "group.expression" && <Key caps={["Alt ↑", "Alt ↓"]} text={t("keys.altArrows")} />}
            </dl>
          </section>
        ))}
        <section className={classes.group}>
          <h3>{t("keys.mouse")}</h3>
          <dl className={classes.keys}>
            <Key caps={[t("keys.drag")]} text={t("keys.dragText")} />
            <Key caps={[t("keys.wheel")]} text={t("keys.wheelText")} />
            <Key caps={[t("keys.hover")]} text={t("keys.hoverText")} />
            <Key caps={[t("keys.click")]} text={t("keys.clickText")} />
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
