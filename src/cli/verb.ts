import type { ParseArgsConfig } from "node:util";

/** Where a verb's words go, and what may stop it. */
export interface CliContext {
  /** Results: the only thing on standard output, so that it may be piped. */
  out(text: string): void;
  /** Progress, warnings and failures, on standard error. */
  note(text: string): void;
  readonly signal: AbortSignal;
}

/** One option, for parsing and for the help. */
export interface VerbOption {
  readonly type: "string" | "boolean";
  /** What stands for the value in the help: "N", "FILE". */
  readonly value?: string;
  readonly help: string;
}

export interface VerbArguments {
  readonly paths: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** `--json`: one JSON value on standard output instead of text. */
  readonly json: boolean;
  /** The program's own version. */
  readonly version: string;
}

/** What `centiscope VERB` does. */
export interface Verb {
  /** After the verb's name: "PATH…". */
  readonly usage: string;
  /** One paragraph: what it is for. */
  readonly about: string;
  readonly options: Readonly<Record<string, VerbOption>>;
  /** Fewest and most paths. */
  readonly paths: readonly [least: number, most: number];
  /** A line to try. */
  readonly example: string;
  /** Resolves to the exit code: 0 done, 1 the answer is no (a fault was found). Failures are thrown. */
  run(args: VerbArguments, context: CliContext): Promise<number>;
}

/** A wrong command line: told with the way to the help, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A verb's options as `parseArgs` wants them. */
export function parseOptions(verb: Verb): NonNullable<ParseArgsConfig["options"]> {
  const own = Object.entries(verb.options).map(([name, { type }]) => [name, { type }] as const);
  return {
    ...Object.fromEntries(own),
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
}

/** A number of an option; throws a UsageError unless it lies in `[least, most]`. */
export function numberOption(
  args: VerbArguments,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = args.options[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (typeof text !== "string" || text.trim() === "" || !(value >= least && value <= most)) {
    throw new UsageError(`--${name} is a number from ${least} to ${most}, not “${text}”.`);
  }
  return value;
}
