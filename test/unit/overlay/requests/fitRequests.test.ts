import assert from "node:assert/strict";
import { kindNodes } from "../../../../src/cluster/kind/kindNodes";
import type { Container, Manifest, PodSpec } from "../../../../src/overlay/manifests/manifest";
import { fitRequests } from "../../../../src/overlay/requests/fitRequests";
import { inGroups } from "../../../../src/overlay/requests/pendingPods";
import { quantity } from "../../../../src/overlay/requests/quantity";
import { container, deployment, frozen, object, workload } from "../../fixtures/manifests";

const gibibyte = 2 ** 30;

/** A machine of two cores and 8 GiB: Kubernetes leaves 1050m and 7902Mi of one node. */
const machine = { cpu: 2, memory: 8 * gibibyte, storage: 100 * gibibyte };
const single = kindNodes(JSON.stringify({ nodes: [{ role: "control-plane" }] }), machine);
const three = kindNodes(
  JSON.stringify({
    nodes: [{ role: "control-plane" }, { role: "worker" }, { role: "worker", labels: { disk: "ssd" } }],
  }),
  machine,
);

const asking = (requests: object, limits?: object): Partial<Container> => ({
  resources: { requests, ...(limits && { limits }) },
});

function replicas(name: string, count: number, rest: Partial<Container>, spec: object = {}): Manifest {
  const made = deployment(name, [container("manager", rest)]);
  return { ...made, spec: { ...(made.spec as object), replicas: count, ...spec } };
}

function fitted(workloads: Manifest[], { objects = [] as Manifest[], keep = false, nodes = single } = {}) {
  const { operators, impossible, doubtful } = fitRequests(
    [{ objects: frozen([...objects, ...workloads]), workloads, keep }],
    nodes,
  );
  const [{ changes, lowered } = assert.fail()] = operators;
  return {
    lowered,
    changes: changes.map(({ object, field, from, to }) => `${object}, ${field}: ${from} -> ${to}`),
    impossible: inGroups(impossible[0]!),
    doubtful: inGroups(doubtful),
  };
}

const untouched = { changes: [], impossible: "", doubtful: "" };

function assertUntouched(given: ReturnType<typeof fitted>): void {
  const { lowered, ...rest } = given;
  assert.equal(lowered.size, 0);
  assert.deepEqual(rest, untouched);
}

