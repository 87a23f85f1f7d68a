import assert from "node:assert/strict";
import { collectionInput } from "../../../src/plan/collectionInput";
import type { Session } from "../../../src/plan/prepareSession";
import type { Settings } from "../../../src/settings/readSettings";
import { sessionFolders } from "../../../src/state/folders";
import { workload } from "../fixtures/manifests";

describe("what a collection is told of a session", () => {
  const folders = sessionFolders("/p", "dev");
  const spec = { containers: [] };
  const operators = [
    {
      name: "a",
      build: { id: "1" },
      capture: { snapshots: true },
      notes: [],
      workloads: [workload("Deployment", "d", spec), workload("Job", "j", spec, "x")],
    },
    { name: "b", build: { id: "2" }, capture: { snapshots: false }, notes: ["none, because"], workloads: [] },
  ];
  const session = {
    record: { run: "r", cluster: "c", config: "{}" },
    folders,
    stack: "dev",
    output: "/p/coverage",
    operators,
  };
  const settings = { stack: "dev", timeouts: { ready: 1, stop: 45 } } as Settings;
  const input = collectionInput(settings, session as unknown as Session);

  it("is where everything lies, and how long pods may take to end", () => {
    const { operators: _, ...rest } = input;
    const { kubeconfig, live, builds } = folders;
    assert.deepEqual(rest, {
      stack: "dev",
      run: "r",
      cluster: "c",
      kubeconfig,
      live,
      builds,
      output: "/p/coverage",
      timeout: 45,
    });
  });

  it("is every operator with its build and all of its workloads", () => {
    assert.deepEqual(
      input.operators.map(({ name, build, workloads }) => ({ name, build, workloads })),
      [
        {
          name: "a",
          build: "1",
          workloads: [
            { kind: "Deployment", namespace: "ns", name: "d" },
            { kind: "Job", namespace: "x", name: "j" },
          ],
        },
        { name: "b", build: "2", workloads: [] },
      ],
    );
  });

  it("is plain JSON, because Pulumi keeps it until the session ends", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(input)), input);
  });
});
