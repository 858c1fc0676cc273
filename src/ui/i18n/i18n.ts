import i18next from "i18next";
import { createContext, useContext } from "react";
import type { Language } from "../../state/preferences.ts";
import { en, type WordKey } from "./en.ts";
import { zhCN } from "./zh-CN.ts";

/** Words with `{{name}}` filled in. React escapes on rendering, so values are never escaped here. */
export type Translate = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string;

/** The words of a language, and the language for number formats. */
export interface Words {
  readonly t: Translate;
  readonly language: Language;
}

/** Both languages; ready at once, nothing is fetched. */
const i18n = i18next.createInstance();
void i18n.init({
  fallbackLng: "en",
  resources: { en: { translation: en }, "zh-CN": { translation: zhCN } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  initAsync: false,
});

const made = new Map<Language, Words>();

/** The same object for the same language. A word without values is looked up once: a panel asks for hundreds. */
export function wordsIn(language: Language): Words {
  const before = made.get(language);
  if (before) return before;
  const translate = i18n.getFixedT(language);
  const plain = new Map<WordKey, string>();
  const words: Words = {
    language,
    t: (key, values) => {
      if (values) return translate(key, values);
      const word = plain.get(key) ?? translate(key);
      plain.set(key, word);
      return word;
    },
  };
  made.set(language, words);
  return words;
}

/** A context, not a store of its own: React may render another language in slices. */
export const WordsContext = createContext<Words | null>(null);

/** The words of the current language. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("useWords: no language above this component");
  return words;
}
