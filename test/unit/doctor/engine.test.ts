import assert from "node:assert/strict";
import { judgeCgroups } from "../../../src/doctor/checks/cgroups";
import { judgeEngine, noEngine } from "../../../src/doctor/checks/engine";
import { judgeNodeImages } from "../../../src/doctor/checks/nodeImage";
import { containersOf } from "../../../src/doctor/machine/containers";
import { engineOf, readEngine } from "../../../src/doctor/machine/engine";
import { defaultImageIn, minorVersion } from "../../../src/doctor/machine/images";
import { wordsOf } from "../../../src/doctor/machine/thisMachine";
import { ProgramError } from "../../../src/system/process/run";

const here = { kernel: "6.8.0-31-generic", memory: 8 * 2 ** 30 };
const said = {
  ServerVersion: "28.2.2",
  NCPU: 4,
  MemTotal: here.memory,
  DockerRootDir: "/var/lib/docker",
  CgroupVersion: "2",
  KernelVersion: here.kernel,
  SecurityOptions: ["name=seccomp,profile=default"],
};

describe("doctor: the Docker engine", () => {
  it("tells what it has", () => {
    const engine = engineOf(JSON.stringify(said), here);
    assert.deepEqual(engine, {
      version: "28.2.2",
      cpu: 4,
      memory: here.memory,
      root: "/var/lib/docker",
      cgroups: 2,
      rootless: false,
      ownWays: false,
      here: true,
    });
    assert.deepEqual(judgeEngine(engine), [
      { subject: "Docker engine", state: "ok", found: "28.2.2; 4 cores, 8.0 GiB" },
    ]);
  });

  it("may run on another kernel, or in a virtual machine with less memory", () => {
    const elsewhere = engineOf(JSON.stringify({ ...said, KernelVersion: "6.10.14-linuxkit" }), here);
    assert.equal(elsewhere.here, false);
    assert.equal(engineOf(JSON.stringify({ ...said, MemTotal: 2 ** 32 }), here).here, false);
    assert.match(judgeEngine(elsewhere)[0]!.found, /on another machine than this, or in a virtual one$/);
  });

  it("may be rootless, have a proxy, or a mirror", () => {
    const rootless = engineOf(JSON.stringify({ ...said, SecurityOptions: ["name=seccomp", "name=rootless"] }), here);
    assert.deepEqual(
      judgeEngine(rootless).map(({ subject, state }) => [subject, state]),
      [
        ["Docker engine", "ok"],
        ["rootless engine", "warning"],
      ],
    );
    for (const way of [{ HttpsProxy: "http://p:3128" }, { RegistryConfig: { Mirrors: ["https://m/"] } }])
      assert.equal(engineOf(JSON.stringify({ ...said, ...way }), here).ownWays, true);
    assert.equal(engineOf(JSON.stringify({ ...said, RegistryConfig: { Mirrors: [] } }), here).ownWays, false);
  });

  it("does not answer, in the CLI's words", () => {
    const answer = { ServerErrors: ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock."] };
    assert.throws(() => engineOf(JSON.stringify(answer), here), /^Error: Cannot connect to the Docker daemon/);
    assert.throws(() => engineOf("", here), /^Error: it says nothing about a Docker engine$/);
    assert.equal(noEngine("x").state, "stops");
  });

  it("is closed to this user, in the CLI's words, whatever form it prints", async () => {
    const words = "permission denied while trying to connect to the Docker daemon socket";
    const fails = (stdout: string) => () =>
      Promise.reject(new ProgramError("docker info", 1, stdout, `${words}\n`, "exit status 1"));
    const error = await readEngine(fails('{"ID":"","Containers":0,"ServerVersion":""}')).then(
      () => assert.fail("it answered"),
      (error: unknown) => error,
    );
    assert.equal(wordsOf(error), words);
    assert.equal((await readEngine(fails(JSON.stringify(said)))).version, "28.2.2");
  });

  it("tells of containers, their ports and clusters", () => {
    const inspected = [
      {
        Name: "/dev-control-plane",
        Config: { Labels: { "io.x-k8s.kind.cluster": "dev" } },
        Mounts: [{ Source: "/state/live" }, { Type: "tmpfs" }],
        NetworkSettings: {
          Ports: {
            "30080/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }],
            "53/udp": [{ HostPort: "5353" }],
            "1/tcp": null,
          },
        },
      },
      { Name: "/other", Config: { Labels: null }, Mounts: null, NetworkSettings: {} },
    ];
    assert.deepEqual(containersOf(JSON.stringify(inspected)), [
      { name: "dev-control-plane", cluster: "dev", mounts: ["/state/live"], ports: ["8080/tcp", "5353/udp"] },
      { name: "other", mounts: [], ports: [] },
    ]);
  });
});

describe("doctor: the image of nodes", () => {
  const digest = `sha256:${"0a".repeat(32)}`;

  it("is found in kind's program", () => {
    const program = `\0kindest/node:v\0x kindest/node:v1.34.0@${digest}more text\xff`;
    assert.equal(defaultImageIn(Buffer.from(program, "latin1")), `kindest/node:v1.34.0@${digest}`);
    assert.equal(defaultImageIn(Buffer.from("#!/bin/sh\nexec kind")), undefined);
  });

  it("names its Kubernetes", () => {
    assert.equal(minorVersion(`kindest/node:v1.34.0@${digest}`), 34);
    assert.equal(minorVersion("localhost:5000/kindest/node:v1.35.1"), 35);
    assert.equal(minorVersion("kindest/node:v1.34.4-operator-coverage-6531892e557a"), 34);
    for (const image of ["kindest/node:latest", "localhost:1.34/node", "node", `node@${digest}`])
      assert.equal(minorVersion(image), undefined, image);
  });

  it("is in the engine, has to be pulled, or can't be", () => {
    const name = "kindest/node:v1.34.0";
    const there = judgeNodeImages([{ name, inEngine: true }], false);
    assert.deepEqual([there.state, there.found], ["ok", `${name}, in the engine`]);
    const pulled = judgeNodeImages([{ name, inEngine: false }], false);
    assert.deepEqual([pulled.state, pulled.found], ["ok", `${name}, has to be pulled`]);
    const refused = { name, inEngine: false, why: "no such manifest", silent: false };
    assert.equal(judgeNodeImages([refused], false).state, "stops");
    assert.match(judgeNodeImages([refused], false).found, /its registry does not give it: no such manifest$/);
    const silent = { name: "kindest/node:v1.33.0", inEngine: false, why: "no answer in 3 s", silent: true };
    assert.equal(judgeNodeImages([silent], false).state, "warning");
    assert.equal(judgeNodeImages([silent, refused], false).state, "stops");
    assert.equal(judgeNodeImages([refused], true).state, "warning");
  });
});

describe("doctor: cgroups", () => {
  const state = (version: number | undefined, images?: readonly string[], more = {}) =>
    judgeCgroups({ version, rootless: false, images, allowed: false, ...more }).state;

  it("of version 2 are fine, whatever the nodes are", () => assert.equal(state(2), "ok"));

  it("of version 1 are fine for Kubernetes before 1.35", () => {
    assert.equal(state(1, ["kindest/node:v1.34.9"]), "ok");
    assert.equal(state(1, ["kindest/node:v1.34.9", "kindest/node:v1.35.0"]), "stops");
    assert.equal(state(1, ["kindest/node:v1.36.2"]), "stops");
    assert.equal(state(1, ["kindest/node:v1.35.0"], { allowed: true }), "ok");
  });

  it("of version 1 stop a rootless engine's nodes", () =>
    assert.equal(state(1, ["kindest/node:v1.34.9"], { rootless: true }), "stops"));

  it("are told of as far as it goes", () => {
    for (const finding of [state(undefined), state(1), state(1, ["node:latest"])]) assert.equal(finding, "warning");
  });
});
