import { CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconExclamationCircle, IconInfoCircle } from "@tabler/icons-react";
import { useEffect } from "react";
import type { Notice } from "../../state/session.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { useSession } from "../stores.ts";
import classes from "./notices.module.css";

/** Mere notes go by themselves after this long; warnings and failures stay until dismissed. */
const NOTE_MS = 10_000;
/** More stand in the Messages dialog. */
const SHOWN = 4;

export function NoticeItem({
  notice,
  centiscope,
}: {
  readonly notice: Notice;
  readonly centiscope: Centiscope;
}) {
  const { t, language } = useWords();
  const Icon = { info: IconInfoCircle, warning: IconAlertTriangle, error: IconExclamationCircle }[
    notice.level
  ];
  return (
    <li className={classes.notice} data-level={notice.level}>
      <Icon size={17} role="img" aria-label={t(`messages.${notice.level}`)} />
      <span className={classes.text}>{messageText(notice.facts, language)}</span>
      <CloseButton
        size={24}
        iconSize={14}
        aria-label={t("app.dismiss")}
        onClick={() => centiscope.dismissNotice(notice.id)}
      />
    </li>
  );
}

/** Messages about what happened, over the corner of the stage; spoken by screen readers as they come. */
export function Notices() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const notices = useSession((session) => session.notices);

  useEffect(() => {
    const timers = notices
      .filter((notice) => notice.level === "info")
      .map((notice) => setTimeout(() => centiscope.dismissNotice(notice.id), NOTE_MS));
    return () => timers.forEach(clearTimeout);
  }, [notices, centiscope]);

  return (
    <section aria-label={t("messages.region")} aria-live="polite">
      {notices.length > 0 && (
        <ul className={classes.list}>
          {notices.slice(-SHOWN).map((notice) => (
            <NoticeItem key={notice.id} notice={notice} centiscope={centiscope} />
          ))}
        </ul>
      )}
    </section>
  );
}
