import * as assert from "node:assert/strict";
import { parseArguments, partNames } from "../../arguments";

describe("the command line of airgap", () => {
  it("leaves everything after -- to the command, options too", () => {
    const given = parseArguments(["--quiet", "--", "npm", "run", "--quiet", "--", "x"]);
    assert.deepEqual(given, {
      quiet: true,
      check: false,
      only: [...partNames],
      command: ["npm", "run", "--quiet", "--", "x"],
    });
  });

  it("chooses parts by name", () => {
    assert.deepEqual(parseArguments(["--only", "pulumi,kind", "--", "true"]).only, ["pulumi", "kind"]);
  });

  it("refuses parts that it doesn't know, options that it doesn't know, and no command", () => {
    assert.throws(() => parseArguments(["--only", "pulumi,docker-compose", "--", "true"]), /got "docker-compose"/);
    assert.throws(() => parseArguments(["--loud", "--", "true"]), /--loud/);
    assert.throws(() => parseArguments(["--"]), /Expected a command after --/);
  });
});
