import { Dialog } from "../dialogs/dialog.tsx";
import { useWords } from "../i18n/i18n.ts";
import { Recovery } from "./recovery.tsx";

/** The recovery page over what is open. */
export function RecoveryDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog title={t("recovery.title")} onClose={onClose} width={720}>
      <Recovery />
    </Dialog>
  );
}
