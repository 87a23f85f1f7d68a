import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { ApiError, NoSuchKind } from "../../../plugins/kubernetes/errors";
import { replacing } from "../../../plugins/kubernetes/immutable";
import { asObject, idOf, nameOf, patience, skipsAwait } from "../../../plugins/kubernetes/object";
import { liveInputs } from "../../../plugins/kubernetes/refresh";
import { worthWaitingFor } from "../../../plugins/kubernetes/retry";
import { parseSettings } from "../../../plugins/kubernetes/settings";
import { differences, propertyPath } from "../../../plugins/protocol/differences";
import { isObject, type Properties } from "../../../plugins/protocol/values";

const object = (apiVersion: string, kind: string, rest: Properties = {}) =>
  asObject({ apiVersion, kind, metadata: { name: "it", namespace: "here" }, ...rest });

describe("What an update can't bring about", () => {
  const replaces = (apiVersion: string, kind: string, old: Properties, next: Properties, nextVersion = apiVersion) => {
    const [before, after] = [object(apiVersion, kind, old), object(nextVersion, kind, next)];
    return replacing(before, differences(before, after), after).map(({ path }) => propertyPath(path));
  };

  const cases: [string, string, string, Properties, Properties, string[]][] = [
    [
      "the name of anything",
      "x.dev/v1",
      "Thing",
      { metadata: { name: "a" } },
      { metadata: { name: "b" } },
      ["metadata.name"],
    ],
    ["no label", "apps/v1", "Deployment", { metadata: { name: "a" } }, { metadata: { name: "a", labels: {} } }, []],
    [
      "a Deployment's selector",
      "apps/v1",
      "Deployment",
      { spec: { replicas: 1, selector: { matchLabels: { a: "1" } } } },
      { spec: { replicas: 2, selector: { matchLabels: { a: "2" } } } },
      ["spec.selector.matchLabels.a"],
    ],
    ["a whole spec that goes", "apps/v1", "DaemonSet", { spec: { selector: {} } }, {}, ["spec"]],
    ["no spec that isn't known yet", "apps/v1", "DaemonSet", { spec: { selector: {} } }, { spec: "04da6b54" }, []],
    [
      "a StatefulSet's service and volumes, but no template",
      "apps/v1",
      "StatefulSet",
      { spec: { serviceName: "a", template: {}, volumeClaimTemplates: [{ a: 1 }] } },
      { spec: { serviceName: "b", template: { spec: {} }, volumeClaimTemplates: [{ a: 2 }] } },
      ["spec.serviceName", "spec.volumeClaimTemplates[0].a"],
    ],
    [
      "a Job's template, but not its parallelism",
      "batch/v1",
      "Job",
      { spec: { parallelism: 1, template: { a: 1 } } },
      { spec: { parallelism: 2, template: { a: 2 } } },
      ["spec.template.a"],
    ],
    [
      "a Pod's containers, but not its tolerations",
      "v1",
      "Pod",
      { spec: { containers: [{ image: "a" }], tolerations: [] } },
      { spec: { containers: [{ image: "b" }], tolerations: [{}] } },
      ["spec.containers[0].image"],
    ],
    [
      "a Service's address, but no port",
      "v1",
      "Service",
      { spec: { clusterIP: "a", ports: [1] } },
      { spec: { clusterIP: "b", ports: [2] } },
      ["spec.clusterIP"],
    ],
    [
      "a claim's class, but not its size",
      "v1",
      "PersistentVolumeClaim",
      { spec: { storageClassName: "a", resources: { requests: { storage: "1Gi" } } } },
      { spec: { storageClassName: "b", resources: { requests: { storage: "2Gi" } } } },
      ["spec.storageClassName"],
    ],
    [
      "a volume's source",
      "v1",
      "PersistentVolume",
      { spec: { hostPath: { path: "a" }, capacity: {} } },
      { spec: { nfs: {} } },
      ["spec.hostPath", "spec.nfs"],
    ],
    [
      "the role that a binding refers to, but no subject",
      "rbac.authorization.k8s.io/v1",
      "ClusterRoleBinding",
      { roleRef: { name: "a" }, subjects: [1] },
      { roleRef: { name: "b" }, subjects: [2] },
      ["roleRef.name"],
    ],
    [
      "a class's provisioner",
      "storage.k8s.io/v1",
      "StorageClass",
      { provisioner: "a" },
      { provisioner: "b" },
      ["provisioner"],
    ],
    [
      "a Secret's type, but not its data",
      "v1",
      "Secret",
      { type: "a", data: { x: "1" } },
      { type: "b", data: { x: "2" } },
      ["type"],
    ],
    ["no data of a ConfigMap", "v1", "ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }, []],
    [
      "data of an immutable ConfigMap, and that it is one",
      "v1",
      "ConfigMap",
      { immutable: true, data: { a: "1" }, metadata: { name: "it" } },
      { data: { a: "2" }, metadata: { name: "it", labels: { a: "1" } } },
      ["immutable", "data.a"],
    ],
    [
      "a CRD's scope, but no schema",
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      { spec: { scope: "Cluster", versions: [1] } },
      { spec: { scope: "Namespaced", versions: [2] } },
      ["spec.scope"],
    ],
    ["nothing in the spec of a kind of someone else's", "x.dev/v1", "Pod", { spec: { a: 1 } }, { spec: { a: 2 } }, []],
  ];
  for (const [what, apiVersion, kind, old, next, expected] of cases) {
    it(`is ${what}`, () => assert.deepEqual(replaces(apiVersion, kind, old, next).sort(), [...expected].sort()));
  }

  it("is another group, but not another version of it", () => {
    assert.deepEqual(replaces("apps/v1beta1", "Deployment", {}, {}, "apps/v1"), []);
    assert.deepEqual(replaces("extensions/v1beta1", "Deployment", {}, {}, "apps/v1"), ["apiVersion"]);
  });
});

describe("A refusal of the API server", () => {
  const refused = (code: number, message: string, reason = "") =>
    worthWaitingFor(new ApiError(message, code, reason))?.seconds;

  const passing: [string, number, string][] = [
    ["a namespace that isn't there yet", 404, 'namespaces "x" not found'],
    ["a CRD that not all of the server knows yet", 404, "the server could not find the requested resource"],
    [
      "a namespace that is still going",
      403,
      'configmaps "x" is forbidden: unable to create new content in namespace y because it is being terminated',
    ],
    [
      "an account that isn't there yet",
      403,
      'pods "x" is forbidden: error looking up service account y/z: serviceaccount "z" not found',
    ],
    ["a server with too much to do", 429, "too many requests"],
    ["a type that isn't there yet", 500, "failed to create typed patch object (x; y): no corresponding type for z"],
  ];
  for (const [what, code, message] of passing)
    it(`passes, where it is for ${what}`, () => assert.equal(refused(code, message), 60));

  it("passes for longer, where a webhook's server must start first", () => {
    assert.equal(
      refused(
        500,
        'Internal error occurred: failed calling webhook "x": dial tcp: connection refused',
        "InternalError",
      ),
      180,
    );
  });

  it("passes for kinds that aren't there yet", () => {
    assert.deepEqual(worthWaitingFor(new NoSuchKind("no Thing")), { what: "no Thing", seconds: 60 });
  });

  const final: [string, number, string][] = [
    ["an object that isn't there", 404, 'configmaps "x" not found'],
    ["an object that is wrong", 422, "Deployment.apps is invalid: spec.replicas: Invalid value"],
    [
      "a field of the wrong type",
      500,
      "failed to create typed patch object (x; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured",
    ],
    ["someone who may not", 403, 'configmaps is forbidden: User "x" cannot create resource'],
    ["a conflict", 409, 'Apply failed with 1 conflict: conflict with "them"'],
    ["a webhook that says no", 403, 'admission webhook "x" denied the request: no'],
  ];
  for (const [what, code, message] of final)
    it(`is final, where it is for ${what}`, () => assert.equal(refused(code, message), undefined));

  it("is none, where another error is", () => assert.equal(worthWaitingFor(new Error("x")), undefined));
});

describe("The inputs that a live object stands for", () => {
  const inputs = (live: Properties, old: Properties) => {
    const { apiVersion, kind, metadata, ...rest } = liveInputs(object("v1", "Thing", live), {
      apiVersion: "v1",
      kind: "Thing",
      metadata: { name: "it" },
      ...old,
    });
    return rest;
  };

  it("are the old ones, whatever the server has added", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("node")),
        fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie("node"), { noNullPrototype: true }),
      ),
    })).node;
    const withMore = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(withMore);
      if (!isObject(value)) return value;
      return {
        ...Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withMore(child)])),
        ADDED: { by: "server" },
      };
    };
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("spec", "data"), tree, { noNullPrototype: true }), (old) =>
        assert.deepEqual(inputs(withMore(old) as Properties, old as Properties), old),
      ),
    );
  });

  it("have what someone else changed or took away, but not what they added", () => {
    const old = { spec: { a: 1, b: { c: 2, d: 3 }, list: [{ x: 1 }, { x: 2 }] } };
    const live = { spec: { a: 9, b: { c: 2 }, list: [{ x: 1 }, { x: 8, y: 1 }], more: 1 } };
    assert.deepEqual(inputs(live, old), { spec: { a: 9, b: { c: 2 }, list: [{ x: 1 }, { x: 8 }] } });
    assert.deepEqual(inputs({ spec: { list: [{ x: 1 }] } }, { spec: { list: [{ x: 1 }, { x: 2 }] } }), {
      spec: { list: [{ x: 1 }] },
    });
  });

  it("keep what the server doesn't write, as it means nothing", () => {
    const nothing = { off: false, none: 0, empty: "", map: {}, list: [], nested: { off: false } };
    assert.deepEqual(inputs({ spec: {} }, { spec: { ...nothing, on: true } }), { spec: nothing });
  });

  for (const [old, live] of [
    ["1000m", "1"],
    ["0.5", "500m"],
    [1, "1"],
    ["1024Mi", "1Gi"],
    ["1e3", "1k"],
    ["1M", "1000k"],
    [".5", "500m"],
  ] as const) {
    it(`keep the quantity ${old}, which the server writes as ${live}`, () => {
      assert.deepEqual(inputs({ cpu: live }, { cpu: old }), { cpu: old });
    });
  }

  for (const [old, live] of [
    ["1", "2"],
    ["1Mi", "1M"],
    ["v1", "v2"],
    ["1", true],
  ] as const) {
    it(`don't take ${live} for ${old}`, () => assert.deepEqual(inputs({ cpu: live }, { cpu: old }), { cpu: live }));
  }

  it("keep a status that the program gave, for nobody can give one", () => {
    assert.deepEqual(inputs({ status: { phase: "Live" } }, { status: {} }), { status: {} });
  });

  it("have a Secret's data in plain text, where the program gave it so", () => {
    const live = { data: { a: "Mg==", other: "eA==" } };
    assert.deepEqual(inputs(live, { stringData: { a: "1", gone: "1" } }), { stringData: { a: "2" } });
  });
});

