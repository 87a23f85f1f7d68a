import assert from "node:assert/strict";
import type { Manifest } from "../../../src/overlay/manifests/manifest";
import { selectContainers } from "../../../src/overlay/selectContainers";
import type { WorkloadConfiguration } from "../../../src/settings/schema";
import { container, deployment, object, workload } from "../fixtures/manifests";

const sidecar = container("proxy", { image: "proxy:1" });
const migrate = container("migrate", { image: "migrate:1" });
const pair = workload("Deployment", "app-controller-manager", {
  containers: [container("manager"), sidecar],
  initContainers: [migrate],
});
const agent = workload("DaemonSet", "app-agent", { containers: [container("agent", { image: "agent:1" })] });
const service = object("Service", "s");

function found(objects: readonly Manifest[], wanted: WorkloadConfiguration = {}): string {
  const result = selectContainers(objects, wanted, "operators[0].workload");
  if ("problem" in result) return assert.fail(result.problem);
  return result.map(({ container, workload }) => `${container} of ${workload.metadata.name}`).join(", ");
}

function problem(objects: readonly Manifest[], wanted: WorkloadConfiguration = {}): string {
  const result = selectContainers(objects, wanted, "operators[0].workload");
  return "problem" in result ? result.problem : assert.fail(`found ${JSON.stringify(result)}`);
}

describe("the container that runs an operator", () => {
  it("is the only one there is", () => {
    assert.equal(found([service, deployment("d")]), "manager of d");
  });

  it("is the object that was given, not a copy", () => {
    const given = deployment("d");
    const result = selectContainers([given], {}, "");
    assert.equal("problem" in result || result[0]?.workload, given);
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

  it("may be an init container, where it is named or has the operator's image", () => {
    assert.equal(found([pair], { container: "migrate" }), "migrate of app-controller-manager");
    const both = workload("Deployment", "d", {
      containers: [container("m"), sidecar],
      initContainers: [container("i")],
    });
    assert.equal(found([both], { image: "controller:latest" }), "m of d, i of d");
    assert.equal(found([both], { image: "controller:latest", container: "m" }), "m of d");
  });

  it("is every one that has the operator's image, in however many workloads", () => {
    const twins = [deployment("one"), deployment("two")];
    assert.equal(found(twins), "manager of one, manager of two");
    assert.equal(found(twins, { name: "two" }), "manager of two");
    const built = { image: "example.com/operator:v1" };
    const gatekeeper = ["audit", "controller"].map((name) =>
      deployment(name, [container("manager", { ...built, command: ["/manager"] }), sidecar]),
    );
    assert.equal(found(gatekeeper, built), "manager of audit, manager of controller");
    assert.equal(found(gatekeeper, { container: "manager" }), "manager of audit, manager of controller");
  });

  it("has kubebuilder's placeholder for an image where nothing says which it is", () => {
    assert.equal(found([pair, agent]), "manager of app-controller-manager");
    assert.equal(found([pair, deployment("d"), agent]), "manager of app-controller-manager, manager of d");
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
    assert.match(problem([pair], { container: "x" }), /init container migrate \(migrate:1\)/);
  });

  it("is not guessed among several images", () => {
    const own = deployment("d", [container("manager", { image: "own:1" }), sidecar]);
    assert.equal(
      problem([own]),
      "Expected `operators[0].workload` to be containers of one image, got several images: manager (own:1) of Deployment ns/d; proxy (proxy:1) of Deployment ns/d. Name the operator's in `image`, or its containers by `kind`, `name` and `container`.",
    );
    assert.match(problem([own, agent]), /several images: .*own:1.*; agent \(agent:1\) of DaemonSet/);
    assert.equal(found([own, agent], { image: "own:1" }), "manager of d");
  });

  it("is not guessed among several programs of one image", () => {
    const two = ["/manager", "/webhook"].map((word) =>
      deployment(word.slice(1), [container("c", { command: [word] })]),
    );
    assert.match(
      problem([...two, deployment("d")]),
      /`operators\[0\].workload` to be containers that start one program, got several: c .* of Deployment ns\/manager starts \/manager; c .* of Deployment ns\/webhook starts \/webhook; manager .*\/d starts what its image starts\. .* list them in `workloads`, each with the `main`/,
    );
    assert.equal(found(two, { name: "webhook" }), "c of webhook");
    assert.equal(found(two, { program: "/app" }), "c of manager, c of webhook");
  });

  it("is no container of a stranger's kind that looks like a workload", () => {
    const stranger = { ...deployment("d"), apiVersion: "example.com/v1" };
    assert.match(problem([stranger]), /manifests with only Deployment/);
  });
});
