import {
  IconArrowUpRight,
  IconBrush,
  IconLasso,
  IconNote,
  IconOvalVertical,
  IconPointer,
  IconPointFilled,
  IconPolygon,
  IconRectangle,
  IconRubberStamp,
  IconRuler2,
  IconSlice,
  IconTimeline,
  IconWand,
} from "@tabler/icons-react";
import type { ToolName } from "../../state/drawing.ts";

export const toolIcons: Readonly<Record<ToolName, typeof IconPointer>> = {
  move: IconPointer,
  rectangle: IconRectangle,
  ellipse: IconOvalVertical,
  polygon: IconPolygon,
  freehand: IconLasso,
  brush: IconBrush,
  wand: IconWand,
  polyline: IconTimeline,
  ruler: IconRuler2,
  arrow: IconArrowUpRight,
  points: IconPointFilled,
  note: IconNote,
  stamp: IconRubberStamp,
  split: IconSlice,
};
