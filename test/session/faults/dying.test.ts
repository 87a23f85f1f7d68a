import { strict as assert } from "node:assert";
import * as path from "node:path";
import { Checkout, succeeded } from "../checkout";
import { nothingIsLeft } from "../nothingIsLeft";
import { complete } from "./assess";
import { writeFaultyOperator } from "./operator";
import { Report } from "./report";
import { Scene } from "./scene";
import { record } from "./table";

const stack = "test-dying";
const name = "dying";
const nobody = { namespace: "faulty", name: "nobody", port: 443 };

/** What an operator that is gone leaves to the API server: a webhook, an API and a finalizer that nobody serves. */
const left = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "dying" },
    webhooks: [
      {
        name: "deletions.example.com",
        clientConfig: { service: nobody },
        failurePolicy: "Fail",
        timeoutSeconds: 1,
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        rules: [
          {
            operations: ["DELETE"],
            apiGroups: ["", "apps"],
            apiVersions: ["v1"],
            resources: ["pods", "replicasets", "deployments"],
          },
        ],
      },
    ],
  },
  {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1.dying.example.com" },
    spec: {
      group: "dying.example.com",
      version: "v1",
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: nobody,
    },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "owned", namespace: "faulty", finalizers: ["example.com/operator"] },
  },
];

describe("a session whose operator has left a webhook, an API and a finalizer that nobody serves", function () {
  this.timeout("4m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    const operator = await writeFaultyOperator(path.join(project.folder, "faulty"), "faulty", [{ name }]);
    await project.configure(stack, { operators: [operator] });
    const scene = await Scene.up(project, stack, "faulty");
    for (const object of left) await scene.kubectl.apply(object);
    await assert.rejects(
      scene.kubectl.run("delete", "deployment", name, "-n", "faulty"),
      /failed calling webhook "deletions\.example\.com"/,
      "the webhook is to be in the way",
    );
  });
  after(() => project.remove());

  it("ends in time, names what was in the way, and loses nothing", async () => {
    const began = Date.now();
    const output = succeeded(await project.destroy(stack));
    assert.ok(Date.now() - began < 100_000, "before the patience of 120 s for one object");
    assert.match(
      output,
      /the webhook deletions\.example\.com \(ValidatingWebhookConfiguration dying\) is asked about pods/,
    );
    await nothingIsLeft(project, stack);
    const outcome = complete(await Report.latest(project, stack), name, { pods: 1, lives: 1 });
    await record("webhook, API and finalizer of the operator that nobody serves any more", outcome);
  });
});
