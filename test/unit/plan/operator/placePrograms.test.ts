import assert from "node:assert/strict";
import * as fc from "fast-check";
import { dockerfileBuild } from "../../../../src/instrument/builders/dockerfile";
import type { Instrumentation } from "../../../../src/instrument/builders/instrumentation";
import { programFiles } from "../../../../src/instrument/checkImage/programFiles";
import type { WantedContainer } from "../../../../src/plan/objects/inspectManifests";
import { placePrograms } from "../../../../src/plan/operator/placePrograms";
import { container, workload } from "../../fixtures/manifests";

const plain = {} as Instrumentation;
const started: Instrumentation = { ...plain, start: (program) => ({ program, args: ["-test.run=^$"] }) };

/** A container that runs an operator's program by a command. */
function wanted(name: string, command: string[] | undefined, main = ".", program?: string): WantedContainer {
  const made = workload("Deployment", name, { containers: [container("sidecar"), container("manager", { command })] });
  return { workload: made, container: "manager", main, program, at: `operators[0].workloads[${name}]` };
}

function paths(containers: readonly WantedContainer[], way = plain): string[] {
  return placePrograms(containers, "memcached", way).programs.map((p) => `${p.main} at ${p.path}`);
}

/** What the containers are told to start, none where their own command stays. */
function told(containers: readonly WantedContainer[], way = plain): (string | undefined)[] {
  return placePrograms(containers, "memcached", way).profiled.map(({ command }) => command?.program);
}

