import type { Centiscope } from "../../viewer/centiscope.ts";
import type { WordKey } from "../i18n/en.ts";
import { MAGNIFICATIONS } from "../stage/magnification-bar.tsx";
import type { Command } from "./command.ts";

const PAN_PX = 90;
const ZOOM = 1.5;

/** Moving, zooming, turning and flipping the picture. */
export function viewCommands(centiscope: Centiscope): Command[] {
  const group = "group.view";
  const move = (id: string, word: WordKey, key: string, dx: number, dy: number): Command => ({
    id,
    word,
    group,
    keys: [key],
    slide: true,
    keyOnly: true,
    run: () => centiscope.panBy(dx, dy),
  });
  return [
    { id: "fit", word: "command.fit", group, keys: ["0"], slide: true, run: () => centiscope.fit() },
    {
      id: "zoom-in",
      word: "command.zoomIn",
      group,
      keys: ["+", "="],
      slide: true,
      run: () => centiscope.zoomBy(ZOOM),
    },
    {
      id: "zoom-out",
      word: "command.zoomOut",
      group,
      keys: ["-", "_"],
      slide: true,
      run: () => centiscope.zoomBy(1 / ZOOM),
    },
    ...MAGNIFICATIONS.map(
      (times, i): Command => ({
        id: `magnify-${times}`,
        word: "command.magnify",
        values: { times: `${times}×` },
        group,
        keys: [String(i + 1)],
        slide: true,
        run: () => centiscope.setMagnification(times),
      }),
    ),
    {
      id: "one-to-one",
      word: "command.oneToOne",
      group,
      keys: ["6"],
      slide: true,
      run: () => {
        const umPerPx = centiscope.oneToOneUmPerPx();
        if (umPerPx !== null) centiscope.setCamera({ umPerPx }, { animate: true });
      },
    },
    move("pan-left", "command.panLeft", "ArrowLeft", -PAN_PX, 0),
    move("pan-right", "command.panRight", "ArrowRight", PAN_PX, 0),
    move("pan-up", "command.panUp", "ArrowUp", 0, -PAN_PX),
    move("pan-down", "command.panDown", "ArrowDown", 0, PAN_PX),
    {
      id: "rotate-left",
      word: "command.rotateLeft",
      group,
      keys: ["["],
      slide: true,
      run: () => centiscope.rotateBy(-15),
    },
    {
      id: "rotate-right",
      word: "command.rotateRight",
      group,
      keys: ["]"],
      slide: true,
      run: () => centiscope.rotateBy(15),
    },
    {
      id: "upright",
      word: "command.upright",
      group,
      keys: [],
      slide: true,
      run: () => centiscope.setCamera({ rotationDeg: 0 }, { animate: true }),
    },
    { id: "flip", word: "command.flip", group, keys: ["x"], slide: true, run: () => centiscope.flip() },
  ];
}