describe("An object's annotations", () => {
  const annotated = (annotations: Properties) => object("v1", "Pod", { metadata: { name: "it", annotations } });

  it("say how long to wait, where the program doesn't", () => {
    assert.equal(patience(annotated({}), undefined), 600);
    assert.equal(patience(annotated({ "pulumi.com/timeoutSeconds": "30" }), undefined), 30);
    assert.equal(patience(annotated({ "pulumi.com/timeoutSeconds": "30" }), 5), 5);
    assert.equal(patience(annotated({ "pulumi.com/timeoutSeconds": "soon" }), undefined), 600);
  });

  it("say whether to wait", () => {
    assert.equal(skipsAwait(annotated({ "pulumi.com/skipAwait": "true" })), true);
    assert.equal(skipsAwait(annotated({ "pulumi.com/skipAwait": "false" })), false);
    assert.equal(skipsAwait(object("v1", "Pod")), false);
  });
});

describe("An object's name", () => {
  it("has its namespace, where it has one", () => {
    assert.equal(nameOf(object("v1", "Pod")), "Pod here/it");
    assert.equal(idOf({ name: "it" }), "it");
  });
});

describe("The provider's settings", () => {
  it("are read as the SDK sends them, and from the environment where it doesn't", () => {
    const settings = parseSettings(
      {
        kubeconfig: "x",
        deleteUnreachable: "true",
        enablePatchForce: "false",
        namespace: "",
      },
      { PULUMI_K8S_ENABLE_PATCH_FORCE: "true", PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" },
    );
    assert.deepEqual(
      [settings.kubeconfig, settings.deleteUnreachable, settings.enablePatchForce, settings.upsertExistingObjects],
      ["x", true, false, true],
    );
    assert.equal(settings.namespace, undefined);
  });
});
