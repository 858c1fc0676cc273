import { Button, TextInput } from "@mantine/core";
import { IconArrowRight, IconDragDrop, IconFiles, IconFolderOpen, IconHistory } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { openDialog } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import type { SampleCard } from "../../viewer/centiscope.ts";
import { chromeStore } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { SimulatedBadge } from "./simulated-badge.tsx";
import classes from "./start-page.module.css";
import { parseUrls, useOpen } from "./use-open.ts";
import { useSamples } from "./use-samples.ts";

function Card({ card }: { readonly card: SampleCard }) {
  const { t, language } = useWords();
  const open = useOpen();
  const words = language === "zh-CN" ? "zh" : "en";
  return (
    <button
      type="button"
      className={classes.card}
      aria-label={t("start.open", { title: card.title[words] })}
      aria-describedby={`sample-${card.id}`}
      onClick={() => open.sample(card.id)}
    >
      <img className={classes.picture} src={card.previewUrl} alt="" loading="lazy" />
      <span className={classes.body} id={`sample-${card.id}`}>
        <span className={classes.name}>{card.title[words]}</span>
        <span className={classes.subtitle}>{card.subtitle[words]}</span>
        {card.simulated && <SimulatedBadge />}
        <span className={classes.description}>{card.description[words]}</span>
        <span className={classes.licence}>
          {t("start.licence", { licence: card.licence, attribution: card.attribution })}
        </span>
      </span>
    </button>
  );
}

function Samples() {
  const { t } = useWords();
  const samples = useSamples();
  return (
    <section aria-labelledby="samples-title">
      <h2 className={classes.samples} id="samples-title">
        {t("start.samples")}
      </h2>
      {samples.status === "loading" && <p className={classes.note}>{t("start.samplesLoading")}</p>}
      {samples.status === "failed" && (
        <p className={classes.note} role="alert">
          {t("start.samplesFailed")}
        </p>
      )}
      {samples.status === "ready" && (
        <ul className={classes.cards}>
          {samples.cards.map((card) => (
            <li key={card.id}>
              <Card card={card} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What one sees with no slide open: every way to open one, and samples of real tissue. */
export function StartPage({ canGoBack }: { readonly canGoBack: boolean }) {
  const { t } = useWords();
  const open = useOpen();
  const [url, setUrl] = useState("");
  const [bad, setBad] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { urls, badLine } = parseUrls(url);
    setBad(badLine !== null || urls.length === 0);
    if (badLine === null && urls.length > 0) open.urls(urls);
  };
  return (
    <div className={classes.page}>
      <div className={classes.inner}>
        <div className={classes.head}>
          <div>
            <h1 className={classes.title}>{t("start.title")}</h1>
            <p className={classes.text}>{t("start.text")}</p>
          </div>
          <div className={classes.headButtons}>
            <Button
              variant="subtle"
              color="gray"
              leftSection={<IconHistory size={15} aria-hidden="true" />}
              onClick={() => sessionStore.setState(openDialog("recovery"))}
            >
              {t("recovery.open")}
            </Button>
            {canGoBack && (
              <Button
                size="sm"
                rightSection={<IconArrowRight size={15} aria-hidden="true" />}
                onClick={() => chromeStore.setState({ startOpen: false })}
              >
                {t("start.back")}
              </Button>
            )}
          </div>
        </div>
        <div className={classes.open}>
          <div className={classes.drop}>
            <IconDragDrop size={34} stroke={1.4} aria-hidden="true" />
            <span className={classes.dropTitle}>{t("start.drop")}</span>
            <span className={classes.dropHint}>{t("start.dropHint")}</span>
          </div>
          <div className={classes.ways}>
            <div className={classes.wayButtons}>
              <Button
                size="sm"
                variant="filled"
                onClick={open.pickFiles}
                leftSection={<IconFiles size={16} aria-hidden="true" />}
              >
                {t("tray.openFiles")}
              </Button>
              <Button
                size="sm"
                onClick={open.pickFolder}
                leftSection={<IconFolderOpen size={16} aria-hidden="true" />}
              >
                {t("tray.openFolder")}
              </Button>
            </div>
            <form className={classes.url} onSubmit={submit}>
              <TextInput
                value={url}
                aria-label={t("start.url")}
                placeholder={t("start.url")}
                error={bad && t("start.urlBad")}
                inputMode="url"
                autoComplete="off"
                onChange={(event) => {
                  setUrl(event.currentTarget.value);
                  setBad(false);
                }}
              />
              <Button size="sm" type="submit">
                {t("start.urlOpen")}
              </Button>
            </form>
          </div>
        </div>
        <Samples />
      </div>
    </div>
  );
}
