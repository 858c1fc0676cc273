import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../i18n/i18n.ts";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** CSS pixels. */
  readonly width?: number;
  readonly children: ReactNode;
}

/** A modal dialog: focus stays inside, Escape closes, and the focus returns to where it was. */
export function Dialog({ title, onClose, width = 480, children }: DialogProps) {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={width}
      closeButtonProps={{ "aria-label": t("app.close") }}
      transitionProps={{ duration: 0 }}
      // Mantine's header element would be a second banner of the page.
      attributes={{ header: { role: "presentation" } }}
    >
      {children}
    </Modal>
  );
}
