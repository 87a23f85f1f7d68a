import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as airgapPlugins from "../../../airgap/provider-plugins/pluginsPart";
import { ranges } from "../../../airgap/recipes";
import { judgeProgram, neededPrograms } from "../../../src/doctor/checks/programs";
import { programs, providers } from "../../../src/doctor/needs";
import { compare, parseVersion } from "../../../src/doctor/version";
import { parse } from "../../../src/settings/parse";

const there = (said: string) => ({ is: "there", file: "/bin/x", said }) as const;

describe("doctor: programs", () => {
  const said: Record<string, [keyof typeof programs, string, string]> = {
    "v20.19.0\n": ["node", "ok", "20.19.0, /bin/x"],
    "v20.18.3\n": ["node", "stops", "20.18.3, /bin/x; needed is 20.19.0 or later"],
    "go version go1.21 linux/amd64": ["go", "ok", "1.21.0, /bin/x"],
    "go version go1.20.14 linux/amd64": ["go", "stops", "1.20.14, /bin/x; needed is 1.21.0 or later"],
    "Docker version 19.03.15, build 99e3ed8": ["docker", "stops", "19.3.15, /bin/x; needed is 20.10.0 or later"],
    "kind v0.30.0 go1.26.8 linux/amd64": ["kind", "ok", "0.30.0, /bin/x"],
    "Client Version: v1.32.4-x\nKustomize Version: v5.5.0": [
      "kubectl",
      "warning",
      "1.32.4, /bin/x; needed is 1.33.0 or later, before 1.36.0",
    ],
    "Client Version: v1.36.0": ["kubectl", "warning", "1.36.0, /bin/x; tried is 1.33.0 or later, before 1.36.0"],
    "v4.0.0": ["pulumi", "warning", "4.0.0, /bin/x; tried is 3.200.0 or later, before 4.0.0"],
  };
  for (const [text, [name, state, found]] of Object.entries(said)) {
    it(`judges ${JSON.stringify(text)}`, () => {
      const finding = judgeProgram(programs[name], there(text));
      assert.deepEqual([finding.state, finding.found], [state, found]);
      assert.equal(finding.wayOut !== undefined, state !== "ok");
    });
  }

  it("are lacking, silent, or say no version", () => {
    const lacking = judgeProgram(programs.kind, { is: "missing" });
    assert.deepEqual([lacking.state, lacking.found], ["stops", "not on PATH"]);
    assert.match(lacking.wayOut!, /^Install kind 0\.27\.0 or later \(https:.*\) and put it first on PATH\.$/);
    const silent = judgeProgram(programs.pulumi, { is: "silent", file: "/bin/pulumi", why: "ended by SIGKILL" });
    assert.equal(silent.state, "warning");
    assert.equal(silent.found, "can't be told: /bin/pulumi does not say its version: ended by SIGKILL");
    assert.equal(judgeProgram(programs.go, there("devel")).state, "warning");
  });

  it("are those that sessions call, and ko where the settings ask for it", () => {
    const operator = { name: "a", source: ".", manifests: { kustomize: "config" } };
    const names = (build?: object) =>
      neededPrograms({ settings: parse({ operators: [{ ...operator, build }] }) }).map(({ name }) => name);
    const always = ["node", "go", "docker", "kind", "kubectl", "pulumi"];
    assert.deepEqual(
      neededPrograms({}).map(({ name }) => name),
      always,
    );
    assert.deepEqual(names(), always);
    assert.deepEqual(names({ builder: "ko" }), [...always, "ko"]);
  });

  it("have the versions that airgap takes, and that package.json asks for", () => {
    for (const name of ["pulumi", "kind", "kubectl", "ko"] as const)
      assert.deepEqual(programs[name].range, ranges[name], name);
    assert.deepEqual(providers, airgapPlugins.providers);
    const file = path.resolve(__dirname, "../../../package.json");
    const { engines } = JSON.parse(readFileSync(file, "utf8")) as { engines: { node: string } };
    assert.equal(engines.node, `>=${programs.node.range.least.slice(0, 2).join(".")}`);
    assert.equal(programs.node.range.least[2], 0);
  });
});

describe("doctor: versions", () => {
  it("are found in what programs say, and not in names", () => {
    assert.deepEqual(parseVersion("go version go1.26.8 linux/amd64"), [1, 26, 8]);
    assert.deepEqual(parseVersion("Docker version 28.2.2, build e6534b4"), [28, 2, 2]);
    assert.deepEqual(parseVersion("v3.230.0\n"), [3, 230, 0]);
    for (const text of ["x1.2.3", "", "devel"]) assert.equal(parseVersion(text), undefined, text);
  });

  it("are compared as numbers", () => {
    assert.ok(compare([1, 10, 0], [1, 9, 9]) > 0);
    assert.ok(compare([0, 27, 0], [0, 27, 1]) < 0);
    assert.equal(compare([3, 2, 1], [3, 2, 1]), 0);
  });
});
