import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse as parseYaml } from "yaml";
import { stackFile } from "../../src/github/stackFile";
import { parse } from "../../src/settings/parse";
import { exampleOf, examples, settingsOf, workflowSettings } from "../readme";

const { scripts } = JSON.parse(readFileSync(path.resolve(__dirname, "../../package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const of = (language: string) => examples().filter((example) => example.language === language);

describe("the README's examples", () => {
  /** What runs each of them: a file that names the section, and takes its text from the README. */
  const users = [
    ["Your own repository", "sh", "session/package.test.ts"],
    ["Try it", "sh", "unit/readme.test.ts"],
    ["Try it", "yaml", "session/readme.test.ts"],
    ["Ways to build, kinds of workloads", "yaml", "session/readme.test.ts"],
    ["By hand, or around a test command", "sh", "session/readme.test.ts"],
    ["Killed operators, checkpoints, profiles", "sh", "session/readme.test.ts"],
    ["Reports again", "sh", "session/readme.test.ts"],
    // test/workflows/ checks the file that it is held to there; the action's steps are in test/unit/hosted/.
    ["A GitHub action", "yaml", "unit/workflows.test.ts"],
  ] as const;

  it("are settings, commands or a workflow, all of which a test runs", () => {
    assert.deepEqual(
      examples().map(({ section, language }) => [section, language]),
      users.map(([section, language]) => [section, language]),
    );
    for (const [section, language, file] of users) {
      const source = readFileSync(path.resolve(__dirname, "..", file), "utf8");
      // Hosted CI runs those of the first steps, see below.
      if (file === "unit/readme.test.ts") continue;
      const call = language === "sh" ? `commandsOf("${section}")` : `exampleOf("${section}", "${language}")`;
      const takes = section === "A GitHub action" ? 'textOf("docs/ci.md")' : call;
      assert.ok(source.includes(takes), `${file} is to run the ${language} of ${section}`);
    }
  });

  it("of the first steps are what this repository's own CI runs", () => {
    const { jobs } = parseYaml(readFileSync(path.resolve(__dirname, "../../.github/workflows/ci.yml"), "utf8")) as {
      jobs: Record<string, { steps: { run?: string }[] }>;
    };
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run?.trim()));
    const commands = exampleOf("Try it", "sh").trim().split("\n");
    assert.ok(commands.length > 1);
    for (const command of commands) assert.ok(runs.includes(command.replace(/ *#.*/, "")), command);
  });

  it("of settings are taken as they stand", () => {
    for (const { section, text } of of("yaml")) {
      if (section === "A GitHub action") {
        const { config } = parseYaml(stackFile(workflowSettings(text), "/base", "/output")) as { config: object };
        assert.ok("operator-coverage:operators" in config);
      } else assert.ok(parse(settingsOf(text)).operators.length > 0, section);
    }
  });

  it("of commands name scripts that there are", () => {
    const called = of("sh").flatMap(({ text }) =>
      [...text.matchAll(/\bnpm (?:run (?:-s )?)?([\w:]+)/g)]
        .map((m) => m[1]!)
        .filter((name) => !["install", "pack"].includes(name)),
    );
    assert.ok(called.length > 8, called.join(", "));
    for (const name of called) assert.ok(name in scripts, name);
  });
});
