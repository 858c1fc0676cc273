import { SaxesParser } from "saxes";
import { CentiscopeError } from "../../core/errors.ts";
import { MOST_DEEP } from "./json-text.ts";

export interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
}

/**
 * Reads XML from start to end, telling each element. No entity but the five of XML itself is expanded, nothing is
 * fetched. @throws annotations-xml-invalid, annotations-too-deep, and what the handlers throw
 */
export function readXml(file: string, text: string, handlers: XmlHandlers): void {
  const parser = new SaxesParser({ xmlns: false });
  const invalid = (thrown: Error): never => {
    const detail = thrown.message.replace(/^\d+:\d+: /, "");
    throw new CentiscopeError(
      "annotations-xml-invalid",
      { file, line: parser.line, detail },
      { cause: thrown },
    );
  };
  let depth = 0;
  parser.on("error", invalid);
  parser.on("opentag", ({ name, attributes }) => {
    depth += 1;
    if (depth > MOST_DEEP) throw new CentiscopeError("annotations-too-deep", { file, limit: MOST_DEEP });
    handlers.open(name, attributes);
  });
  parser.on("closetag", ({ name }) => {
    depth -= 1;
    handlers.close(name);
  });
  parser.write(text).close();
}

/** Name of the first element, or "" of a text that has none at its start. */
export function xmlRoot(text: string): string {
  return /<([A-Za-z_][\w.-]*)/.exec(text.slice(0, 4096).replace(/<!--[\s\S]*?-->/g, ""))?.[1] ?? "";
}

/** `#RRGGBB`, with or without `#`; null for anything else. */
export function hexColor(text: string | undefined): readonly [number, number, number] | null {
  const hex = /^#?([0-9a-f]{6})$/i.exec(text ?? "")?.[1];
  if (!hex) return null;
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Colours of Aperio and HALO: a whole number 0xBBGGRR, as Windows writes it. */
export function bgrColor(text: string | undefined): readonly [number, number, number] | null {
  if (!/^\d+$/.test(text ?? "")) return null;
  const value = Number(text);
  return value <= 0xffffff ? [value & 255, (value >> 8) & 255, value >> 16] : null;
}
