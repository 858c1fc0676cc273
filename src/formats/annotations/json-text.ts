import { CentiscopeError } from "../../core/errors.ts";

/** Deepest nesting that is read. Coordinates of a MultiPolygon in a collection need nine. */
export const MOST_DEEP = 128;

const WORDS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * JSON as others write it: a byte order mark is passed over, and the bare words NaN, Infinity and -Infinity, which
 * Java's writers give, become text; `words` says how many.
 * @throws annotations-json-invalid, annotations-too-deep
 */
export function parseJsonText(
  file: string,
  text: string,
): { readonly value: unknown; readonly words: number } {
  const plain = text.startsWith("\ufeff") ? text.slice(1) : text;
  checkDepth(file, plain);
  try {
    return { value: JSON.parse(plain), words: 0 };
  } catch (thrown) {
    let words = 0;
    const quoted = plain.replace(WORDS, (found) => {
      if (found.startsWith('"')) return found;
      words += 1;
      return `"${found}"`;
    });
    try {
      if (words > 0) return { value: JSON.parse(quoted), words };
    } catch {
      // What was wrong is more than those words: the first finding says where.
    }
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CentiscopeError("annotations-json-invalid", { file, detail }, { cause: thrown });
  }
}

/** The control character before each text of a GeoJSON sequence (RFC 8142). */
export const RECORD = "\u001e";

/**
 * GeoJSON text sequences (RFC 8142) and one object a line, as GDAL writes both, as one array; other text as it is. No
 * whole JSON has an object that ends with its line and is followed by another without a comma.
 */
export function joinedLines(text: string): string {
  const plain = text.replaceAll(RECORD, "").trim();
  if (!/^\{[^\n]*\}\s*\n\s*\{/.test(plain)) return text;
  const lines = plain.split("\n").filter((line) => line.trim() !== "");
  return `[${lines.join(",\n")}]`;
}

/** Counted on the text, before anything is made of it: what is made of deep text overflows the stack elsewhere. */
function checkDepth(file: string, text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > MOST_DEEP) throw new CentiscopeError("annotations-too-deep", { file, limit: MOST_DEEP });
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
}
