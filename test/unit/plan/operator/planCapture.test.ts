import assert from "node:assert/strict";
import { coverBuild } from "../../../../src/instrument/builders/coverBuild";
import { testBinary } from "../../../../src/instrument/builders/testBinary";
import { captureEnvironment, inspectRuntime, planCapture } from "../../../../src/plan/operator/planCapture";
import { SettingsError } from "../../../../src/settings/problems";
import { schema } from "../../../../src/settings/schema";
import { GoModule } from "../../fixtures/goModule";

const at = "operators[0]";
function plan(settings: object, build: object = {}, way: { runtime?: boolean } = coverBuild) {
  const operator = { name: "op", source: ".", manifests: { yaml: ["x"] }, ...settings, build };
  return planCapture(schema.parse({ operators: [operator] }).operators[0]!, way, at);
}

describe("what is kept of an operator while it runs", () => {
  it("is a snapshot every ten seconds and no profile, where nothing is said", () => {
    assert.deepEqual(plan({}), { snapshots: true, interval: "10s", profiles: [] });
    assert.deepEqual(captureEnvironment(plan({})), { OPERATOR_COVERAGE_INTERVAL: "10s" });
  });

  it("is what is asked for", () => {
    const capture = plan({ snapshots: "500ms", profiles: ["cpu", "heap", "cpu"] });
    assert.deepEqual(capture, { snapshots: true, interval: "500ms", profiles: ["cpu", "heap"] });
    assert.deepEqual(captureEnvironment(capture), {
      OPERATOR_COVERAGE_INTERVAL: "500ms",
      OPERATOR_COVERAGE_PROFILES: "cpu,heap",
    });
  });

  it("is nothing where snapshots are off, which YAML says as false", async () => {
    for (const off of ["off", false]) {
      const capture = plan({ snapshots: off });
      assert.deepEqual(capture, { snapshots: false, interval: "off", profiles: [] });
      assert.deepEqual(captureEnvironment(capture), {});
      const request = {
        source: "/nowhere",
        arch: "amd64",
        build: schema.shape.operators.element.shape.build.parse({}),
      };
      assert.equal(await inspectRuntime(request, capture, at), undefined);
    }
  });

  it("has no snapshots with counters that can't be read while they change, and says so", () => {
    const { snapshots, without } = plan({}, { covermode: "count" });
    assert.equal(snapshots, false);
    assert.equal(
      without,
      "There are no snapshots with `build.covermode: count`: a process that is killed loses all that it covered",
    );
    assert.equal(plan({ snapshots: "off" }, { covermode: "count" }).without, undefined);
    assert.deepEqual(captureEnvironment(plan({ profiles: ["heap"] }, { covermode: "set" })), {
      OPERATOR_COVERAGE_INTERVAL: "10s",
      OPERATOR_COVERAGE_PROFILES: "heap",
    });
  });

  it("is refused where it is asked for by name and can't be had", () => {
    const problem = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.message;
      }
      return assert.fail("is taken");
    };
    assert.match(
      problem(() => plan({ snapshots: "10s" }, { covermode: "set" })),
      /^Expected `operators\[0\]\.snapshots` to be left out or off with `build\.covermode: set`, got "10s"\. Set `build\.covermode` to atomic/,
    );
    const build = { mode: "test-binary" };
    assert.match(
      problem(() => plan({ snapshots: "10s" }, build, testBinary)),
      /^Expected `operators\[0\]\.snapshots` to be left out or off with `build\.mode: test-binary`/,
    );
    assert.match(
      problem(() => plan({ profiles: ["cpu"] }, build, testBinary)),
      /^Expected `operators\[0\]\.profiles` to be left out with `build\.mode: test-binary`, got \["cpu"\]/,
    );
    assert.match(plan({}, build, testBinary).without ?? "", /^There are no snapshots with `build\.mode: test-binary`/);
  });
});

describe("what is laid over the standard library", function () {
  this.timeout(60_000);
  const source = __dirname;
  const arch = "amd64";
  const build = schema.shape.operators.element.shape.build;
  const capture = { snapshots: true, interval: "10s", profiles: [] };

  it("is a part of what identifies the build", async () => {
    const request = { source, arch, build: build.parse({}) };
    const parts = await inspectRuntime(request, capture, at);
    assert.match(parts?.digest ?? "", /^[0-9a-f]{12}$/);
    assert.deepEqual(await inspectRuntime(request, capture, at), parts);
    assert.deepEqual(await inspectRuntime(request, { ...capture, interval: "1h" }, at), parts);
    assert.notEqual((await inspectRuntime(request, { ...capture, profiles: ["cpu"] }, at))?.digest, parts?.digest);
  });

  it("has a part for programs that may replace themselves, if there are snapshots to keep then", async () => {
    const module = await GoModule.make({
      "main.go": 'package main\n\nimport "syscall"\n\nfunc main() { syscall.Exec("/x", nil, nil) }\n',
    });
    try {
      const packages = await module.packages();
      for (const settings of [{}, { dockerfile: "Dockerfile" }]) {
        const request = { source, arch, build: build.parse(settings) };
        const [usual, replacing] = [
          await inspectRuntime(request, capture, at),
          await inspectRuntime(request, capture, at, packages),
        ];
        assert.deepEqual([usual?.execs, replacing?.execs], [undefined, true]);
        assert.notEqual(replacing?.digest, usual?.digest);
        const profiled = { ...capture, snapshots: false, profiles: ["cpu"] as const };
        assert.equal((await inspectRuntime(request, profiled, at, packages))?.execs, undefined);
      }
    } finally {
      await module.remove();
    }
  });

  it("is planned for whatever Go a Dockerfile's image has, by the same rules otherwise", async () => {
    const env = { GOTOOLCHAIN: "go1.19.13" };
    const own = build.parse({ dockerfile: "Dockerfile", env });
    const parts = await inspectRuntime({ source, arch, build: own }, capture, at);
    assert.match(parts?.digest ?? "", /^[0-9a-f]{12}$/);
    const others = await inspectRuntime({ source, arch, build: own }, { ...capture, profiles: ["cpu"] }, at);
    assert.notEqual(others?.digest, parts?.digest);
    for (const home of ["runtime/coverage", "internal/coverage/cfile"]) {
      const covering = build.parse({ dockerfile: "Dockerfile", coverpkg: [home] });
      await assert.rejects(
        inspectRuntime({ source, arch, build: covering }, capture, at),
        /^SettingsError: operators\[0\]: Expected `coverpkg` to leave out/,
      );
    }
  });

  it("is refused with a Go that is too old for it, with the way out", async () => {
    const request = { source, arch, build: build.parse({ env: { GOTOOLCHAIN: "go1.19.13" } }) };
    await assert.rejects(inspectRuntime(request, capture, at), {
      name: "SettingsError",
      message:
        /^operators\[0\]: Expected Go 1\.21 or later for snapshots and profiles, got go1\.19\.13\. .*turn snapshots and profiles off/,
    });
  });

  it("is refused where Go's own coverage package is to be covered, too", async () => {
    const request = { source, arch, build: build.parse({ coverpkg: ["all"] }) };
    await assert.rejects(
      inspectRuntime(request, capture, at),
      /^SettingsError: operators\[0\]: Expected `coverpkg` to leave out/,
    );
  });
});
