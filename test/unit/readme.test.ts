import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse as parseYaml } from "yaml";
import { stackFile } from "../../hosted/stackFile";
import { parse } from "../../settings/parse";
import { examples, settingsOf, workflowSettings } from "../readme";

const { scripts } = JSON.parse(readFileSync(path.resolve(__dirname, "../../package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const of = (language: string) => examples().filter((example) => example.language === language);

describe("the README's examples", () => {
  it("are settings, commands or a workflow, all of which a test runs", () => {
    assert.deepEqual(
      examples().map(({ section, language }) => [section, language]),
      [
        // hosted CI, of this repository
        ["Try it", "sh"],
        // test/session/readme.test.ts
        ["Your own operator", "yaml"],
        ["Your own operator", "sh"],
        ["Ways to build, kinds of workloads", "yaml"],
        ["Killed operators, checkpoints, profiles", "sh"],
        ["Reports again", "sh"],
        // test/unit/workflows.test.ts, test/workflows/, and the action's steps in test/unit/hosted/
        ["Hosted CI", "yaml"],
      ],
    );
  });

  it("of settings are taken as they stand", () => {
    for (const { section, text } of of("yaml")) {
      if (section === "Hosted CI") {
        const { config } = parseYaml(stackFile(workflowSettings(text), "/base", "/output")) as { config: object };
        assert.ok("operator-coverage:operators" in config);
      } else assert.ok(parse(settingsOf(text)).operators.length > 0, section);
    }
  });

  it("of commands name scripts that there are", () => {
    const called = of("sh").flatMap(({ text }) =>
      [...text.matchAll(/\bnpm (?:run (?:-s )?)?([\w:]+)/g)].map((m) => m[1]!),
    );
    assert.ok(called.length > 8, called.join(", "));
    for (const name of called) assert.ok(name in scripts, name);
  });
});
