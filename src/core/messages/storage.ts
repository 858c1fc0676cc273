import type { MessageEntry } from "../messages.ts";

/** Why annotations cannot be kept in the browser. Each is shown at once, with a button that exports them. */
export const storageMessages = {
  "storage-full": {
    kind: "LimitError",
    en: "The last annotations are not saved: the browser has no space left for this site. Export them now, then free space on the disk; saving goes on by itself.",
    zh: "最近的标注未保存：浏览器为本站点分配的空间已满。请立即导出标注，然后释放磁盘空间；之后会自动继续保存。",
  },
  "storage-closed": {
    kind: "InternalError",
    en: "The last annotations are not saved: the browser closed the database ({detail}). Export them now; Centiscope opens it again with your next change.",
    zh: "最近的标注未保存：浏览器关闭了数据库（{detail}）。请立即导出标注；您下次修改时 Centiscope 会重新打开数据库。",
  },
  "storage-blocked": {
    kind: "LimitError",
    en: "Annotations are not saved: another tab with an older Centiscope holds the database. Close or reload that tab; saving goes on by itself.",
    zh: "标注未保存：另一个标签页中的旧版 Centiscope 占用了数据库。请关闭或重新加载该标签页；之后会自动继续保存。",
  },
  "storage-newer": {
    kind: "UnsupportedFormatError",
    en: "Annotations are not saved: another tab has brought the database up to a newer Centiscope. Export what is not saved, then reload this page.",
    zh: "标注未保存：另一个标签页已将数据库升级到新版 Centiscope。请导出未保存的标注，然后重新加载此页面。",
  },
  "storage-unavailable": {
    kind: "UnsupportedFormatError",
    en: "Annotations are not saved: this browser gives the site no database ({detail}), as in some private windows. Export them before you close the tab, or open the slide in a normal window.",
    zh: "标注未保存：此浏览器未向本站点提供数据库（{detail}），某些隐私窗口即是如此。请在关闭标签页前导出标注，或在普通窗口中打开切片。",
  },
  "storage-in-view": {
    kind: "LimitError",
    en: "{slide} is open in a window. Close the slide there, then delete what is kept of it.",
    zh: "{slide} 正在某个窗口中打开。请先在该窗口关闭此切片，再删除其保存的内容。",
  },
  "linked-changed": {
    kind: "LimitError",
    en: "{file} was changed, moved or deleted by another program since Centiscope wrote it. Choose what becomes of it.",
    zh: "{file} 自 Centiscope 上次写入后已被其他程序更改、移动或删除。请选择如何处理。",
  },
  "linked-failed": {
    kind: "InternalError",
    en: "The last regions are not in {file}: it could not be written ({detail}). They are kept in the browser. Free the disk or close the program that holds the file, then try again.",
    zh: "最近的区域未写入 {file}：无法写入（{detail}）。区域已保存在浏览器中。请释放磁盘空间或关闭占用该文件的程序，然后重试。",
  },
  "storage-failed": {
    kind: "InternalError",
    en: "The last annotations are not saved: the browser could not write them ({detail}). Export them now, then reload the page.",
    zh: "最近的标注未保存：浏览器无法写入（{detail}）。请立即导出标注，然后重新加载页面。",
  },
} as const satisfies Record<string, MessageEntry>;
