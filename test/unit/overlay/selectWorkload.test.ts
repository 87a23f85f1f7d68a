import assert from "node:assert/strict";
import type { Manifest } from "../../../overlay/manifest";
import { selectWorkload } from "../../../overlay/selectWorkload";
import type { WorkloadConfiguration } from "../../../settings/schema";
import { container, deployment, object, workload } from "./manifests";

const sidecar = container("proxy", { image: "proxy:1" });
const pair = workload("Deployment", "app-controller-manager", {
  containers: [container("manager"), sidecar],
  initContainers: [container("migrate")],
});
const agent = workload("DaemonSet", "app-agent", { containers: [container("agent", { image: "agent:1" })] });
const service = object("Service", "s");

function found(objects: readonly Manifest[], wanted: WorkloadConfiguration = {}): string {
  const result = selectWorkload(objects, wanted, "operators[0].workload");
  return "problem" in result ? assert.fail(result.problem) : `${result.container} of ${result.workload.metadata.name}`;
}

function problem(objects: readonly Manifest[], wanted: WorkloadConfiguration = {}): string {
  const result = selectWorkload(objects, wanted, "operators[0].workload");
  return "problem" in result ? result.problem : assert.fail(`found ${result.container}`);
}

describe("the container that runs an operator", () => {
  it("is the only one there is", () => {
    assert.equal(found([service, deployment("d")]), "manager of d");
  });

  it("is the object that was given, not a copy", () => {
    const given = deployment("d");
    const result = selectWorkload([given], {}, "");
    assert.equal("workload" in result && result.workload, given);
  });

  it("is found by its image among several", () => {
    assert.equal(found([pair, agent], { image: "controller:latest" }), "manager of app-controller-manager");
    assert.equal(found([pair, agent], { image: "agent:1" }), "agent of app-agent");
  });

  it("is found by kind, by name, by container, and by all of that together", () => {
    assert.equal(found([pair, agent], { kind: "DaemonSet" }), "agent of app-agent");
    assert.equal(found([pair, agent], { name: "app-agent" }), "agent of app-agent");
    assert.equal(found([pair, agent], { container: "proxy" }), "proxy of app-controller-manager");
    const all = {
      kind: "Deployment",
      name: "app-controller-manager",
      container: "manager",
      image: "controller:latest",
    } as const;
    assert.equal(found([pair, agent], all), "manager of app-controller-manager");
  });

  it("is found by the name that it had before kustomize put a prefix in front", () => {
    assert.equal(
      found([pair, agent], { name: "controller-manager", container: "manager" }),
      "manager of app-controller-manager",
    );
    assert.equal(
      found([deployment("manager"), deployment("controller-manager")], { name: "manager" }),
      "manager of manager",
    );
    assert.match(problem([deployment("mymanager")], { name: "manager" }), /one of Deployment ns\/mymanager/);
  });

  it("may be an init container, but only where it is named", () => {
    assert.equal(found([pair], { container: "migrate" }), "migrate of app-controller-manager");
    assert.match(problem([pair]), /several that match: manager .* proxy /);
  });

  it("is missed where the manifests have no workload", () => {
    const said = problem([service, object("Role", "r"), object("Service", "t")]);
    assert.match(
      said,
      /^Expected `operators\[0\].workload` to be a Deployment, .*, got manifests with only Service, Role\./,
    );
    assert.match(problem([]), /without any object/);
  });

  it("is missed where no workload has that name or kind", () => {
    assert.match(
      problem([pair, agent], { kind: "DaemonSet", name: "controller-manager" }),
      /to be one of Deployment ns\/app-controller-manager, DaemonSet ns\/app-agent, got {"kind":"DaemonSet","name":"controller-manager"}/,
    );
  });

  it("is missed where no container has that name or image, and those that there are are listed", () => {
    assert.match(
      problem([agent], { container: "manager" }),
      /`operators\[0\].workload.container` to be one of the containers agent \(agent:1\) of DaemonSet ns\/app-agent, got "manager"/,
    );
    assert.match(problem([agent], { image: "$(x):1" }), /got the image "\$\(x\):1", which none of them has/);
    assert.match(problem([agent], { container: "agent", image: "x:1" }), /got "agent"\. It must have the image x:1/);
    assert.match(problem([pair], { container: "x" }), /init container migrate \(controller:latest\)/);
  });

  it("is not guessed among several workloads or containers", () => {
    const twins = [deployment("one"), deployment("two")];
    assert.match(
      problem(twins),
      /`operators\[0\].workload` to be one workload, got several .*ns\/one; .*ns\/two\. Name it by `kind` and `name`/,
    );
    assert.match(problem(twins, { image: "controller:latest" }), /to be one workload, got several/);
    assert.match(problem([pair]), /`operators\[0\].workload.container` to be one container, got several/);
  });

  it("is no container of a stranger's kind that looks like a workload", () => {
    const stranger = { ...deployment("d"), apiVersion: "example.com/v1" };
    assert.match(problem([stranger]), /manifests with only Deployment/);
  });
});
