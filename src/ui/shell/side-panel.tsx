import { Tabs } from "@mantine/core";
import { useEffect, useRef } from "react";
import { showPanel } from "../../state/actions.ts";
import { viewStore } from "../../state/view.ts";
import { BinsPanel } from "../bins/bins-panel.tsx";
import { GenesPanel } from "../genes/genes-panel.tsx";
import { useWords } from "../i18n/i18n.ts";
import { InTurn } from "../in-turn.tsx";
import { RegionsPanel } from "../regions/regions-panel.tsx";
import { SlideFacts } from "../slides/slide-facts.tsx";
import { useView } from "../stores.ts";
import classes from "./side-panel.module.css";

/** The right side: genes with the bins below them in one scroll, the regions, and the slide's facts. */
export function SidePanel() {
  const { t } = useWords();
  const panel = useView((view) => view.panel);
  const bins = useRef<HTMLDivElement>(null);
  const shown = panel === "slide" || panel === "regions" ? panel : "expression";

  useEffect(() => {
    if (panel === "bins") bins.current?.scrollIntoView({ block: "nearest" });
  }, [panel]);

  return (
    <Tabs
      className={classes.tabs ?? ""}
      value={shown}
      keepMounted={false}
      onChange={(value) =>
        viewStore.setState(showPanel(value === "slide" || value === "regions" ? value : "genes"))
      }
    >
      <Tabs.List className={classes.list ?? ""}>
        <Tabs.Tab value="expression">{t("tabs.expression")}</Tabs.Tab>
        <Tabs.Tab value="regions">{t("tabs.regions")}</Tabs.Tab>
        <Tabs.Tab value="slide">{t("tabs.slide")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="expression" className={classes.panel ?? ""} tabIndex={-1}>
        <InTurn>
          <GenesPanel />
          <div ref={bins}>
            <BinsPanel />
          </div>
        </InTurn>
      </Tabs.Panel>
      <Tabs.Panel value="regions" className={classes.panel ?? ""} tabIndex={-1}>
        <RegionsPanel />
      </Tabs.Panel>
      <Tabs.Panel value="slide" className={classes.panel ?? ""}>
        <SlideFacts />
      </Tabs.Panel>
    </Tabs>
  );
}