describe("the places of an operator's programs", () => {
  it("are where the manifests start them, and their containers' commands stay", () => {
    const { programs, profiled } = placePrograms([wanted("0", ["/manager"])], "memcached", plain);
    assert.deepEqual(
      programs.map(({ main, path }) => [main, path]),
      [[".", "/manager"]],
    );
    assert.equal(profiled[0]?.command, undefined);
    assert.equal(profiled[0]?.container, "manager");
  });

  it("are named after the operator where the image starts them", () => {
    assert.deepEqual(paths([wanted("0", undefined)]), [". at /memcached"]);
  });

  it("are where the settings say, above all", () => {
    assert.deepEqual(paths([wanted("0", ["/bin/sh", "-c", "x"], ".", "/opt/x")]), [". at /opt/x"]);
    assert.deepEqual(paths([wanted("0", ["/manager"], ".", "/opt/x")]), [". at /opt/x"]);
  });

  it("are missed where a shell starts a program", () => {
    assert.throws(
      () => paths([wanted("0", ["/bin/sh", "-c", "exec /manager"])]),
      /`operators\[0\]\.workloads\[0\]\.program` to be given where a shell starts the operator, got nothing/,
    );
  });

  it("are left to a launcher of whatever name that a base image may have", () => {
    const launched = [wanted("0", ["/usr/local/bin/entrypoint"], ".", "/manager")];
    const told = (hasOthers: boolean) =>
      placePrograms(launched, "memcached", plain, hasOthers).profiled.map(({ command }) => command?.program);
    assert.deepEqual(told(true), [undefined]);
    assert.deepEqual(told(false), ["/manager"]);
  });

  it("are one for a program that several containers run", () => {
    assert.deepEqual(paths([wanted("0", ["/manager"]), wanted("1", ["/manager"])]), [". at /manager"]);
    assert.deepEqual(paths([wanted("0", ["/manager"]), wanted("1", ["/other"])]), [". at /manager", ". at /other"]);
  });

  it("are told apart where two programs are expected at one place, and the second container is told", () => {
    const containers = [
      wanted("0", ["/manager"], "./cmd"),
      wanted("1", ["/manager", "--x"], "./hook"),
      wanted("2", ["/manager"], "./third"),
    ];
    const { programs, profiled } = placePrograms(containers, "memcached", plain);
    assert.equal(new Set(programs.map(({ path }) => path)).size, 3);
    assert.deepEqual(
      programs.map(({ main }) => main),
      ["./cmd", "./hook", "./third"],
    );
    assert.equal(profiled[0]?.command, undefined);
    assert.deepEqual(
      profiled.slice(1).map((p) => p.command),
      programs.slice(1).map(({ path }) => ({ program: path, args: [] })),
    );
  });

  it("are one where two containers run the same second program at the place of the first", () => {
    const containers = [
      wanted("0", ["/manager"], "./cmd"),
      wanted("1", ["/manager"], "./hook"),
      wanted("2", ["/manager"], "./hook"),
    ];
    const { programs, profiled } = placePrograms(containers, "memcached", plain);
    assert.deepEqual(
      programs.map(({ main }) => main),
      ["./cmd", "./hook"],
    );
    assert.deepEqual(profiled[1]?.command, profiled[2]?.command);
  });

  it("are started by their containers where the image would start another", () => {
    assert.deepEqual(told([wanted("0", ["/controller"], "./a"), wanted("1", undefined, "./b")]), [
      undefined,
      "/memcached",
    ]);
    const both = [wanted("0", undefined, "./a", "/a"), wanted("1", undefined, "./b", "/b")];
    assert.deepEqual(paths(both), ["./a at /a", "./b at /b"]);
    assert.deepEqual(told(both), [undefined, "/b"]);
  });

  it("are one for containers that leave it to the image to start what it starts", () => {
    const both = [wanted("0", ["/controller"], "./a"), wanted("1", undefined, "./a")];
    assert.deepEqual(paths(both), ["./a at /controller"]);
    assert.deepEqual(told(both), [undefined, undefined]);
  });

  it("are started where the settings put them, whatever the manifests name", () => {
    assert.deepEqual(told([wanted("0", ["/manager"], ".", "/opt/x")]), ["/opt/x"]);
    assert.deepEqual(told([wanted("0", undefined, ".", "/opt/x")]), [undefined]);
  });

  it("are left to what starts them by their paths, or is a script", () => {
    for (const command of [["/bin/sh", "-c", "x"], ["/catatonit", "--", "/opt/x"], ["/start.sh"]])
      assert.deepEqual(told([wanted("0", command, ".", "/opt/x")]), [undefined], command[0]);
    assert.deepEqual(told([wanted("0", ["/opt/x.sh"], ".", "/opt/x.sh")], started), ["/opt/x.sh"]);
  });

  it("are refused where a shell would start another program", () => {
    const containers = ["./a", "./b"].map((main, index) => wanted(`${index}`, ["/bin/sh"], main, "/opt/x"));
    assert.throws(
      () => paths(containers),
      /`operators\[0\]\.workloads\[1\]\.program` to be a place of its own, got \/opt\/x, where/,
    );
  });

  it("are the image's own affair where the operator's Dockerfile makes it", () => {
    const containers = [wanted("0", ["/manager"], ".", "/opt/x"), wanted("1", undefined, ".")];
    assert.deepEqual(told(containers, dockerfileBuild), [undefined, undefined]);
    assert.deepEqual(paths(containers, dockerfileBuild), [". at /opt/x", ". at /memcached"]);
  });

  it("are looked for in a Dockerfile's image from the working directory that the manifests name", () => {
    const manager = container("manager", { command: ["./manager"], workingDir: "/app" });
    const made = workload("Deployment", "d", { containers: [manager] });
    const one = { workload: made, container: "manager", main: ".", at: "operators[0].workload" };
    const { programs } = placePrograms([one], "memcached", dockerfileBuild);
    assert.deepEqual(
      programs.flatMap((program) => programFiles(program, {})),
      ["/app/manager"],
    );
  });

  it("never give a container another program, whatever the places are called", () => {
    const places = fc.constantFrom("/manager", "/manager-2", "/manager-3", "/manager-2-2", "/memcached", undefined);
    const settings = fc.constantFrom("/manager", "/own", "/memcached", undefined);
    const container = fc.tuple(places, fc.constantFrom("./a", "./b", "./c"), settings);
    fc.assert(
      fc.property(fc.array(container, { minLength: 1, maxLength: 6 }), (all) => {
        const containers = all.map(([place, main, program], index) =>
          wanted(String(index), place === undefined ? undefined : [place], main, program),
        );
        const { programs, profiled } = placePrograms(containers, "memcached", plain);
        assert.equal(new Set(programs.map(({ path }) => path)).size, programs.length);
        for (const [index, [place, main]] of all.entries()) {
          const runs = profiled[index]?.command?.program ?? place ?? programs[0]?.path;
          assert.equal(programs.find(({ path }) => path === runs)?.main, main);
        }
      }),
    );
  });

  it("come with the way in which an instrumentation starts programs", () => {
    const { profiled } = placePrograms([wanted("0", ["/manager"])], "memcached", started);
    assert.deepEqual(profiled[0]?.command, { program: "/manager", args: ["-test.run=^$"] });
  });
});
