import { Anchor } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { AppFrame } from "../app-frame.tsx";
import { useWords } from "../i18n/i18n.ts";
import classes from "./recovery.module.css";
import { Recovery } from "./recovery.tsx";

function RecoveryPage() {
  const { t } = useWords();
  return (
    <main className={classes.page}>
      <h1 className={classes.product}>{t("app.name")}</h1>
      <h2 className={classes.heading}>{t("recovery.title")}</h2>
      <Recovery />
      <Anchor href={location.pathname} className={classes.back}>
        {t("recovery.back")}
      </Anchor>
    </main>
  );
}

/** The page of `?recover`: neither slides nor graphics are touched, so that they cannot stand in its way. */
export function mountRecovery(root: HTMLElement): void {
  createRoot(root).render(
    <AppFrame>
      <RecoveryPage />
    </AppFrame>,
  );
}
