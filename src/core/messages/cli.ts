import type { MessageEntry } from "../messages.ts";

/** Failures of the command line: its files, and what it is asked to do. */
export const cliMessages = {
  "path-missing": {
    kind: "MissingDataError",
    en: "{file}: there is no such file or folder. Check the path.",
    zh: "{file}：没有此文件或文件夹。请检查路径。",
  },
  "path-unreadable": {
    kind: "MissingDataError",
    en: "{file}: it cannot be read ({detail}). Check that you may read it and that the disk is there.",
    zh: "{file}：无法读取（{detail}）。请检查读取权限以及磁盘是否可用。",
  },
  "path-changed": {
    kind: "CorruptDataError",
    en: "{file}: it changed while it was being read. Wait until nothing writes to it, then start again.",
    zh: "{file}：读取过程中文件发生了变化。请等写入结束后重新开始。",
  },
  "path-exists": {
    kind: "LimitError",
    en: "{file}: it exists already and is not overwritten. Choose another name, or say --force.",
    zh: "{file}：已存在，不会覆盖。请换一个名称，或使用 --force。",
  },
  "path-unwritable": {
    kind: "MissingDataError",
    en: "{file}: it cannot be written ({detail}). Nothing half-written was left; check the folder, its permissions and the space left on the disk, and try again.",
    zh: "{file}：无法写入（{detail}）。未留下不完整内容；请检查文件夹、权限和磁盘剩余空间后重试。",
  },
  "generate-not-chip": {
    kind: "UnsupportedFormatError",
    en: "{file}: it is there and is not a simulated chip, so it is not replaced. Choose another name.",
    zh: "{file}：已存在且不是模拟芯片，因此不会覆盖。请另选名称。",
  },
  "generate-rows": {
    kind: "LimitError",
    en: "{file}: the chip has more than {most} rows, more than a GEF's gene table counts. Make it smaller, lower --rows-per-um2, or say --format gem.",
    zh: "{file}：芯片超过 {most} 行，超出 GEF 基因表的计数范围。请减小芯片、降低 --rows-per-um2，或使用 --format gem。",
  },
  "build-missing": {
    kind: "MissingDataError",
    en: "{file}: the viewer has not been built. Run “npm run build” in Centiscope's folder, then try again.",
    zh: "{file}：查看器尚未构建。请在 Centiscope 文件夹中运行“npm run build”后重试。",
  },
} as const satisfies Record<string, MessageEntry>;
