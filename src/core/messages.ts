import type { ErrorKind } from "./errors.ts";
import { annotationMessages } from "./messages/annotation.ts";
import { annotationFileMessages } from "./messages/annotation-file.ts";
import { cliMessages } from "./messages/cli.ts";
import { hdf5Messages } from "./messages/hdf5.ts";
import { imageMessages } from "./messages/image.ts";
import { ioMessages } from "./messages/io.ts";
import { shapeMessages } from "./messages/shape.ts";
import { slideMessages } from "./messages/slide.ts";
import { storageMessages } from "./messages/storage.ts";
import { storeMessages } from "./messages/store.ts";
import { tableMessages } from "./messages/table.ts";

/** One message: what it is, and its words. `{name}` marks a parameter; every message names the file, the fact and the next step. */
export interface MessageEntry {
  readonly kind: ErrorKind;
  readonly en: string;
  readonly zh: string;
}

export type MessageParams = Readonly<Record<string, string | number>>;

const all = {
  ...ioMessages,
  ...tableMessages,
  ...hdf5Messages,
  ...imageMessages,
  ...slideMessages,
  ...annotationMessages,
  ...storageMessages,
  ...shapeMessages,
  ...annotationFileMessages,
  ...cliMessages,
  ...storeMessages,
} satisfies Record<string, MessageEntry>;

export type MessageCode = keyof typeof all;

/** Every message that a user can be shown for a failure; `docs/MESSAGES.md` is generated from it. */
export const messages: Readonly<Record<MessageCode, MessageEntry>> = all;
