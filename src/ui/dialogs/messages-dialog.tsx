import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { NoticeItem } from "../shell/notices.tsx";
import { useSession } from "../stores.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";

/** Every notice that has not been dismissed, newest first. */
export function MessagesDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const notices = useSession((session) => session.notices);
  return (
    <Dialog title={t("messages.title")} onClose={onClose} width={560}>
      {notices.length === 0 ? (
        <p className={classes.text}>{t("messages.none")}</p>
      ) : (
        <ul className={classes.messages}>
          {notices.toReversed().map((notice) => (
            <NoticeItem key={notice.id} notice={notice} centiscope={centiscope} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}
