import { ActionIcon, Button, Kbd, Tooltip } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import {
  IconBrightnessAuto,
  IconInfoCircle,
  IconKeyboard,
  IconMoon,
  IconPresentation,
  IconSearch,
  IconSun,
} from "@tabler/icons-react";
import { openDialog, togglePresenting } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import { viewStore } from "../../state/view.ts";
import { chromeStore } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { SimulatedBadge } from "../slides/simulated-badge.tsx";
import { slideWords } from "../slides/slide-words.ts";
import { useActiveSlide, usePreferences } from "../stores.ts";
import { nextLanguage, nextTheme } from "../switch-preferences.ts";
import { Logo } from "./logo.tsx";
import { ShareButton } from "./share-button.tsx";
import classes from "./top-bar.module.css";

function SlideTitle() {
  const { t, language } = useWords();
  const slide = useActiveSlide();
  if (!slide) return <div className={classes.title} />;
  const facts = slideWords(slide, t, language);
  return (
    <div className={classes.title}>
      <h1 title={slide.title}>{slide.title}</h1>
      {facts && <span className={classes.facts}>· {facts}</span>}
      {slide.simulated && <SimulatedBadge />}
    </div>
  );
}

export function TopBar() {
  const { t } = useWords();
  const theme = usePreferences((preferences) => preferences.theme);
  const slide = useActiveSlide();
  const ThemeIcon = { dark: IconMoon, light: IconSun, auto: IconBrightnessAuto }[theme];
  return (
    <div className={classes.bar}>
      <button
        type="button"
        className={classes.brand}
        aria-label={`${t("app.name")} · ${t("top.home")}`}
        onClick={() => chromeStore.setState((chrome) => ({ startOpen: !chrome.startOpen }))}
      >
        <Logo />
        {t("app.name")}
      </button>
      <SlideTitle />
      <button
        type="button"
        className={classes.search}
        onClick={spotlight.open}
        aria-label={t("top.searchLabel")}
        aria-keyshortcuts="Control+K Control+L"
      >
        <IconSearch size={14} aria-hidden="true" />
        <span>{t("top.search")}</span>
        <Kbd size="xs">Ctrl K</Kbd>
      </button>
      <div className={classes.tools}>
        <Tooltip label={t("top.language")}>
          <Button onClick={nextLanguage} aria-label={t("top.language")} px={9}>
            EN · 中文
          </Button>
        </Tooltip>
        <Tooltip label={t(`top.theme.${theme}`)}>
          <ActionIcon aria-label={t(`top.theme.${theme}`)} onClick={nextTheme}>
            <ThemeIcon size={17} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${t("top.keys")} (?)`}>
          <ActionIcon
            aria-label={t("top.keys")}
            aria-keyshortcuts="?"
            onClick={() => sessionStore.setState(openDialog("keys"))}
          >
            <IconKeyboard size={18} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("top.about")}>
          <ActionIcon aria-label={t("top.about")} onClick={() => sessionStore.setState(openDialog("about"))}>
            <IconInfoCircle size={17} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
        <ShareButton />
        <Tooltip label={t("top.presentHint")}>
          <Button
            variant="filled"
            disabled={!slide}
            leftSection={<IconPresentation size={15} aria-hidden="true" />}
            onClick={() => viewStore.setState(togglePresenting())}
          >
            {t("top.present")}
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}
