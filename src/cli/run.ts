import { parseArgs } from "node:util";
import { CentiscopeError, errorFacts } from "../core/errors.ts";
import { programHelp, verbHelp } from "./help.ts";
import { type CliContext, parseOptions, UsageError, type Verb } from "./verb.ts";
import { VERBS } from "./verbs.ts";

export const EXIT = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;

/**
 * Runs one command line (without node and the script) and resolves to its exit code. Whatever fails is told on
 * standard error in one sentence, and with `--json` as `{"error": {code, kind, message, params}}` on standard output.
 */
export async function run(argv: readonly string[], context: CliContext, version: string): Promise<number> {
  const [name, ...rest] = argv;
  const json = argv.includes("--json");
  try {
    if (name === "--version" || name === "-V") {
      context.out(`${version}\n`);
      return EXIT.done;
    }
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      const asked = name === "help" ? rest[0] : undefined;
      context.out(asked ? verbHelp(asked, await verbOf(asked)) : programHelp(version));
      return EXIT.done;
    }
    const verb = await verbOf(name);
    if (rest.includes("--help") || rest.includes("-h")) {
      context.out(verbHelp(name, verb));
      return EXIT.done;
    }
    return await verb.run({ ...argumentsOf(name, verb, rest), version }, context);
  } catch (thrown) {
    if (context.signal.aborted) {
      context.note("Stopped.\n");
      return EXIT.stopped;
    }
    const usage = thrown instanceof UsageError;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const hint = usage
      ? ` “centiscope ${name && Object.hasOwn(VERBS, name) ? `${name} ` : ""}--help” says how.`
      : "";
    if (json) context.out(`${JSON.stringify({ error: errorJson(thrown, usage) }, null, 2)}\n`);
    context.note(`${text}${hint}\n`);
    if (!usage && !(thrown instanceof CentiscopeError) && thrown instanceof Error && thrown.stack) {
      context.note(`${thrown.stack}\n`);
    }
    return usage ? EXIT.usage : EXIT.failed;
  }
}

function errorJson(thrown: unknown, usage: boolean): unknown {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (usage) return { code: "usage", kind: "UsageError", message, params: {} };
  const { code, kind, params } = errorFacts(thrown, "centiscope");
  return { code, kind, message, params };
}

async function verbOf(name: string): Promise<Verb> {
  const entry = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!entry) throw new UsageError(`“${name}” is no verb. There are: ${Object.keys(VERBS).join(", ")}.`);
  return entry.load();
}

function argumentsOf(name: string, verb: Verb, rest: readonly string[]) {
  const parsed = (() => {
    try {
      return parseArgs({ args: [...rest], options: parseOptions(verb), allowPositionals: true });
    } catch (thrown) {
      throw new UsageError(thrown instanceof Error ? firstSentence(thrown.message) : String(thrown));
    }
  })();
  const paths = parsed.positionals;
  const [least, most] = verb.paths;
  if (paths.length < least || paths.length > most) {
    throw new UsageError(`Usage: centiscope ${name} ${verb.usage}.`);
  }
  const { json, help: _, ...options } = parsed.values;
  return { paths, json: json === true, options: options as Record<string, string | boolean | undefined> };
}

/** Node's messages go on with advice about positional arguments, or over several lines, that does not help here. */
function firstSentence(message: string): string {
  const ambiguous = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message)?.[1];
  if (ambiguous) return `${ambiguous} needs a value; one that begins with - is written ${ambiguous}=VALUE.`;
  return `${message.split(/\.\s/)[0]?.replace(/\.$/, "")}.`;
}
