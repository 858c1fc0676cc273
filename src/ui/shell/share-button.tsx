import { Button, Group, Popover, Stack, Text, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconPhoto, IconShare } from "@tabler/icons-react";
import { useState } from "react";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { useActiveSlide } from "../stores.ts";
import { savePicture } from "./save-picture.ts";

/** Copies the link of this view; for files of this computer it says why there is none. */
export function ShareButton() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const slide = useActiveSlide();
  const clipboard = useClipboard({ timeout: 4000 });
  const [opened, setOpened] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);

  const open = () => {
    const now = slide ? centiscope.link() : null;
    setLink(now);
    setFailed(false);
    setOpened((was) => !was);
    if (now && !opened) clipboard.copy(now);
  };
  const save = () => {
    setFailed(false);
    savePicture(centiscope).catch(() => setFailed(true));
  };

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={340} trapFocus>
      <Popover.Target>
        <Button onClick={open} leftSection={<IconShare size={15} aria-hidden="true" />}>
          {t("top.share")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("share.title")}>
        <Stack gap="xs">
          <Text fw={650}>{t("share.title")}</Text>
          <Text size="sm" c="dimmed">
            {!slide ? t("share.none") : link ? t("share.text") : t("share.local")}
          </Text>
          {link && (
            <Group gap="xs" wrap="nowrap">
              <TextInput
                size="xs"
                flex={1}
                readOnly
                value={link}
                aria-label={t("share.title")}
                onFocus={(event) => event.currentTarget.select()}
              />
              <Button
                onClick={() => clipboard.copy(link)}
                leftSection={
                  clipboard.copied ? (
                    <IconCheck size={14} aria-hidden="true" />
                  ) : (
                    <IconCopy size={14} aria-hidden="true" />
                  )
                }
              >
                <span aria-live="polite">{t(clipboard.copied ? "app.copied" : "app.copy")}</span>
              </Button>
            </Group>
          )}
          {slide && (
            <Button onClick={save} leftSection={<IconPhoto size={14} aria-hidden="true" />}>
              {t("share.picture")}
            </Button>
          )}
          {failed && (
            <Text size="sm" c="var(--cs-danger)" role="alert">
              {t("share.failed")}
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
