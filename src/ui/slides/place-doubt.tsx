import { UnstyledButton } from "@mantine/core";
import { viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { useActiveSlide } from "../stores.ts";
import classes from "./badge.module.css";

/** Warnings by which transcripts may not lie where they belong on the image. */
const DOUBTS: readonly string[] = ["table-outside-image", "image-scale-differs"];

/** Stands beside the figures while image and transcripts may not belong together; leads to what is known of it. */
export function PlaceDoubt() {
  const { t, language } = useWords();
  const slide = useActiveSlide();
  const doubt = slide?.warnings.find(({ code }) => DOUBTS.includes(code));
  if (!doubt) return null;
  return (
    <UnstyledButton
      className={classes.badge}
      mih={24}
      title={messageText(doubt, language)}
      onClick={() =>
        viewStore.setState((view) => ({ ...view, panel: "slide", panels: { ...view.panels, right: true } }))
      }
    >
      {t("status.placeDoubt")}
    </UnstyledButton>
  );
}
