import { type ErrorFacts, fillTemplate } from "../core/errors.ts";
import { type MessageEntry, messages } from "../core/messages.ts";
import type { Language } from "../state/preferences.ts";

/**
 * The words of a failure, warning or notice in the user's language. An unknown code shows itself with its
 * values, so that nothing is swallowed. Parameters come from files: the result is text, never markup.
 */
export function messageText(
  facts: ErrorFacts | { readonly code: string; readonly params: Readonly<Record<string, string | number>> },
  language: Language,
): string {
  const catalogue: Readonly<Record<string, MessageEntry>> = messages;
  const entry = Object.hasOwn(catalogue, facts.code) ? catalogue[facts.code] : undefined;
  if (!entry) return [facts.code, ...Object.values(facts.params)].join(" · ");
  return fillTemplate(language === "zh-CN" ? entry.zh : entry.en, facts.params);
}
