import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { doctor, type Finding } from "../../../src/doctor/doctor";
import { findingsTable } from "../../../src/doctor/table";
import { parse } from "../../../src/settings/parse";
import { FakePrograms } from "../../unit/fixtures/fakePrograms";

/** Without settings. */
const subjects = [
  "node",
  "go",
  "docker",
  "kind",
  "kubectl",
  "pulumi",
  "go tools",
  "language host",
  "provider plugins",
  "Docker engine",
  "node image",
  "cgroups",
  "inotify instances",
  "inotify watches",
  "disk",
  "state folder",
];

describe("doctor, on this machine", function () {
  this.timeout("1m");
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "doctor-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const of = (findings: readonly Finding[], subject: string) => findings.filter((one) => one.subject === subject);

  it("stops none of the sessions that run here", async () => {
    const findings = await doctor({ folder, env: process.env });
    const table = findingsTable(findings);
    // Where the state folder and Docker have a file system each, there is a line for each.
    const seen = findings.map(({ subject }) => subject);
    assert.deepEqual([...new Set(seen)], subjects, table);
    assert.deepEqual(
      findings.filter(({ state }) => state === "stops"),
      [],
      table,
    );
    const output = (program: string, args: readonly string[]) => execFileSync(program, args, { encoding: "utf8" });
    const node = output("node", ["--version"]).trim().slice(1);
    assert.ok(of(findings, "node")[0]!.found.startsWith(`${node}, /`), table);
    const cgroups = output("docker", ["info", "--format", "{{.CgroupVersion}}"]).trim();
    assert.match(of(findings, "cgroups")[0]!.found, new RegExp(`version ${cgroups}\\b`), table);
  });

  it("says what is lacking where there is nothing", async () => {
    const findings = await doctor({ folder, env: { PATH: folder, HOME: folder, XDG_STATE_HOME: "", PULUMI_HOME: "" } });
    const stops = findings.filter(({ state }) => state === "stops");
    const lacking = ["node", "go", "docker", "kind", "kubectl", "pulumi"];
    // HOME is the folder of a program, which the state folder may not lie below.
    const [within] = of(stops, "state folder");
    assert.match(within!.found, /^Expected `XDG_STATE_HOME` to be a folder outside of the Pulumi program's/);
    const unreached = stops.filter(({ subject }) => subject === "provider plugins");
    assert.deepEqual(
      stops.filter((one) => !unreached.includes(one) && one !== within).map(({ subject, found }) => [subject, found]),
      [...lacking.map((name) => [name, "not on PATH"]), ["Docker engine", "none answers: docker is not on PATH"]],
    );
    assert.ok(stops.every((one) => one === within || one.wayOut !== undefined));
  });

  it("finds ports that others have, and requests that no node has room for", async () => {
    const server = createServer().listen(0, "0.0.0.0");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      await mkdir(path.join(folder, "operator"));
      const container = { name: "manager", image: "controller:latest", resources: { requests: { cpu: "4000" } } };
      const deployment = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "manager" },
        spec: {
          selector: { matchLabels: { a: "b" } },
          template: { metadata: { labels: { a: "b" } }, spec: { containers: [container] } },
        },
      };
      await writeFile(path.join(folder, "operator/manager.yaml"), JSON.stringify(deployment));
      await writeFile(path.join(folder, "operator/kustomization.yaml"), "resources: [manager.yaml]\n");
      const mapping = { containerPort: 80, hostPort: port };
      const config = { kind: "Cluster", nodes: [{ role: "control-plane", extraPortMappings: [mapping] }] };
      await writeFile(path.join(folder, "kind.yaml"), JSON.stringify(config));
      const operator = { name: "a", source: "operator", manifests: { kustomize: "." } };
      const examine = (requests: "keep" | "fit") => {
        const settings = parse({ operators: [{ ...operator, requests }], cluster: { config: "kind.yaml" } });
        return doctor({ folder, settings, env: process.env });
      };
      const kept = await examine("keep");
      const table = findingsTable(kept);
      const [taken] = of(kept, "ports");
      assert.equal(taken?.state, "stops", table);
      assert.ok(taken.found.startsWith(`${port}/tcp, which`), table);
      const [asked] = of(kept, "requests");
      assert.equal(asked?.state, "stops", table);
      assert.match(asked.found, /^Expected `operators\[0\]\.requests` to be .* got no node for /, table);
      server.close();
      await once(server, "close");
      const fitted = await examine("fit");
      assert.deepEqual(
        [...of(fitted, "ports"), ...of(fitted, "requests")].map(({ state }) => state),
        ["ok", "ok"],
        findingsTable(fitted),
      );
      assert.match(of(fitted, "requests")[0]!.found, /lowered for the session: a, Deployment .* from 4000 to /);
    } finally {
      server.close();
    }
  });

  it("does not wait for what does not answer", async () => {
    const fake = await FakePrograms.install();
    try {
      for (const name of ["docker", "pulumi", "kind"]) await fake.add(name, "exec sleep 300");
      const findings = await doctor({ folder, env: process.env });
      const table = findingsTable(findings);
      for (const subject of ["docker", "pulumi", "kind"]) {
        const [finding] = of(findings, subject);
        assert.equal(finding?.state, "warning", table);
        assert.match(finding.found, /does not say its version/);
      }
      for (const subject of ["Docker engine", "node image", "cgroups", "inotify", "disk"])
        assert.ok(
          of(findings, subject).some(({ state, found }) => state === "warning" && /can't be told/.test(found)),
          `${subject}\n${table}`,
        );
    } finally {
      await fake.remove();
    }
  });
});
