import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { CoverageSession } from "../../components/coverageSession";
import { orderProblems } from "../../policies/rules/workloadDependsOnCollection";
import type { Session } from "../../src/plan/prepareSession";
import { SettingsError } from "../../src/settings/problems";
import type { Settings } from "../../src/settings/readSettings";
import { sessionFolders } from "../../src/state/folders";
import { session } from "./fixture";
import { type Graph, recordGraph } from "./recordGraph";

const preflight = require.resolve("../../src/plan/prepareSession");
const component = require.resolve("../../components/coverageSession");
const state = "/state/operator-coverage/it-0123456789ab";

describe("CoverageSession", () => {
  let create: typeof CoverageSession.create;
  let prepared: Settings[];
  /** What stands for the checks of this machine. */
  let check: (settings: Settings) => Promise<Session>;
  let root: string;

  before(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")));
    const prepareSession = (settings: Settings) => {
      prepared.push(settings);
      return check(settings);
    };
    delete require.cache[component];
    require.cache[preflight] = {
      id: preflight,
      filename: preflight,
      loaded: true,
      exports: { prepareSession },
    } as never;
    ({
      CoverageSession: { create },
    } = require(component) as { CoverageSession: typeof CoverageSession });
    create = create.bind((require(component) as { CoverageSession: typeof CoverageSession }).CoverageSession);
  });
  beforeEach(() => {
    prepared = [];
    check = async (settings) => {
      const made = session(settings.operators.map(({ name }) => name));
      const record = { ...made.record, cluster: `cluster-of-${settings.stack}` };
      return { ...made, record, stack: settings.stack, folders: sessionFolders(state, settings.stack) };
    };
  });
  after(async () => {
    for (const file of [preflight, component]) delete require.cache[file];
    await rm(root, { recursive: true, force: true });
  });

  const operators = [{ name: "alpha", source: "op", manifests: { yaml: ["*.yaml"] } }];
  const both = (): Promise<Graph> =>
    recordGraph(() => Promise.all(["first", "second"].map((name) => create(name, { operators }))));

  it("checks plain settings by the schema, and has the stack and the program's folder by default", async () => {
    await recordGraph(() => create("default", { operators }));
    const [settings] = prepared;
    assert.equal(settings?.stack, "stack");
    assert.equal(settings?.project, path.resolve(__dirname, "../.."));
    assert.equal(settings?.secret, false);
    assert.equal(settings?.operators[0]?.build.covermode, "atomic");
    assert.deepEqual(settings?.timeouts, { ready: 180, prerequisites: 300, stop: 120 });
  });

  it("takes another folder and another stack", async () => {
    await recordGraph(() => create("default", { operators, folder: root, stack: "other" }));
    assert.deepEqual([prepared[0]?.project, prepared[0]?.stack], [root, "other"]);
  });

  it("makes nothing where a setting is wrong, and says so in words", async () => {
    const graph = await recordGraph(async () => {
      await assert.rejects(create("default", { operators: [] }), {
        message: /^Expected `operators` to be a list of at least one operator/,
      });
      await assert.rejects(create("default", { operators, ouput: "x" } as never), /`ouput` to be a known setting/);
      await assert.rejects(create("a/b", { operators }), /Expected `name` to be a DNS label/);
    });
    assert.deepEqual(graph.resources, []);
    assert.deepEqual(prepared, []);
  });

  describe("twice in a program", () => {
    it("has resources, folders and clusters apart", async () => {
      const graph = await both();
      assert.equal(new Set(graph.resources.map((r) => r.urn)).size, graph.resources.length);
      assert.deepEqual(prepared.map(({ stack }) => stack).sort(), ["stack+first", "stack+second"]);
      const inputs = ["first", "second"].map((name) => {
        const { environment } = graph.get(`${name}-cluster-nodes`).inputs as {
          environment: { OPERATOR_COVERAGE_INPUT: string };
        };
        return JSON.parse(environment.OPERATOR_COVERAGE_INPUT) as Pick<Session, "record" | "folders">;
      });
      const distinct = (values: unknown[]) => assert.equal(new Set(values).size, 2, String(values));
      distinct(inputs.map(({ record }) => record.cluster));
      for (const key of ["root", "kubeconfig", "record", "live", "builds", "announced"] as const)
        distinct(inputs.map(({ folders }) => folders[key]));
    });

    it("gives all children their parent's name as a prefix", async () => {
      const { resources, ...graph } = await both();
      const at = (urn: string) => resources.find((r) => r.urn === urn)!;
      assert.equal(Object.keys(graph).length, 0);
      const children = resources.filter((r) => r.parent !== "");
      assert.ok(children.length > 20);
      for (const child of children) assert.ok(child.name.startsWith(`${at(child.parent).name}-`), child.name);
    });

    it("has each workload depend on its own session's collection and cluster, and on nothing of the other's", async () => {
      const graph = await both();
      const all = graph.resources.map((r) => ({ ...r, props: r.inputs }));
      assert.deepEqual(orderProblems(all), []);
      const workloads = graph.resources.filter(({ type }) => type.startsWith("kubernetes:apps/"));
      assert.equal(workloads.length, 4);
      for (const workload of workloads) {
        const [own] = workload.name.split("-");
        const on = graph.dependencies(workload);
        assert.ok(on.includes(`${own}-collection-run`), on.join());
        assert.ok(
          on.every((name) => name.startsWith(`${own}-`)),
          on.join(),
        );
      }
    });

    it("makes neither where one of them can't be", async () => {
      const well = check;
      check = async (settings) => {
        if (settings.stack === "stack+first") return well(settings);
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new SettingsError(["Expected the machine to be another one."]);
      };
      const graph = await recordGraph(async () => {
        const created = ["first", "second"].map((name) => create(name, { operators }));
        const settled = await Promise.allSettled(created);
        for (const one of settled) {
          assert.equal(one.status, "rejected");
          assert.match(String((one as PromiseRejectedResult).reason), /Expected the machine to be another one\./);
        }
      });
      assert.deepEqual(graph.resources, []);
    });

    it("is refused two of one name or with one cluster, before anything is made", async () => {
      const well = check;
      check = async (settings) => {
        const made = await well(settings);
        return { ...made, record: { ...made.record, cluster: "mine" } };
      };
      for (const [second, problem] of [
        ["second", /Expected `cluster.name` to be one of a session's own, got "mine"/],
        ["first", /Expected `name` to be one of a session's own, got "stack\+first"/],
      ] as const) {
        const graph = await recordGraph(async () => {
          await assert.rejects(Promise.all(["first", second].map((name) => create(name, { operators }))), problem);
        });
        assert.deepEqual(graph.resources, []);
      }
    });
  });
});
