import type { MessageEntry } from "../messages.ts";

/** Failures of fetching and reading bytes. */
export const ioMessages = {
  internal: {
    kind: "InternalError",
    en: "{file}: something went wrong that Centiscope did not expect ({detail}). Try again; if it repeats, report it with this text.",
    zh: "{file}：发生了 Centiscope 未预料到的错误（{detail}）。请重试；若再次出现，请附上此文字反馈。",
  },
  "http-not-found": {
    kind: "MissingDataError",
    en: "{file}: the server has no such file (HTTP {status}). Check the address.",
    zh: "{file}：服务器上没有此文件（HTTP {status}）。请检查网址。",
  },
  "http-forbidden": {
    kind: "MissingDataError",
    en: "{file}: the server refuses access (HTTP {status}). Sign in to that server in this browser, or ask its owner for a link that is open to you.",
    zh: "{file}：服务器拒绝访问（HTTP {status}）。请先在本浏览器登录该服务器，或向数据所有者索取可访问的链接。",
  },
  "http-status": {
    kind: "NetworkError",
    en: "{file}: the server answers with an error (HTTP {status}) after {tries} tries. Wait a moment and retry.",
    zh: "{file}：服务器返回错误（HTTP {status}），已尝试 {tries} 次。请稍候重试。",
  },
  "http-unreachable": {
    kind: "NetworkError",
    en: "{file}: no answer from {host}. Either the network is down, or that server does not allow other sites to read its files (CORS). Check the connection; if it works, ask the server's owner to send “Access-Control-Allow-Origin”, or download the file and drop it here.",
    zh: "{file}：{host} 没有应答。可能是网络中断，或该服务器不允许其他网站读取其文件（CORS）。请检查网络；若网络正常，请让服务器管理员设置 Access-Control-Allow-Origin，或先下载文件再拖到这里。",
  },
  "http-timeout": {
    kind: "NetworkError",
    en: "{file}: {host} did not answer within {seconds} s, {tries} times. Retry, or download the file and drop it here.",
    zh: "{file}：{host} 在 {seconds} 秒内未应答，已尝试 {tries} 次。请重试，或先下载文件再拖到这里。",
  },
  "http-range-ignored": {
    kind: "NetworkError",
    en: "{file}: the server ignores byte ranges and would send all {size} at once, so only files up to {limit} can be read from it. Host the file where ranges work (most object stores and web servers), or download it and drop it here.",
    zh: "{file}：服务器不支持分段读取（Range），会一次发送全部 {size}，因此只能读取不超过 {limit} 的文件。请把文件放到支持 Range 的服务器（多数对象存储与网站服务器均支持），或先下载再拖到这里。",
  },
  "http-range-wrong": {
    kind: "NetworkError",
    en: "{file}: the server sent other bytes than asked for ({found} instead of {expected}). A proxy or the server is misconfigured; retry, or download the file and drop it here.",
    zh: "{file}：服务器返回的字节与请求不符（应为 {expected}，实为 {found}）。代理或服务器配置有误；请重试，或先下载文件再拖到这里。",
  },
  "http-range-encoded": {
    kind: "NetworkError",
    en: "{file}: the server compresses ({encoding}) the parts it sends, so positions in the file no longer match. Switch off compression for this file on the server, or download it and drop it here.",
    zh: "{file}：服务器对分段内容做了压缩（{encoding}），文件内位置因此错乱。请在服务器上关闭该文件的压缩，或先下载再拖到这里。",
  },
  "http-file-changed": {
    kind: "NetworkError",
    en: "{file}: the file on the server changed while it was being read. Open it again.",
    zh: "{file}：读取过程中服务器上的文件发生了变化。请重新打开。",
  },
  "file-unreadable": {
    kind: "MissingDataError",
    en: "{file}: the browser can no longer read this file ({detail}). It may have been moved, changed or deleted; drop it here again.",
    zh: "{file}：浏览器无法再读取此文件（{detail}）。文件可能已移动、修改或删除；请重新拖入。",
  },
  "file-missing": {
    kind: "MissingDataError",
    en: "{file}: there is no such file, or it may not be read ({detail}). Check the path.",
    zh: "{file}：没有此文件或无权读取（{detail}）。请检查路径。",
  },
  "file-short": {
    kind: "CorruptDataError",
    en: "{file}: the file ends at byte {found} although {expected} bytes were announced. It is incomplete; copy or download it again.",
    zh: "{file}：文件在第 {found} 字节处结束，而声明长度为 {expected} 字节。文件不完整，请重新复制或下载。",
  },
  "file-empty": {
    kind: "CorruptDataError",
    en: "{file}: the file is empty (0 bytes). Copy or download it again.",
    zh: "{file}：文件为空（0 字节）。请重新复制或下载。",
  },
  "gzip-truncated": {
    kind: "CorruptDataError",
    en: "{file}: the gzip data ends too early, after {bytes} unpacked bytes. The file is incomplete; copy or download it again.",
    zh: "{file}：gzip 数据提前结束（已解压 {bytes} 字节）。文件不完整，请重新复制或下载。",
  },
  "gzip-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: the gzip data is damaged after {bytes} unpacked bytes ({detail}). Copy or download the file again.",
    zh: "{file}：gzip 数据在解压 {bytes} 字节后损坏（{detail}）。请重新复制或下载文件。",
  },
  "zip-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: the zip archive is damaged or incomplete ({detail}). Copy or download it again.",
    zh: "{file}：zip 压缩包损坏或不完整（{detail}）。请重新复制或下载。",
  },
  "unpacked-too-large": {
    kind: "LimitError",
    en: "{file}: unpacks to more than {limit}, which is not plausible for this kind of file or too much for a browser. Check the file; if it is right, cut it to a region first.",
    zh: "{file}：解压后超过 {limit}，对此类文件不合理或超出浏览器能力。请检查文件；若无误，请先裁剪到一个区域。",
  },
} as const satisfies Record<string, MessageEntry>;
