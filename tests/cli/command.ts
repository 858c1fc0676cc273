import { run } from "../../src/cli/run.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

/** Runs one command line in this process. */
export async function command(...argv: readonly string[]): Promise<Ran> {
  return commandUntil(new AbortController().signal, ...argv);
}

/** The same, until the signal stops it. */
export async function commandUntil(signal: AbortSignal, ...argv: readonly string[]): Promise<Ran> {
  let out = "";
  let notes = "";
  const context = {
    out: (text: string) => {
      out += text;
    },
    note: (text: string) => {
      notes += text;
    },
    signal,
  };
  const code = await run(argv, context, "1.2.3");
  return { code, out, notes };
}
