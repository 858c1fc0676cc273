import type { enRecovery } from "./en-recovery.ts";

/** Words of what the browser keeps of regions; a part of `zh-CN.ts`. */
export const zhCNRecovery: Readonly<Record<keyof typeof enRecovery, string>> = {
  "recovery.title": "此浏览器中保存的区域",
  "recovery.open": "此浏览器中保存的区域…",
  "command.recovery": "此浏览器中保存的区域：导出、恢复、删除…",
  "recovery.text": "在此浏览器中绘制的全部区域，最新的在前，无论其切片能否打开。所有内容都不会离开这台电脑。",
  "recovery.reading": "正在读取…",
  "recovery.nothing": "此浏览器中没有保存任何区域。",
  "recovery.back": "返回起始页",
  "recovery.room": "本站点已使用 {{used}}，共 {{quota}}。",
  "recovery.persisted": "除非您自行清除，浏览器会一直保留。",
  "recovery.evictable": "磁盘空间不足时浏览器可能会清除：请导出重要内容。",
  "recovery.unknown": "浏览器未说明是否会清除：请导出重要内容。",
  "recovery.persist": "请求浏览器保留",
  "recovery.changed": "修改于 {{time}}",
  "recovery.untitled": "切片 {{key}}（名称已丢失）",
  "recovery.unsaved_one": "有 {{count}} 步操作仅存在于第二份副本中，恢复后即可找回。",
  "recovery.unsaved_other": "有 {{count}} 步操作仅存在于第二份副本中，恢复后即可找回。",
  "recovery.cured_one": "有 {{count}} 步操作已损坏，但第二份副本完好，恢复后即可找回。",
  "recovery.cured_other": "有 {{count}} 步操作已损坏，但第二份副本完好，恢复后即可找回。",
  "recovery.lost_one":
    "有 {{count}} 步操作无法从任何副本读取。恢复会保留其余所有操作；已命名的版本可能更完整。",
  "recovery.lost_other":
    "有 {{count}} 步操作无法从任何副本读取。恢复会保留其余所有操作；已命名的版本可能更完整。",
  "recovery.lostWhole_one": "有 {{count}} 步操作已损坏，但区域本身完整。恢复会保留区域，仅这一步不能再撤销。",
  "recovery.lostWhole_other":
    "有 {{count}} 步操作已损坏，但区域本身完整。恢复会保留区域，仅这些步骤不能再撤销。",
  "recovery.restore": "恢复",
  "recovery.restoreNamed": "恢复 {{title}}",
  "recovery.exportNamed": "将 {{title}} 导出为 GeoJSON",
  "recovery.versions": "版本",
  "recovery.versionsNamed": "{{title}} 的版本",
  "recovery.exportVersion": "导出“{{name}}”",
  "recovery.restoreVersion": "恢复到“{{name}}”",
  "recovery.delete": "删除 {{title}}",
  "recovery.deleteAsk_one": "永久删除 {{n}} 个区域及其全部历史？",
  "recovery.deleteAsk_other": "永久删除 {{n}} 个区域及其全部历史？",
  "recovery.deleteDo": "永久删除",
  "recovery.exportAll": "全部导出（GeoJSON 压缩包 .zip）",
};
