import { strict as assert } from "node:assert";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { Checkout } from "./checkout";

const good = {
  name: "memcached",
  source: "examples/memcached-operator",
  main: "./cmd",
  manifests: { kustomize: "config/default" },
};

describe("bad input", function () {
  this.timeout("3m");
  let project: Checkout;

  before(async () => {
    project = await Checkout.make();
    const broken = path.join(project.folder, "broken");
    await mkdir(broken);
    await writeFile(path.join(broken, "go.mod"), "module broken\n\ngo 1.21\n");
    await writeFile(path.join(broken, "main.go"), "package main\n\nfunc main() { undefinedFunction() }\n");
    await writeFile(path.join(broken, "deployment.yaml"), deployment("manager"));
    await writeFile(path.join(broken, "two.yaml"), `${deployment("a")}---\n${deployment("b", '["/other"]')}`);
    await writeFile(path.join(broken, "typo.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: a\nspec: {}\n");
    await writeFile(path.join(broken, "none.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n");
    await writeFile(
      path.join(broken, "unknown.yaml"),
      "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n",
    );
    await writeFile(
      path.join(broken, "acme.yaml"),
      "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: acme}\nspec: {acme: {}}\n",
    );
    await writeFile(path.join(broken, "shell.yaml"), deployment("shell", '["/bin/sh", "-c", "exec /manager"]'));
  });
  after(() => project.remove());

  const cases: [string, Record<string, unknown>, RegExp[]][] = [
    [
      "unknown and missing settings, all at once",
      { operators: [{ ...good, foo: 1, source: undefined }], outputs: "x" },
      [
        /`operators\[0\]\.source` to be a string that is not empty, got nothing/,
        /the unknown key "foo"/,
        /the unknown key "outputs"/,
      ],
    ],
    [
      "two operators with one name",
      { operators: [good, good] },
      [/`operators\[1\]\.name` to be unique, got "memcached", which operators\[0\] has too/],
    ],
    [
      "two operators that deploy one object in two ways",
      { operators: [good, { ...good, name: "other" }] },
      [
        /`operators\[1\]\.manifests` to be without objects of memcached, got Deployment \S+.*, deployed in two ways by memcached and other/,
        /list all of their containers in `workloads` of one operator/,
      ],
    ],
    [
      "a folder that is not there",
      { operators: [{ ...good, source: "nowhere" }] },
      [/`operators\[0\]\.source` to be a folder, got .*nowhere, which is not there/],
    ],
    [
      "a main that is no main package",
      { operators: [{ ...good, main: "./internal/controller" }] },
      [
        /`operators\[0\]\.main` to be a Go main package, got "\.\/internal\/controller", which is package controller\. Main packages of this module: \.\/cmd/,
      ],
    ],
    [
      "what does not compile",
      { operators: [{ ...good, source: "broken", main: ".", manifests: { yaml: ["deployment.yaml"] } }] },
      [/`operators\[0\]\.main` to be a Go main package that compiles/, /main\.go:3:\d+: undefined: undefinedFunction/],
    ],
    [
      "no workload",
      { operators: [{ ...good, source: "broken", main: ".", manifests: { yaml: ["none.yaml"] } }] },
      [/`operators\[0\]\.workload` to be a Deployment.*got manifests with only Service/],
    ],
    [
      "several programs of one image",
      { operators: [{ ...good, source: "broken", main: ".", manifests: { yaml: ["two.yaml"] } }] },
      [
        /`operators\[0\]\.workload` to be containers that start one program, got several: manager \(controller:latest\) of Deployment a starts \/manager; manager \(controller:latest\) of Deployment b starts \/other/,
      ],
    ],
    [
      "a container that is not there",
      { operators: [{ ...good, workload: { container: "nobody" } }] },
      [/`operators\[0\]\.workload\.container` to be one of the containers manager/],
    ],
    [
      "a manifest that does not parse",
      { operators: [{ ...good, source: "broken", main: ".", manifests: { yaml: ["typo.yaml"] } }] },
      [/`operators\[0\]\.manifests\.yaml` to be manifests that can be read, got .*typo\.yaml:[34]: /],
    ],
    [
      "a kustomization that does not build",
      { operators: [{ ...good, manifests: { kustomize: "internal" } }] },
      [/`operators\[0\]\.manifests\.kustomize` to be a kustomization that builds/],
    ],
    [
      "an operator that a shell starts",
      { operators: [{ ...good, source: "broken", main: ".", manifests: { yaml: ["shell.yaml"] } }] },
      [/`operators\[0\]\.workload\.program` to be given where a shell starts the operator, got nothing/],
    ],
    [
      "kinds that nothing defines, without asking a compiler",
      {
        operators: [{ ...good, source: "broken", main: ".", manifests: { yaml: ["deployment.yaml", "unknown.yaml"] } }],
      },
      [
        /`operators\[0\]\.manifests` to be objects of kinds that the cluster will know, got example\.com\/v1 Thing \(Thing a\), which nothing defines\. Put what defines it into `cluster\.prerequisites`/,
      ],
    ],
    [
      "an issuer that only cert-manager knows",
      { operators: [{ ...good, manifests: { yaml: ["../../broken/deployment.yaml", "../../broken/acme.yaml"] } }] },
      [/Issuer acme to be self-signed or of a CA's Secret, got acme\. Put cert-manager into `cluster\.prerequisites`/],
    ],
    [
      "a prerequisite that is not there",
      { operators: [good], cluster: { prerequisites: [{ command: ["no-such-program"] }] } },
      [/`cluster\.prerequisites\[0\]\.command` to be a program and its arguments, got no-such-program/],
    ],
    [
      "a kind configuration that does not parse",
      { operators: [good], cluster: { config: "broken/typo.yaml" } },
      [/`cluster\.config` to be a file with a kind configuration/],
    ],
  ];
  for (const [index, [name, settings, messages]] of cases.entries()) {
    it(`names ${name}`, async () => {
      const stack = `test-bad-${index}`;
      await project.configure(stack, settings);
      const { status, output } = await project.up(stack);
      assert.notEqual(status, 0);
      for (const message of messages) assert.match(output, message);
      await nothingWasMade(stack, output);
    });
  }

  it("names an engine that does not answer", async () => {
    await project.configure("test-bad-engine", { operators: [good] });
    const { status, output } = await project.up("test-bad-engine", { DOCKER_HOST: "unix:///nonexistent/docker.sock" });
    assert.notEqual(status, 0);
    assert.match(output, /Expected a Docker engine to answer, got: .*Start one, or set DOCKER_HOST/s);
    await nothingWasMade("test-bad-engine", output);
  });

  it("names a cluster name that is somebody else's", async () => {
    const name = "test-bad-somebody";
    // An empty archive: it is never started.
    const image = (await run("docker", ["import", "-"], { input: "\0".repeat(1024) })).trim();
    const container = (
      await run("docker", ["create", "--label", `io.x-k8s.kind.cluster=${name}`, image, "true"])
    ).trim();
    try {
      await project.configure("test-bad-name", { operators: [good], cluster: { name } });
      const { status, output } = await project.up("test-bad-name");
      assert.notEqual(status, 0);
      assert.match(
        output,
        /`cluster\.name` to be free or this session's own, got "test-bad-somebody", a kind cluster that somebody else made/,
      );
    } finally {
      await run("docker", ["rm", container]);
      await run("docker", ["image", "rm", image]);
    }
  });

  async function nothingWasMade(stack: string, output: string): Promise<void> {
    assert.doesNotMatch(output, /KindCluster|node_modules/);
    const sessions = await readdir(path.dirname(project.sessionFolder(stack))).catch((): string[] => []);
    assert.ok(!sessions.includes(stack));
  }
});

function deployment(name: string, command = '["/manager"]'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: manager, image: "controller:latest", command: ${command}}]
`;
}
