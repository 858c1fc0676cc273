import { useStore } from "zustand";
import { openDialog } from "../../state/actions.ts";
import { type SessionState, sessionStore } from "../../state/session.ts";
import { chromeStore, useChrome } from "../chrome.ts";
import { IdentityDialog } from "../recovery/identity-dialog.tsx";
import { RecoveryDialog } from "../recovery/recovery-dialog.tsx";
import { ComparisonDialog } from "../regions/compare/comparison-dialog.tsx";
import { HistoryDialog } from "../regions/history-dialog.tsx";
import { ImportDialog } from "../regions/import-dialog.tsx";
import { useDocument } from "../regions/use-document.ts";
import { useSession } from "../stores.ts";
import { AboutDialog } from "./about-dialog.tsx";
import { ColumnsDialog } from "./columns-dialog.tsx";
import { GeneListDialog } from "./gene-list-dialog.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { MessagesDialog } from "./messages-dialog.tsx";
import { UnitsDialog } from "./units-dialog.tsx";
import { UrlDialog } from "./url-dialog.tsx";

const close = () => sessionStore.setState(openDialog("none"));

function Chosen({ dialog }: { readonly dialog: SessionState["dialog"] }) {
  switch (dialog) {
    case "keys":
      return <KeysDialog onClose={close} />;
    case "about":
      return <AboutDialog onClose={close} />;
    case "open-url":
      return <UrlDialog onClose={close} />;
    case "gene-list":
      return <GeneListDialog onClose={close} />;
    case "messages":
      return <MessagesDialog onClose={close} />;
    case "import-regions":
      return <ImportDialog onClose={close} />;
    case "region-history":
      return <HistoryDialog onClose={close} />;
    case "compare-regions":
      return <ComparisonDialog onClose={close} />;
    case "recovery":
      return <RecoveryDialog onClose={close} />;
    case "none":
      return null;
  }
}

/** The first slide that asks something, unless the user put it off: then the tray asks. */
function Question() {
  const slides = useSession((session) => session.slides);
  const postponed = useChrome((chrome) => chrome.postponed);
  const slide = slides.find((candidate) => candidate.question && !postponed.includes(candidate.id));
  if (!slide?.question) return null;
  const later = () => chromeStore.setState({ postponed: [...postponed, slide.id] });
  const key = `${slide.id} ${slide.question.kind}`;
  return slide.question.kind === "units" ? (
    <UnitsDialog key={key} slideId={slide.id} question={slide.question} onLater={later} />
  ) : (
    <ColumnsDialog key={key} slideId={slide.id} question={slide.question} onLater={later} />
  );
}

/** The slide in view, when its content does not tell whose regions are its. */
function Identity() {
  const mayBe = useDocument((state) => state.mayBe);
  return mayBe && <IdentityDialog mayBe={mayBe} />;
}

/** The one dialog that the session asks for, and the questions of slides. */
export function Dialogs() {
  // At once: what was pressed must give way to it before its tooltip comes.
  const dialog = useStore(sessionStore, (session) => session.dialog);
  return (
    <>
      <Chosen dialog={dialog} />
      <Question />
      <Identity />
    </>
  );
}
