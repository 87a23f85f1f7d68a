import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import { clustersAreAllowed } from "../../../policies/rules/clustersAreAllowed";
import { gracePeriodSuffices } from "../../../policies/rules/gracePeriodSuffices";
import { operatorIsProfiled } from "../../../policies/rules/operatorIsProfiled";
import { container, deployment, pod } from "./workload";

const folder = path.resolve(__dirname, "..", "..", "..", "policies");

interface Rule {
  readonly name: string;
  readonly enforcementLevel?: string;
}

/** All rules that files of the pack export, by the name of their export. */
function exportedRules(): [string, Rule][] {
  const rules = path.join(folder, "rules");
  const exported = readdirSync(rules).flatMap((file) =>
    Object.entries(require(path.join(rules, file)) as Record<string, unknown>),
  );
  return exported.filter((entry): entry is [string, Rule] => (entry[1] as Rule).enforcementLevel !== undefined);
}

const args = (resource: object) => resource as unknown as ResourceValidationArgs;

function validate(rule: ResourceValidationPolicy, resource: object): string[] {
  const problems: string[] = [];
  const run = rule.validateResource as (args: ResourceValidationArgs, report: (message: string) => void) => void;
  run(args(resource), (message) => problems.push(message));
  return problems;
}

describe("the policy pack", () => {
  it("lists every rule that it has", () => {
    const listed = /policies: \[([^\]]*)\]/.exec(readFileSync(path.join(folder, "index.ts"), "utf8"))?.[1] ?? "";
    const names = listed
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean)
      .sort();
    const exported = exportedRules()
      .map(([name]) => name)
      .sort();
    assert.deepEqual(names, exported);
    assert.equal(names.length, 8);
  });

  it("has mandatory rules alone, with names in kebab-case that are told apart", () => {
    const rules = exportedRules().map(([, rule]) => rule);
    for (const rule of rules) {
      assert.equal(rule.enforcementLevel, "mandatory", rule.name);
      assert.match(rule.name, /^[a-z]+(-[a-z]+)+$/);
    }
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });
});

describe("a rule about workloads", () => {
  const opts = { customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 20 } };
  const resource = (props: object, type = "kubernetes:apps/v1:Deployment") => ({ type, urn: "urn", props, opts });

  it("reports to the engine what is wrong with one that is profiled", () => {
    assert.match(
      validate(gracePeriodSuffices, resource(deployment("d"))).join(),
      /longer than the grace period of 30 s/,
    );
  });

  it("stays silent where a preview can't know what it needs, and fails on what is no such value", () => {
    // As the engine writes a string that is not known yet (pulumi/sdk/go/common/resource/plugin/rpc.go).
    const unknown = { kubeconfig: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    const provider = (props: object) =>
      Object.assign(resource(unknownCheckingProxy(props), "pulumi:providers:kubernetes"), {
        urn: "urn:pulumi:dev::p::t::n",
        getConfig: () => ({}),
      });
    assert.throws(() => unknownCheckingProxy(unknown).kubeconfig, /can't be known during preview/);
    assert.deepEqual(validate(clustersAreAllowed, provider(unknown)), []);
    assert.match(validate(clustersAreAllowed, provider({})).join(), /got none, which means the user's own/);
    const broken = { ...provider({}), getConfig: () => assert.fail("of another kind") };
    assert.throws(() => validate(clustersAreAllowed, broken), /of another kind/);
  });

  it("leaves other resources alone", () => {
    const plain = { containers: [{ ...container, image: "pause", volumeMounts: [] }] };
    assert.deepEqual(validate(gracePeriodSuffices, resource(deployment("d", plain))), []);
    assert.deepEqual(validate(gracePeriodSuffices, resource({ create: "x" }, "command:local:Command")), []);
  });
});

describe("a rule about the whole stack", () => {
  const validateStack = ({ validateStack }: StackValidationPolicy, resources: readonly object[]): string[] => {
    const problems: string[] = [];
    const given = resources.map((r) => ({ dependencies: [], ...r })) as unknown as PolicyResource[];
    const stack = { resources: given } as Parameters<typeof validateStack>[0];
    void validateStack(stack, (message, urn) => problems.push(`${urn}: ${message}`));
    return problems;
  };
  const operator = { urn: "op", name: "op", type: "operator-coverage:index:ProfiledOperator", props: {} };
  const type = "kubernetes:apps/v1:Deployment";

  it("knows inputs where a preview has no outputs yet", () => {
    const opts = { customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 120 } };
    validate(gracePeriodSuffices, { type, urn: "urn-of-new", props: deployment("d", pod), opts });
    const empty = { urn: "urn-of-new", name: "d", type, props: {}, parent: operator };
    assert.deepEqual(validateStack(operatorIsProfiled, [operator, empty]), []);
  });

  it("falls back on outputs of what the engine showed no inputs of", () => {
    const untargeted = { urn: "urn-of-old", name: "d", type, props: deployment("d", pod), parent: operator };
    assert.deepEqual(validateStack(operatorIsProfiled, [operator, untargeted]), []);
  });

  it("reports with the resource that is to blame", () => {
    assert.match(validateStack(operatorIsProfiled, [operator]).join(), /^op: Expected the operator op/);
  });
});
