import type { Verb } from "./verb.ts";
import { VERBS } from "./verbs.ts";

const WIDTH = 100;

/** The help of the whole program. */
export function programHelp(version: string): string {
  const longest = Math.max(...Object.keys(VERBS).map((name) => name.length));
  const verbs = Object.entries(VERBS).map(([name, { summary }]) => `  ${name.padEnd(longest)}  ${summary}`);
  return `Centiscope ${version}: spatial-omics pathology at centimetre scale

  centiscope VERB PATH… [options]

${verbs.join("\n")}

A PATH is a file, a folder, or an address (http or https).

  --json      one JSON value on standard output instead of text
  -h, --help  this help; “centiscope VERB --help” says more
  --version   the version

Exit codes: 0 done · 1 failed, or a fault was found · 2 the command line is wrong · 130 stopped
`;
}

/** The help of one verb. */
export function verbHelp(name: string, verb: Verb): string {
  const options = Object.entries(verb.options).map(([key, option]) => [
    `--${key}${option.value ? ` ${option.value}` : ""}`,
    option.help,
  ]);
  options.push(["--json", "one JSON value on standard output instead of text"]);
  const longest = Math.max(...options.map(([left]) => left?.length ?? 0));
  const lines = options.map(([left = "", right = ""]) => {
    const indent = longest + 4;
    return `  ${left.padEnd(longest)}  ${wrapped(right, WIDTH - indent).join(`\n${" ".repeat(indent)}`)}`;
  });
  return `centiscope ${name} ${verb.usage}

${wrapped(verb.about, WIDTH).join("\n")}

${lines.join("\n")}

For example:

  ${verb.example}
`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
