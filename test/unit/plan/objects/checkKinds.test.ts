import assert from "node:assert/strict";
import type { Manifest } from "../../../../src/overlay/manifests/manifest";
import { checkKinds, hasCertManager } from "../../../../src/plan/objects/checkKinds";
import type { Prerequisite } from "../../../../src/plan/objects/inspectPrerequisites";
import { SettingsError } from "../../../../src/settings/problems";

const object = (apiVersion: string, kind: string, name = "a"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "ns" },
});
const definition = (group: string, kind: string, versions: object[]): Manifest => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: { group, names: { kind }, versions },
});
const yaml = (...objects: Manifest[]): Prerequisite => ({ configuration: { yaml: ["x"] }, objects, digest: "" });
const command = (...words: string[]): Prerequisite => ({ configuration: { command: words }, objects: [], digest: "" });
const given = (...objects: Manifest[]) => [{ at: "operators[0]", objects }];

const problems = (objects: readonly Manifest[], ...prerequisites: Prerequisite[]) => {
  try {
    checkKinds(given(...objects), prerequisites);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems;
  }
  return [];
};

describe("kinds of objects", () => {
  const monitors = ["a", "b", "c", "d"].map((name) => object("monitoring.coreos.com/v1", "ServiceMonitor", name));

  it("are known where they are Kubernetes' own, or something that is deployed defines them", () => {
    const things = definition("example.com", "Thing", [{ name: "v1" }]);
    const service: Manifest = {
      ...object("apiregistration.k8s.io/v1", "APIService"),
      spec: { group: "m", version: "v1" },
    };
    const own = [object("v1", "Service"), object("apps/v1", "Deployment"), things, service];
    assert.deepEqual(problems([...own, object("example.com/v1", "Thing"), object("m/v1", "Anything")]), []);
    assert.deepEqual(problems([object("example.com/v1", "Thing")], yaml(things)), []);
    const operators = [...given(object("example.com/v1", "Thing")), { at: "operators[1]", objects: [things] }];
    assert.deepEqual(checkKinds(operators, []), []);
  });

  it("are all told where nothing defines them, each once, with the way out", () => {
    const things = definition("example.com", "Thing", [{ name: "v1" }, { name: "v2", served: false }]);
    const [first, second, third, ...others] = problems(
      [...monitors, things, object("example.com/v2", "Thing")],
      yaml(object("kafka.strimzi.io/v1", "Kafka")),
    );
    assert.deepEqual(others, []);
    assert.match(first!, /`cluster\.prerequisites\[0\]` .* got kafka\.strimzi\.io\/v1 Kafka \(Kafka ns\/a\)/);
    assert.equal(
      second,
      "Expected `operators[0].manifests` to be objects of kinds that the cluster will know, got monitoring.coreos.com/v1 ServiceMonitor (ServiceMonitor ns/a, ServiceMonitor ns/b, ServiceMonitor ns/c and 1 more), which nothing defines. Put what defines it into `cluster.prerequisites`.",
    );
    assert.match(third!, /example\.com\/v2 Thing \(Thing ns\/a\)/);
  });

  it("wait for a command, which may define any", () => {
    assert.deepEqual(checkKinds(given(...monitors), [command("make", "x")]), [
      "monitoring.coreos.com/v1 ServiceMonitor",
    ]);
  });

  it("of cert-manager are the session's own matter, unless cert-manager will be there", () => {
    const certificates = ["Certificate", "Issuer"].map((kind) => object("cert-manager.io/v1", kind));
    assert.deepEqual(problems(certificates), []);
    const own = ["Certificate", "Issuer"].map((kind) => definition("cert-manager.io", kind, [{ name: "v1" }]));
    assert.ok(!hasCertManager(given(...certificates), []));
    assert.ok(hasCertManager(given(...certificates), [yaml(...own)]));
    assert.ok(hasCertManager(given(...certificates, ...own), []));
    assert.ok(hasCertManager([], [yaml(object("apps/v1", "Deployment", "cert-manager"))]));
    assert.ok(hasCertManager([], [command("kubectl", "apply", "-f", "https://example.com/cert-manager.yaml")]));
    assert.ok(!hasCertManager([], [command("make", "install")]));
    assert.deepEqual(problems(certificates, yaml(...own)), []);
    assert.deepEqual(checkKinds(given(...certificates), [command("make", "cert-manager")]).length, 2);
    assert.equal(problems([object("cert-manager.io/v1", "CertificateRequest")]).length, 1);
  });
});
