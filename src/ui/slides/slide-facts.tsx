import { Button, Checkbox, NumberInput } from "@mantine/core";
import type { ReactNode } from "react";
import {
  formatBytes,
  formatDecimal,
  formatExtent,
  formatInteger,
  formatPercent,
  formatSignificant,
  lengthUnit,
} from "../../core/format-number.ts";
import { changeFilter, openDialog } from "../../state/actions.ts";
import { type SlideEntry, sessionStore } from "../../state/session.ts";
import { viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { useActiveSlide, useSession, useView } from "../stores.ts";
import { channelWords } from "./channel-words.ts";
import { SimulatedBadge } from "./simulated-badge.tsx";
import classes from "./slide-facts.module.css";

type Fact = readonly [label: string, value: ReactNode] | null;

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter((fact) => fact !== null)
        .map(([label, value]) => (
          <div key={label} style={{ display: "contents" }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{title}</h2>
      {children}
    </section>
  );
}

function ExpressionFacts({ slide }: { readonly slide: SlideEntry }) {
  const { t, language } = useWords();
  const features = useSession((session) => session.genes?.names.length ?? null);
  const info = slide.expressionInfo;
  if (!info) return null;
  const { minX, minY, maxX, maxY } = info.boundsUm;
  return (
    <Section title={t("facts.expression")}>
      <Facts
        facts={[
          [t("facts.platform"), t(`platform.${info.platform}`)],
          [t("facts.rows"), formatInteger(info.rows, language)],
          [t("facts.molecules"), formatInteger(info.totalCount, language)],
          features === null ? null : [t("facts.features"), formatInteger(features, language)],
          [t("facts.extent"), formatExtent(maxX - minX, maxY - minY, language, slide.scaleKnown)],
          info.pitchUm === null
            ? null
            : [
                t("facts.pitch"),
                `${formatDecimal(info.pitchUm, language, 3)} ${lengthUnit(slide.scaleKnown)}`,
              ],
          slide.scaleKnown ? null : [t("facts.scale"), t("facts.scaleUnknown")],
          [
            t(info.readyBinsUm ? "facts.memoryMost" : "facts.memory"),
            formatBytes(info.memoryBytes, language),
          ],
        ]}
      />
    </Section>
  );
}

function ImageFactsList({ slide }: { readonly slide: SlideEntry }) {
  const { t, language } = useWords();
  const facts = slide.imageFacts;
  if (!facts) return null;
  return (
    <Section title={t("facts.image")}>
      <Facts
        facts={[
          [t("facts.format"), facts.format],
          [
            t("facts.size"),
            `${formatInteger(facts.widthPx, language)} × ${formatInteger(facts.heightPx, language)} px`,
          ],
          [
            t("facts.pixel"),
            facts.umPerPx === null
              ? t("facts.pixelUnknown")
              : `${formatSignificant(facts.umPerPx, language, 4)} µm`,
          ],
          facts.magnification === null
            ? null
            : [t("facts.objective"), `${formatDecimal(facts.magnification, language, 1)}×`],
          [t("facts.levels"), formatInteger(facts.levels, language)],
          facts.kind === "rgb"
            ? null
            : [
                t("facts.channels"),
                facts.channelNames.map((name) => channelWords(name, t)).join(t("app.listJoin")) ||
                  facts.channels.length,
              ],
        ]}
      />
    </Section>
  );
}

function Filter({ slide }: { readonly slide: SlideEntry }) {
  const { t, language } = useWords();
  const filter = useView((view) => view.filter);
  const summary = useSession((session) => session.filterSummary);
  const info = slide.expressionInfo;
  if (!info) return null;
  return (
    <Section title={t("facts.filter")}>
      <div className={classes.filter}>
        {info.hasQv &&
          info.minQvChoices?.map((minQv) => (
            <Checkbox
              key={minQv}
              label={t("facts.minQvOnly", { value: formatDecimal(minQv, language, 1) })}
              checked={filter.minQv !== null}
              onChange={(event) =>
                viewStore.setState(changeFilter({ minQv: event.currentTarget.checked ? minQv : null }))
              }
            />
          ))}
        {info.hasQv && !info.minQvChoices && (
          <NumberInput
            size="xs"
            label={t("facts.minQv")}
            placeholder={t("facts.minQvOff")}
            min={0}
            max={255}
            value={filter.minQv ?? ""}
            onChange={(value) =>
              viewStore.setState(
                changeFilter({ minQv: typeof value === "number" && value > 0 ? value : null }),
              )
            }
          />
        )}
        {info.hasControls && (
          <Checkbox
            label={t("facts.hideControls")}
            checked={filter.hideControls}
            onChange={(event) =>
              viewStore.setState(changeFilter({ hideControls: event.currentTarget.checked }))
            }
          />
        )}
        {!info.hasQv && !info.hasControls && <p className={classes.note}>{t("facts.noFilter")}</p>}
        {summary && (info.hasQv || info.hasControls) && (
          <p className={classes.note} aria-live="polite">
            {t("facts.pass", {
              rows: formatInteger(summary.rows, language),
              all: formatInteger(info.rows, language),
              percent: formatPercent((100 * summary.rows) / Math.max(1, info.rows), language),
            })}
          </p>
        )}
      </div>
    </Section>
  );
}

/** An address without the page's own part: the samples are bundled with it. */
function shortAddress(url: string): string {
  const folder = new URL(".", document.baseURI).href;
  return url.startsWith(folder) ? url.slice(folder.length) : url;
}

/** All that is known about the slide on screen, its filters, its licence and what the readers noticed. */
export function SlideFacts() {
  const { t, language } = useWords();
  const slide = useActiveSlide();
  if (!slide) return <p className={`${classes.section} ${classes.note}`}>{t("facts.none")}</p>;
  const files = slide.origin.kind === "files" ? slide.origin.names : slide.origin.urls.map(shortAddress);
  return (
    <>
      <Section title={slide.title}>
        <p className={classes.note}>{slide.subtitle}</p>
        {slide.simulated && <SimulatedBadge />}
      </Section>
      <ExpressionFacts slide={slide} />
      <Filter slide={slide} />
      <ImageFactsList slide={slide} />
      {(slide.licence || slide.attribution) && (
        <Section title={t("facts.licence")}>
          <Facts
            facts={[
              slide.licence ? [t("facts.licence"), slide.licence] : null,
              slide.attribution ? [t("facts.attribution"), slide.attribution] : null,
            ]}
          />
        </Section>
      )}
      <Section title={t("facts.files")}>
        <ul className={classes.files}>
          {files.map((file) => (
            <li key={file}>{file}</li>
          ))}
        </ul>
      </Section>
      {slide.warnings.length > 0 && (
        <Section title={t("facts.warnings")}>
          <ul className={classes.warnings}>
            {slide.warnings.map((warning) => (
              <li key={`${warning.code} ${JSON.stringify(warning.params)}`}>
                {messageText(warning, language)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <div className={classes.section}>
        <Button onClick={() => sessionStore.setState(openDialog("messages"))}>{t("facts.messages")}</Button>
      </div>
    </>
  );
}
