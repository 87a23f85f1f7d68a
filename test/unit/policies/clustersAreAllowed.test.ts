import assert from "node:assert/strict";
import { currentCluster } from "../../../policies/kubeconfig";
import { type Access, objectProblems, providerProblems } from "../../../policies/rules/clustersAreAllowed";

const own = "/home/some body/$(x)/operator-coverage/it-0123456789ab/sessions/dev/kubeconfig";

function kubeconfig(cluster: string): string {
  const contexts = ["other", cluster].map((name) => ({ name, context: { cluster: name, user: name } }));
  return JSON.stringify({ "current-context": cluster, contexts });
}

function problems(access: Partial<Access>, contents = kubeconfig("kind-dev")): string[] {
  return providerProblems({ stack: "dev", allowed: [], read: () => contents, ...access });
}

describe("the rule that only allowed clusters are touched", () => {
  it("is kept by the session's own kubeconfig of a kind cluster", () => {
    assert.deepEqual(problems({ kubeconfig: own }), []);
  });

  it("is kept by that of one of several sessions of the stack, and of no other stack's", () => {
    assert.deepEqual(problems({ kubeconfig: own.replace("/dev/", "/dev+second/") }), []);
    for (const name of ["dev2+second", "other+dev", "dev-second"])
      assert.equal(problems({ kubeconfig: own.replace("/dev/", `/${name}/`) }).length, 1, name);
  });

  it("reads the file that the provider will read", () => {
    const read: string[] = [];
    problems({ kubeconfig: own, read: (file) => `${read.push(file)}` });
    assert.deepEqual(read, [own]);
  });

  it("is broken without a kubeconfig, which would mean the user's own", () => {
    for (const kubeconfig of [undefined, ""])
      assert.match(problems({ kubeconfig }).join(), /got none, which means the user's own/);
  });

  it("is broken by another file, even of a kind cluster", () => {
    for (const file of [
      "/root/.kube/config",
      "/p/operator-coverage/it-0123456789ab/sessions/other/kubeconfig",
      "/p/operator-coverage/it-0123456789ab/sessions/dev/kubeconfig/x",
      "/p/operator-coverage/it-0123456789ab/sessions/dev/../../../config",
      "/p/operator-coverage/it-0123456789ab/../x/sessions/dev/kubeconfig",
      "/p/operator-coverage/x/../it-0123456789ab/sessions/dev/kubeconfig",
      "/p/operator-coverage/it-0123456789a/sessions/dev/kubeconfig",
      "/p/x.operator-coverage/it-0123456789ab/sessions/dev/kubeconfig",
      "/p/it-0123456789ab/sessions/dev/kubeconfig",
    ])
      assert.match(problems({ kubeconfig: file }).join(), /leads to the cluster "kind-dev"/, file);
  });

  it("is broken by a session's file that leads somewhere else", () => {
    assert.match(problems({ kubeconfig: own }, kubeconfig("production")).join(), /leads to the cluster "production"/);
    assert.match(problems({ kubeconfig: own }, "{}").join(), /leads to the cluster \(none\)/);
  });

  it("is broken by the contents of a kubeconfig in place of a path", () => {
    assert.match(problems({ kubeconfig: kubeconfig("kind-dev") }).join(), /the contents of a kubeconfig/);
    const disguised = `${kubeconfig("kind-dev")} #${own}`;
    assert.equal(problems({ kubeconfig: disguised }).length, 1);
  });

  it("is broken by a context or a cluster that is not the current one", () => {
    assert.match(problems({ kubeconfig: own, context: "other" }).join(), /leads to the cluster "other"/);
    assert.match(problems({ kubeconfig: own, cluster: "other" }).join(), /leads to the cluster "other"/);
  });

  it("is broken by a file that can't be read", () => {
    const read = () => {
      throw new Error("ENOENT: no such file");
    };
    assert.match(problems({ kubeconfig: own, read }).join(), /can't be read: ENOENT/);
    assert.match(problems({ kubeconfig: own }, "a: [b").join(), /can't be read/);
  });

  it("is kept by clusters that are explicitly allowed, however their kubeconfig is given", () => {
    const allowed = ["staging"];
    assert.deepEqual(problems({ kubeconfig: "/root/.kube/config", allowed }, kubeconfig("staging")), []);
    assert.deepEqual(problems({ kubeconfig: kubeconfig("staging"), allowed }), []);
    assert.equal(problems({ kubeconfig: kubeconfig("production"), allowed }).length, 1);
  });

  it("is broken by objects that Pulumi's default provider would get", () => {
    const type = "kubernetes:core/v1:Service";
    const provider = (name: string) => ({ type: "pulumi:providers:kubernetes", props: {}, urn: "", name });
    assert.match(objectProblems({ type, provider: provider("default_4_34_2") }).join(), /got Pulumi's default one/);
    assert.match(objectProblems({ type, provider: provider("default") }).join(), /got Pulumi's default one/);
    assert.match(objectProblems({ type }).join(), /got Pulumi's default one/);
    assert.deepEqual(objectProblems({ type, provider: provider("cluster-kubernetes") }), []);
    assert.deepEqual(objectProblems({ type, provider: provider("defaults-kubernetes") }), []);
    assert.deepEqual(objectProblems({ type: "command:local:Command", provider: provider("default_1_2_1") }), []);
  });
});

describe("the cluster that a kubeconfig leads to", () => {
  it("is that of the current context, in YAML and in JSON", () => {
    assert.equal(currentCluster(kubeconfig("kind-dev"), {}), "kind-dev");
    const yaml = "current-context: a\ncontexts: [{name: b, context: {cluster: x}}, {name: a, context: {cluster: y}}]";
    assert.equal(currentCluster(yaml, {}), "y");
  });

  it("is none where nothing is current, and none where the text is no kubeconfig", () => {
    for (const text of ["", "{}", "current-context: a", "contexts: [{name: a}]", "~/.kube/config"])
      assert.equal(currentCluster(text, {}), undefined, text);
  });
});
