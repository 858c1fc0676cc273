/** What the ImageDescription of one page of an Akoya / PerkinElmer QPTIFF says. */
export interface PerkinElmerPage {
  /** FullResolution, ReducedResolution, Thumbnail, Overview, Label. */
  readonly imageType: string;
  /** Of the one channel that a page of a fluorescence slide holds. */
  readonly name: string | null;
  /** `#rrggbb` */
  readonly color: string | null;
  readonly magnification: number | null;
}

/** Undefined for a description of another kind ("PerkinElmer Image File Format, QPTIFF", version 5). */
export function parsePerkinElmer(description: string): PerkinElmerPage | undefined {
  if (!description.slice(0, 500).includes("<PerkinElmer-QPI-ImageDescription")) return undefined;
  const value = (name: string): string | null =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(description)?.[1]?.trim() || null;
  const parts = /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(value("Color") ?? "")?.slice(1);
  const power = Number(/^(\d+(?:\.\d+)?)\s*x/i.exec(value("Objective") ?? "")?.[1]);
  return {
    imageType: value("ImageType") ?? "",
    name: value("Name"),
    color: parts
      ? `#${parts.map((part) => Math.min(255, Number(part)).toString(16).padStart(2, "0")).join("")}`
      : null,
    magnification: power > 0 ? power : null,
  };
}