describe("the requests of an operator", () => {
  it("stay where the node has enough for them, and for an update's pods beside the old ones", () => {
    assertUntouched(fitted([replicas("d", 1, asking({ cpu: "500m", memory: "64Mi" }))]));
    assertUntouched(fitted([replicas("d", 1, {})]));
    assertUntouched(fitted([replicas("d", 1, asking({ cpu: "1" }), { strategy: { type: "Recreate" } })]));
    const { changes } = fitted([replicas("d", 1, asking({ cpu: "1" }))]);
    assert.equal(changes.length, 1);
  });

  it("are lowered where they don't fit, so that half of what is left stays free", () => {
    // Two and one of an update, of 1050m.
    const { changes, impossible, lowered } = fitted([replicas("lws", 2, asking({ cpu: 1, memory: "1Gi" }))]);
    assert.deepEqual(changes, ["Deployment ns/lws, container manager: resources.requests.cpu: 1 -> 125m"]);
    assert.equal(impossible, "");
    const [became] = [...lowered.values()];
    const { template } = became!.spec as { template: { spec: PodSpec } };
    assert.deepEqual(template.spec.containers[0]!.resources, { requests: { cpu: "125m", memory: "1Gi" } });
  });

  it("are those of the limit where there are none, and are then set in words; limits stay", () => {
    const resources = { limits: { cpu: "2", memory: "512Mi" } };
    const { changes, lowered } = fitted([replicas("d", 1, { resources })]);
    assert.deepEqual(changes, ["Deployment ns/d, container manager: resources.requests.cpu: 2 -> 250m"]);
    assert.deepEqual(JSON.parse(JSON.stringify([...lowered.values()])).map(resourcesOf), [
      { ...resources, requests: { cpu: "250m" } },
    ]);
  });

  it("are lowered of memory as well, of sidecars and init containers too, and never below a floor", () => {
    const spec: PodSpec = {
      containers: [container("m", asking({ memory: "6Gi" })), container("s", asking({ memory: "20Mi", cpu: "5m" }))],
      initContainers: [container("i", asking({ memory: "7Gi" }))],
    };
    const { changes } = fitted([workload("StatefulSet", "s", spec), workload("Job", "j", spec)]);
    assert.deepEqual(
      changes.map((change) => change.split(", ").slice(1).join(", ")),
      ["m", "s", "i", "m", "s", "i"].map((name, index) => {
        const [from, to] = [
          ["6Gi", "1536Mi"],
          ["20Mi", "16Mi"],
          ["7Gi", "1792Mi"],
        ][index % 3]!;
        return `container ${name}: resources.requests.memory: ${from} -> ${to}`;
      }),
    );
  });

  it("keep to LimitRanges, whose defaults count as well", () => {
    const range = (limit: object): Manifest => ({
      ...object("LimitRange", "l", { spec: { limits: [{ type: "Container", ...limit }] } }),
      metadata: { name: "l", namespace: "ns" },
    });
    const given = [replicas("d", 2, {})];
    const byDefault = range({ defaultRequest: { cpu: 1 } });
    assert.deepEqual(fitted(given, { objects: [byDefault] }).changes, [
      "Deployment ns/d, container manager: resources.requests.cpu: 1000m -> 125m",
    ]);
    const bound = range({ default: { cpu: "800m" }, min: { cpu: "300m" }, maxLimitRequestRatio: { cpu: 4 } });
    assert.match(fitted(given, { objects: [bound] }).changes.join(), /: 800m -> 300m$/);
    const elsewhere = { ...byDefault, metadata: { name: "l", namespace: "other" } };
    assertUntouched(fitted(given, { objects: [elsewhere] }));
    const ratio = range({ maxLimitRequestRatio: { cpu: 4 } });
    const limited = [replicas("d", 2, asking({ cpu: 1 }, { cpu: "1" }))];
    assert.match(fitted(limited, { objects: [ratio] }).changes.join(), /1 -> 250m/);
  });

  it("are kept where the settings say so, and what can't fit then is told", () => {
    const lws = replicas("lws", 2, asking({ cpu: 1, memory: "1Gi" }));
    const { changes, impossible } = fitted([lws], { keep: true });
    assert.deepEqual(changes, []);
    assert.equal(impossible, "a pod of Deployment ns/lws (1000m CPU, 1024Mi memory)");
    assertUntouched(fitted([replicas("one", 1, asking({ cpu: 1 }))], { keep: true }));
  });

  it("are lowered beside those of others, and those of others never: they are told", () => {
    const others = [replicas("other", 1, asking({ cpu: "900m" })), replicas("huge", 1, asking({ cpu: 64 }))];
    const { changes, impossible, doubtful } = fitted([replicas("d", 1, asking({ cpu: "500m" }))], { objects: others });
    assert.deepEqual(changes, ["Deployment ns/d, container manager: resources.requests.cpu: 500m -> 32m"]);
    assert.equal(impossible, "");
    assert.equal(doubtful, "a pod of Deployment ns/huge (64000m CPU)");
  });

  it("can't be met where nothing that may be lowered is the cause", () => {
    const greedy = [replicas("greedy", 1, asking({ cpu: "1049m" }))];
    assert.match(
      fitted([replicas("d", 2, asking({ cpu: "500m" }))], { objects: greedy }).impossible,
      /Deployment ns\/d/,
    );
    const storing = fitted([replicas("d", 1, asking({ "ephemeral-storage": "1Ti" }))]);
    assert.equal(storing.impossible, "a pod of Deployment ns/d (1048576Mi ephemeral storage)");
  });

  it("are those of pods on several nodes: a DaemonSet's on each that takes it, none on a tainted one", () => {
    // Both workers have 1900m.
    assertUntouched(
      fitted([replicas("d", 2, asking({ cpu: "1" }), { strategy: { type: "Recreate" } })], { nodes: three }),
    );
    const agent = workload("DaemonSet", "agent", { containers: [container("a", asking({ cpu: "1500m" }))] });
    assertUntouched(fitted([agent], { nodes: three }));
    const everywhere = {
      containers: [container("a", asking({ cpu: "1500m" }))],
      tolerations: [{ operator: "Exists" }],
    };
    assert.equal(fitted([workload("DaemonSet", "agent", everywhere)], { nodes: three }).changes.length, 1);
    const ssd = { containers: [container("a", asking({ cpu: "1" }))], nodeSelector: { disk: "ssd" } };
    const kept = fitted([workload("StatefulSet", "s", ssd), workload("StatefulSet", "t", ssd)], {
      nodes: three,
      keep: true,
    });
    assert.equal(kept.impossible, "a pod of StatefulSet ns/t (1000m CPU)");
  });

  it("are no cause where no node would take the pod, whatever it has", () => {
    const spec = { containers: [container("a", asking({ cpu: 64 }))], nodeSelector: { gpu: "yes" } };
    assertUntouched(fitted([workload("Deployment", "d", spec)]));
  });

  it("count sidecars beside containers, init containers one after the other, and a runtime's overhead", () => {
    const init = (name: string, cpu: string, restartPolicy?: string) =>
      container(name, { ...asking({ cpu }), ...(restartPolicy && { restartPolicy }) });
    const spec = (one: string): PodSpec => ({
      containers: [container("m", asking({ cpu: "500m" }))],
      initContainers: [init("side", "300m", "Always"), init("big", one), init("small", "10m")],
    });
    // 300m and 500m together; or 300m and the larger of the others.
    assertUntouched(fitted([workload("StatefulSet", "s", spec("750m"))], { keep: true }));
    assert.match(fitted([workload("StatefulSet", "s", spec("760m"))], { keep: true }).impossible, /1060m CPU/);
    const runtime = object("RuntimeClass", "vm", {
      apiVersion: "node.k8s.io/v1",
      overhead: { podFixed: { cpu: "300m" } },
    });
    const inside = { ...spec("1m"), runtimeClassName: "vm" };
    assert.match(
      fitted([workload("StatefulSet", "s", inside)], { keep: true, objects: [runtime] }).impossible,
      /1100m CPU/,
    );
  });

  it("are a pod's own where it has some, and lowered with those of its containers", () => {
    const spec: PodSpec = {
      containers: [container("m", asking({ cpu: "100m" }))],
      resources: { requests: { cpu: "4" } },
    };
    const { changes } = fitted([workload("StatefulSet", "s", spec)]);
    assert.deepEqual(changes, [
      "StatefulSet ns/s, container m: resources.requests.cpu: 100m -> 13m",
      "StatefulSet ns/s, pod: resources.requests.cpu: 4 -> 500m",
    ]);
  });
});

function resourcesOf(made: { spec: { template: { spec: PodSpec } } }): unknown {
  return made.spec.template.spec.containers[0]!.resources;
}

describe("quantities", () => {
  it("are read as Kubernetes writes them", () => {
    for (const [text, value] of [
      ["250m", 0.25],
      [1, 1],
      ["1.5Gi", 1.5 * gibibyte],
      ["1e3", 1000],
      ["100M", 1e8],
      [".5", 0.5],
      ["1E", 1e18],
      ["x", undefined],
      [undefined, undefined],
    ] as const)
      assert.equal(quantity(text), value, String(text));
  });
});
