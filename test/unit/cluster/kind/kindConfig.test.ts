import assert from "node:assert/strict";
import * as fc from "fast-check";
import { auditFoldersOf, kindConfig } from "../../../../src/cluster/kind/kindConfig";

interface Config {
  readonly kind: string;
  readonly apiVersion: string;
  readonly nodes: readonly {
    role?: string;
    image?: string;
    extraMounts: readonly Record<string, unknown>[];
    kubeadmConfigPatches?: readonly string[];
  }[];
  readonly [field: string]: unknown;
}

const live = `/home/some body/$(x)/"live"`;
const mount = { hostPath: live, containerPath: "/operator-coverage" };
const audit = (index: number) => ({
  hostPath: `/home/some body/$(x)/audit/${index}`,
  containerPath: "/operator-coverage-audit",
});
/** A node without what `audit` is about, which has tests of its own. */
const withoutAudit = ({ kubeadmConfigPatches, extraMounts, ...node }: Config["nodes"][number]) => ({
  ...node,
  extraMounts: extraMounts.filter(({ containerPath }) => containerPath !== "/operator-coverage-audit"),
});
const made = (own?: string) => JSON.parse(kindConfig(own, live)) as Config;

describe("a kind configuration", () => {
  it("has one node with the session's folder where the user says nothing", () => {
    for (const own of [undefined, "", "# nothing\n", "kind: Cluster\n", "nodes: []", "nodes:\n"])
      assert.deepEqual(made(own).nodes.map(withoutAudit), [{ role: "control-plane", extraMounts: [mount] }], own);
    assert.equal(made().kind, "Cluster");
    assert.equal(made().apiVersion, "kind.x-k8s.io/v1alpha4");
  });

  it("has the session's folder in every node of the user's, behind mounts of his own", () => {
    const own =
      "nodes: [{role: control-plane, extraMounts: [{hostPath: /a, containerPath: /b}]}, {role: worker, image: x}]";
    assert.deepEqual(made(own).nodes.map(withoutAudit), [
      { role: "control-plane", extraMounts: [{ hostPath: "/a", containerPath: "/b" }, mount] },
      { role: "worker", image: "x", extraMounts: [mount] },
    ]);
    assert.deepEqual(made("nodes: [{extraMounts:}]").nodes.map(withoutAudit), [{ extraMounts: [mount] }]);
  });

  it("gives each control plane, and no worker, a folder of its own to keep its record in", () => {
    const { nodes } = made("nodes: [{role: worker}, {role: control-plane}, {kubeadmConfigPatches: [own]}]");
    assert.deepEqual(
      nodes.map(({ extraMounts }) => extraMounts),
      [[mount], [mount, audit(1)], [mount, audit(2)]],
    );
    assert.deepEqual(
      nodes.map(({ kubeadmConfigPatches = [] }) => kubeadmConfigPatches.length),
      [0, 2, 3],
    );
    assert.equal(nodes[2]!.kubeadmConfigPatches![0], "own");
    assert.deepEqual(auditFoldersOf(JSON.stringify({ nodes })), [audit(1).hostPath, audit(2).hostPath]);
  });

  it("leaves the record to a user who says himself what API servers log, or where patches for them are", () => {
    const flag = "kind: ClusterConfiguration\napiServer: {extraArgs: {audit-log-path: /x}}";
    const folder = "kind: InitConfiguration\npatches: {directory: /x}";
    for (const patch of [flag, folder]) {
      for (const own of [{ kubeadmConfigPatches: [patch] }, { nodes: [{ kubeadmConfigPatches: [patch] }] }])
        assert.deepEqual(auditFoldersOf(kindConfig(JSON.stringify(own), live)), [], JSON.stringify(own));
    }
    const other = { name: "audit-patches", kubeadmConfigPatches: ["kind: InitConfiguration"] };
    assert.deepEqual(auditFoldersOf(kindConfig(JSON.stringify(other), live)), [audit(0).hostPath]);
  });

  it("keeps all else that the user says", () => {
    const own = "kind: Cluster\nnetworking: {apiServerPort: 6443}\nfeatureGates: {A: true}\n";
    const { networking, featureGates } = made(own);
    assert.deepEqual({ networking, featureGates }, { networking: { apiServerPort: 6443 }, featureGates: { A: true } });
  });

  it("mounts the session's folder once into each of any nodes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ role: fc.string(), labels: fc.dictionary(fc.string(), fc.string()) })),
        (nodes) => {
          const config = made(JSON.stringify({ nodes }));
          assert.equal(config.nodes.length, Math.max(1, nodes.length));
          for (const node of config.nodes) assert.deepEqual(withoutAudit(node).extraMounts, [mount]);
        },
      ),
    );
  });

  it("labels every node with the session, behind labels of the user's", () => {
    const labels = { "operator-coverage.dev/project": "0123456789ab", "operator-coverage.dev/stack": "dev" };
    const inSession = (own: string) =>
      JSON.parse(kindConfig(own, "/p/operator-coverage/it-0123456789ab/sessions/dev/live")).nodes;
    const nodes = inSession("nodes: [{}, {labels: {a: b, operator-coverage.dev/stack: x}}, {labels: wrong}]");
    assert.deepEqual(
      nodes.map((node: { labels: unknown }) => node.labels),
      [labels, { a: "b", ...labels }, "wrong"],
    );
  });

  it("is refused by line and column where it does not parse", () => {
    assert.throws(() => made("kind: Cluster\nnodes: [\n"), /line 3, column 1/);
    assert.throws(() => made("a: 1\n---\nb: 2\n"), /multiple documents/);
    assert.throws(() => made("nodes: *x\n"), /alias/);
  });

  it("is refused where it is something else", () => {
    assert.throws(() => made("- a\n"), /expected a kind configuration, a mapping/);
    assert.throws(() => made("text"), /expected a kind configuration, a mapping/);
    assert.throws(() => made("kind: Deployment\n"), /of kind Cluster, got "Deployment"/);
    for (const nodes of ["{role: worker}", "2", "[worker]", "[null]", "[[]]", "[{extraMounts: {hostPath: /a}}]"])
      assert.throws(() => made(`nodes: ${nodes}`), /expected `nodes` to be a list of nodes/, nodes);
  });
});
