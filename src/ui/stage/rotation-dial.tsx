import { Tooltip } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import classes from "./stage.module.css";
import { useCamera } from "./use-camera.ts";

/** Screen angle of the pointer around the element's middle: 0 = up, clockwise, degrees. */
function angleAt(event: PointerEvent<HTMLElement>): number {
  const box = event.currentTarget.getBoundingClientRect();
  const dx = event.clientX - (box.left + box.width / 2);
  const dy = event.clientY - (box.top + box.height / 2);
  return (Math.atan2(dx, -dy) * 180) / Math.PI;
}

/** A compass: drag to turn the slide (Shift: steps of 15°), arrow keys by 5°, Home or a double click sets upright. */
export function RotationDial() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const button = useRef<HTMLDivElement>(null);
  const needle = useRef<SVGGElement>(null);
  const grip = useRef<{ angle: number; rotation: number } | null>(null);

  useCamera(({ rotationDeg }) => {
    const degrees = Math.round(rotationDeg) % 360;
    needle.current?.setAttribute("transform", `rotate(${rotationDeg} 15 15)`);
    button.current?.setAttribute("aria-valuenow", String(degrees));
    button.current?.setAttribute("aria-valuetext", `${degrees}°`);
  });

  const turnTo = (degrees: number, animate = false) =>
    centiscope.setCamera({ rotationDeg: ((degrees % 360) + 360) % 360 }, { animate });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -15, PageUp: 15 }[
      event.key
    ];
    if (step !== undefined) centiscope.rotateBy(step);
    else if (event.key === "Home") turnTo(0, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Tooltip label={t("stage.rotation")} position="right">
      <div
        ref={button}
        className={classes.dial}
        role="slider"
        tabIndex={0}
        aria-label={t("stage.rotation")}
        aria-valuemin={0}
        aria-valuemax={359}
        aria-valuenow={0}
        onDoubleClick={() => turnTo(0, true)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = { angle: angleAt(event), rotation: centiscope.camera()?.rotationDeg ?? 0 };
        }}
        onPointerMove={(event) => {
          if (!grip.current) return;
          const degrees = grip.current.rotation + angleAt(event) - grip.current.angle;
          turnTo(event.shiftKey ? Math.round(degrees / 15) * 15 : degrees);
        }}
        onPointerUp={() => {
          grip.current = null;
        }}
        onPointerCancel={() => {
          grip.current = null;
        }}
      >
        <svg width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">
          <circle cx="15" cy="15" r="11" fill="none" stroke="var(--cs-control-line)" strokeWidth="1.4" />
          <g ref={needle}>
            <path d="M15 5.5l3.6 9h-7.2z" fill="var(--cs-accent)" />
            <path d="M15 24.5l3.6-9h-7.2z" fill="var(--cs-bar)" />
          </g>
        </svg>
      </div>
    </Tooltip>
  );
}
