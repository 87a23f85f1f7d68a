import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { PrerequisiteConfiguration } from "../../../src/settings/schema";
import { applyPrerequisite } from "../../../src/steps/applyPrerequisite";
import { FakePrograms } from "../fixtures/fakePrograms";

const objects = [
  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: ns}, spec: {template: {spec: {containers: []}}}}",
  "{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}}",
  "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.m}}",
  "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {containers: []}}}}",
  "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}}",
  "{apiVersion: v1, kind: Namespace, metadata: {name: ns}}",
].join("\n---\n");

/** kubectl that notes what kinds it applies, and refuses Things once. */
const kubectl = `case "$*" in
  *apply*)
    input=$(cat); echo "applied $(echo "$input" | grep -o '"kind":"[A-Za-z]*"' | tr '\\n' ' ')" >> "$ROOT/calls"
    case "$input" in *Thing\\"*) [ -f "$ROOT/webhook" ] || { touch "$ROOT/webhook"; echo "failed calling webhook" >&2; exit 1; } ;; esac ;;
  *--raw*) case "$*" in *known*) echo '{"resources": [{"kind": "Known"}]}' ;; *) echo "Error from server (NotFound): nothing" >&2; exit 1 ;; esac ;;
esac`;

describe("a prerequisite", function () {
  this.timeout(30_000);
  let fake: FakePrograms;
  let said: string[];
  beforeEach(async () => {
    fake = await FakePrograms.install();
    said = [];
    await writeFile(path.join(fake.root, "all.yaml"), objects);
    await fake.add("kubectl", kubectl);
  });
  afterEach(() => fake.remove());

  const apply = (configuration: PrerequisiteConfiguration, more: { timeout?: number; kinds?: string[] } = {}) => {
    const given = {
      digest: "",
      project: fake.root,
      environment: { KUBECONFIG: "/kc" },
      kubeconfig: "/kc",
      timeout: 30,
      kinds: [],
    };
    return applyPrerequisite({ ...given, ...more, configuration }, (line) => said.push(line));
  };

  it("is applied by the server, definitions first, again where a webhook is not up yet, and waited for", async () => {
    await apply({ yaml: ["all.yaml"] });
    const calls = (await fake.calls()).filter((call) => /^applied|--server-side|wait|rollout/.test(call));
    const applied = (...kinds: string[]) => [
      "apply --server-side --force-conflicts --field-manager=operator-coverage -f -",
      `applied ${["List", ...kinds].map((kind) => `"kind":"${kind}" `).join("")}`,
    ];
    assert.deepEqual(
      calls.map((call) => call.replace(/^kubectl --kubeconfig \/kc /, "").replace(/--timeout=\d+s /, "")),
      [
        ...applied("Namespace"),
        ...applied("CustomResourceDefinition"),
        "wait --for=condition=Established crd things.example.com",
        ...applied("Deployment", "Thing", "APIService", "Job"),
        ...applied("Deployment", "Thing", "APIService", "Job"),
        "rollout status --namespace ns Deployment/d",
        "wait --for=condition=Complete --namespace default job/j",
        "wait --for=condition=Available apiservice v1.m",
      ],
    );
    assert.match(said.join("\n"), /not yet: failed calling webhook\n6 objects are there and ready/);
  });

  it("may be a command, which finds the cluster in its environment and whose words are passed on", async () => {
    await writeFile(path.join(fake.root, "here"), "");
    await apply({ command: ["sh", "-c", 'ls here; echo "on $KUBECONFIG: $1"', "sh", "$(x) '"] });
    assert.deepEqual(said, ["here", "on /kc: $(x) '"]);
  });

  it("that fails, or takes too long, is told with its words", async () => {
    await assert.rejects(
      apply({ command: ["sh", "-c", "echo no luck >&2; exit 3"] }),
      /^Error: Expected the prerequisite sh -c .* to end well within 30 s \(`timeouts\.prerequisites`\), got: .*exit status 3\nno luck/,
    );
    const start = Date.now();
    // The shell is killed, and what it waits for lives on.
    const lasting = apply({ command: ["sh", "-c", "sleep 20; true"] }, { timeout: 1 });
    await assert.rejects(lasting, /within 1 s.*ended by SIGKILL/s);
    assert.ok(Date.now() - start < 15_000);
  });

  it("has to define what operators need of it", async () => {
    const command = { command: ["true"] };
    await apply(command, { kinds: ["known.com/v1 Known"] });
    await assert.rejects(
      apply(command, { kinds: ["known.com/v1 Known", "known.com/v1 Other", "else.com/v1 Thing"] }),
      /got none for known\.com\/v1 Other, else\.com\/v1 Thing\. Put what defines them/,
    );
  });
});
