import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Container, Manifest, PodSpec } from "../../../src/overlay/manifests/manifest";
import { containersOf, podTemplate, withPodTemplate } from "../../../src/overlay/podTemplate";
import {
  leastGracePeriod,
  overlayNames,
  type ProfiledProgram,
  profileOverlay,
} from "../../../src/overlay/profileOverlay";
import { workloadKinds } from "../../../src/settings/schema";
import { anyWorkload, container, deployment, frozen, object, workload } from "../fixtures/manifests";

const plan = {
  image: "memcached-profile:0123456789ab",
  folder: "/operator-coverage/run/memcached/0123456789ab",
  env: {},
};
const { mountPath, podUid, volume } = overlayNames;

/** A workload under the overlay, with some of its containers profiled. */
function overlaid(given: Manifest, names = ["manager"], others: readonly Manifest[] = []) {
  const profiled = names.map((name): ProfiledProgram => ({ workload: given, container: name }));
  return profileOverlay([...others, given], profiled, plan);
}

function specOf(given: Manifest | undefined): PodSpec {
  return (given && podTemplate(given)?.spec) ?? assert.fail("no pod template");
}

describe("the profile overlay", () => {
  it("gives the operator's container the instrumented image, which is taken from the node alone", () => {
    const [made] = specOf(overlaid(deployment("d")).workloads[0]).containers;
    assert.equal(made?.image, plan.image);
    assert.equal(made?.imagePullPolicy, "Never");
  });

  it("has it write counters to a folder of the node, one a pod", () => {
    const spec = specOf(overlaid(deployment("d")).workloads[0]);
    assert.deepEqual(spec.volumes, [{ name: volume, hostPath: { path: plan.folder, type: "Directory" } }]);
    const [made] = spec.containers;
    assert.deepEqual(made?.volumeMounts, [{ name: volume, mountPath, subPathExpr: `$(${podUid})` }]);
    assert.deepEqual(made?.env, [
      { name: podUid, valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
      { name: "GOCOVERDIR", value: mountPath },
    ]);
  });

  it("gives pods the time to write, and takes none from those that have more", () => {
    const grace = (terminationGracePeriodSeconds?: number) => {
      const spec = {
        containers: [container("manager")],
        ...(terminationGracePeriodSeconds === undefined ? {} : { terminationGracePeriodSeconds }),
      };
      return specOf(overlaid(workload("Deployment", "d", spec)).workloads[0]).terminationGracePeriodSeconds;
    };
    assert.equal(grace(10), leastGracePeriod);
    assert.equal(grace(0), leastGracePeriod);
    assert.equal(grace(leastGracePeriod), leastGracePeriod);
    assert.equal(grace(600), 600);
    assert.equal(grace(undefined), undefined);
    assert.ok(leastGracePeriod >= 30);
  });

  for (const kind of workloadKinds)
    it(`reaches the pods of a ${kind}`, () => {
      const given = workload(kind, "w", { containers: [container("manager")] });
      assert.equal(specOf(overlaid(given).workloads[0]).containers[0]?.image, plan.image);
    });

  it("reaches an init container, and leaves the others of its pod as they are", () => {
    const spec = { containers: [container("manager")], initContainers: [container("migrate"), container("wait")] };
    const made = specOf(overlaid(workload("Deployment", "d", spec), ["migrate"]).workloads[0]);
    assert.equal(made.initContainers?.[0]?.image, plan.image);
    assert.equal(made.initContainers?.[1], spec.initContainers[1]);
    assert.equal(made.containers[0], spec.containers[0]);
  });

  it("reaches several workloads of one operator", () => {
    const [one, two, other] = [deployment("one"), deployment("two"), deployment("other")];
    const profiled = [one, two].map((given) => ({ workload: given, container: "manager" }));
    const made = profileOverlay([one, other, two], profiled, plan);
    assert.deepEqual(
      made.workloads.map((w) => w.metadata.name),
      ["one", "two"],
    );
    assert.deepEqual(
      made.objects.filter((o) => specOf(o).containers[0]?.image === plan.image),
      made.workloads,
    );
    assert.equal(made.objects[1], other);
  });

  it("starts a program in another way where it is told to, and keeps the operator's own arguments", () => {
    const given = deployment("d", [
      container("manager", { command: ["/manager", "--a b"], args: ["--leader-elect", "$(x)"] }),
    ]);
    const command = { program: "/tests", args: ["-test.run=^$"] };
    const made = profileOverlay([given], [{ workload: given, container: "manager", command }], plan);
    const [started] = specOf(made.workloads[0]).containers;
    assert.deepEqual(started?.command, ["/tests"]);
    assert.deepEqual(started?.args, ["-test.run=^$", "--a b", "--leader-elect", "$(x)"]);
  });

  it("gives other variables where there are any, and replaces the operator's own of those names", () => {
    const env = [
      { name: "GOCOVERDIR", value: "/tmp" },
      { name: "KEPT", value: "1" },
      { name: "GOMAXPROCS", value: "9" },
    ];
    const given = deployment("d", [container("manager", { env })]);
    const made = profileOverlay([given], [{ workload: given, container: "manager" }], {
      ...plan,
      env: { GOMAXPROCS: "2" },
    });
    const found = specOf(made.workloads[0]).containers[0]?.env ?? [];
    assert.deepEqual(
      found.filter((e) => e.name !== podUid),
      [
        { name: "KEPT", value: "1" },
        { name: "GOMAXPROCS", value: "2" },
        { name: "GOCOVERDIR", value: mountPath },
      ],
    );
  });

  it("tells each container its own name where that is wanted", () => {
    const given = deployment("d", [container("manager"), container("webhook"), container("proxy")]);
    const profiled = ["manager", "webhook"].map((name): ProfiledProgram => ({ workload: given, container: name }));
    const made = profileOverlay([given], profiled, { ...plan, containerVariable: "NAME" });
    assert.deepEqual(
      specOf(made.workloads[0]).containers.map(({ env }) => env?.find(({ name }) => name === "NAME")?.value),
      ["manager", "webhook", undefined],
    );
  });

  it("changes nothing else of any workload", () => {
    fc.assert(
      fc.property(anyWorkload, fc.nat(5), (given, pick) => {
        const all = containersOf(given);
        const { name } = all[pick % all.length]?.container ?? assert.fail();
        assert.deepEqual(withoutOverlay(overlaid(given, [name]).workloads[0]!, name), withoutOverlay(given, name));
      }),
    );
  });

  it("leaves what it is given as it is", () => {
    fc.assert(
      fc.property(anyWorkload, (given) => {
        const names = containersOf(given).map(({ container }) => container.name);
        overlaid(frozen(given), names, [frozen(restricted())]);
      }),
    );
  });

  it("gives the same when manifests from under it are put under it again", () => {
    fc.assert(
      fc.property(anyWorkload, (given) => {
        const names = containersOf(given).map(({ container }) => container.name);
        const once = overlaid(given, names).workloads[0]!;
        assert.deepEqual(overlaid(once, names).workloads[0], once);
      }),
    );
  });

  it("leaves every object that is neither the workload nor its namespace alone", () => {
    const others = [
      object("ServiceAccount", "d"),
      deployment("other"),
      { ...restricted(), metadata: { ...restricted().metadata, name: "elsewhere" } },
    ];
    const made = overlaid(deployment("d"), ["manager"], others);
    for (const [index, other] of others.entries()) assert.equal(made.objects[index], other);
    assert.equal(made.objects.length, 4);
  });

  it("makes the workload's own namespace give way where it forbids folders of the node", () => {
    const [namespace] = overlaid(deployment("d"), ["manager"], [restricted()]).objects;
    assert.deepEqual(namespace?.metadata.labels, {
      own: "kept",
      [enforce]: "privileged",
      "pod-security.kubernetes.io/warn": "restricted",
    });
    assert.deepEqual({ ...namespace, metadata: undefined }, { ...restricted(), metadata: undefined });
  });

  it("leaves a namespace alone that forbids nothing", () => {
    for (const labels of [
      undefined,
      {},
      { [enforce]: "privileged" },
      { "pod-security.kubernetes.io/warn": "restricted" },
    ]) {
      const namespace = object("Namespace", "ns", { metadata: { name: "ns", labels } });
      const made = overlaid(deployment("d"), ["manager"], [namespace]);
      assert.equal(made.objects[0], namespace);
      assert.ok(made.changes.every((change) => change.object !== "Namespace ns"));
    }
  });

  it("says all that it changed, from what to what", () => {
    const spec = { containers: [container("manager")], terminationGracePeriodSeconds: 10 };
    const { changes } = overlaid(workload("Deployment", "d", spec), ["manager"], [restricted()]);
    assert.deepEqual(changes, [
      { object: "Namespace ns", field: `label ${enforce}`, from: "restricted", to: "privileged" },
      { object: "Deployment ns/d", field: `volumes ${volume}`, from: undefined, to: plan.folder },
      { object: "Deployment ns/d", field: "terminationGracePeriodSeconds", from: 10, to: leastGracePeriod },
      { object: "Deployment ns/d", field: "container manager: image", from: "controller:latest", to: plan.image },
      { object: "Deployment ns/d", field: "container manager: env GOCOVERDIR", from: undefined, to: mountPath },
    ]);
  });
});

const enforce = "pod-security.kubernetes.io/enforce";

function restricted(): Manifest {
  const labels = { own: "kept", [enforce]: "restricted", "pod-security.kubernetes.io/warn": "restricted" };
  return { ...object("Namespace", "ns", { spec: { finalizers: ["kubernetes"] } }), metadata: { name: "ns", labels } };
}

/** A workload without what the overlay may change of it: what is left must be the same on both sides. */
function withoutOverlay(given: Manifest, name: string): Manifest {
  const template = podTemplate(given) ?? assert.fail();
  const strip = (c: Container) => (c.name === name ? withoutProgram(c) : c);
  const { terminationGracePeriodSeconds: _, volumes = [], containers, initContainers, ...rest } = template.spec;
  return withPodTemplate(given, {
    ...template,
    spec: {
      ...rest,
      volumes: volumes.filter((v) => v.name !== volume),
      containers: containers.map(strip),
      ...(initContainers ? { initContainers: initContainers.map(strip) } : {}),
    },
  });
}

function withoutProgram({
  image: _image,
  imagePullPolicy: _policy,
  env = [],
  volumeMounts = [],
  ...rest
}: Container): Container {
  return {
    ...rest,
    env: env.filter((e) => e.name !== "GOCOVERDIR" && e.name !== podUid),
    volumeMounts: volumeMounts.filter((m) => m.name !== volume),
  };
}
