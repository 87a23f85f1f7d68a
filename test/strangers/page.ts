import type { Outcome, Stranger } from "./stranger";

const head = ["| Operator | Version | What is special | Percent | Status | Seconds |", "|:--|:--|:--|--:|:--|--:|"];

const introduction = `# Strangers

Real operators that this project was not made for, unchanged, as they come from the Go modules. Each row is a whole session on a kind cluster: the operator's
own manifests, few tests or none. \`npm run test:strangers\` runs them all and writes this page by what happened; \`npm run test:strangers -- lws jobset\` runs some, and the
other rows stay. The settings of each are in [test/strangers/table.ts](../test/strangers/table.ts).

- The percentage is that of all statements of the module that the program is made of. It says what starting it and little more runs, not how good its own tests are.
- Seconds are those of the whole session, from \`npm run session\` to its end, with what the caches of Go and of the engine held by then, on a machine of two cores that
  had other work, too.
`;

/**
 * The page, with what came of some of the strangers; the rows of the others stay as they are.
 * @param before the page as it was; empty where there was none
 * @param outcomes by the strangers' names
 */
export function pageOf(strangers: readonly Stranger[], before: string, outcomes: ReadonlyMap<string, Outcome>): string {
  const rows = strangers.map((stranger) => {
    const outcome = outcomes.get(stranger.name);
    return outcome ? rowOf(stranger, outcome) : (rowIn(before, stranger) ?? unknown(stranger));
  });
  return `${introduction}\n${[...head, ...rows].join("\n")}\n`;
}

function rowOf({ name, version, special }: Stranger, { percent, status, seconds, said }: Outcome): string {
  const words = said.length > 0 ? `: ${said.map(cell).join("<br>")}` : "";
  const cells = [
    name,
    version.replace(/^v/, ""),
    special,
    percent?.toFixed(1) ?? "",
    `${status}${words}`,
    `${seconds}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** What was measured of another version, or of what is told of it otherwise by now, is no measure of this one. */
function rowIn(page: string, { name, version, special }: Stranger): string | undefined {
  const begin = `| ${name} | ${version.replace(/^v/, "")} | ${special} | `;
  return page.split("\n").find((line) => line.startsWith(begin));
}

/** One that has not run is in the table all the same, for nobody to take it for one that went well. */
const unknown = ({ name, version, special }: Stranger) =>
  `| ${name} | ${version.replace(/^v/, "")} | ${special} |  | not run yet |  |`;

const cell = (text: string) =>
  text.replace(/\\/g, "\\\\").replace(/\|/g, "\\|").replace(/</g, "&lt;").replace(/\s+/g, " ");
