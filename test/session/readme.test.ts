import { strict as assert } from "node:assert";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../src/system/process/run";
import { golangImage } from "../engine/golangImage";
import { commandsOf, exampleOf, settingsOf } from "../readme";
import { Checkout } from "./checkout";
import { stateHomeOf } from "./stateOf";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-readme";

describe("the README's examples, as they stand there", function () {
  this.timeout("15m");
  let project: Checkout;
  /** where its commands are called */
  let here: string;
  let env: Record<string, string>;
  const own = settingsOf(exampleOf("Try it", "yaml"));
  const others = settingsOf(exampleOf("Ways to build, kinds of workloads", "yaml"));
  const all = { ...own, ...others, operators: [...own.operators, ...others.operators] };
  const [session, up, tests, destroy] = commandsOf("By hand, or around a test command") as [
    string,
    string,
    string,
    string,
  ];

  before(async () => {
    project = await Checkout.make();
    env = await npm(project.folder);
    here = path.join(project.folder, "my-operator");
    await place("my-operator", { main: "cmd", manifests: "config/default/manager.yaml" });
    // What the sample's tests do is not the matter here.
    await writeFile(path.join(here, "Makefile"), "test-e2e:\n\tkubectl get pods -A -o name > pods\n");
    await place("old", { manifests: "config/default/manager.yaml" });
    await place("own", { manifests: "config/default/manager.yaml" });
    await writeFile(path.join(project.folder, "own/Dockerfile"), dockerfile());
    await place("light", { main: "cmd/light", manifests: "config/manager.yaml" });
    await project.configure(stack, placed(own));
  });
  after(() => project.remove());

  it("bracket the tests of an operator of one's own", async () => {
    const output = await bash(session);
    assert.match(output, /^total +\d+ +\d+\.\d%$/m);
    assert.match(await readFile(path.join(here, "pods"), "utf8"), /^pod\/my-operator-/m);
    const { status, operators } = await project.summary(stack);
    assert.equal(status, "complete");
    assert.deepEqual(
      operators.map(({ name }) => name),
      ["my-operator"],
    );
  });

  it("bring up operators that are built in every way, on several nodes", async () => {
    await project.configure(stack, placed(all));
    await bash(up);
    await bash(tests);
    const pods = await readFile(path.join(here, "pods"), "utf8");
    for (const name of ["my-operator", "old", "own", "light", "controller", "webhook"])
      assert.match(pods, new RegExp(`^pod/${name}-`, "m"));
    const { environment } = await project.outputs(stack);
    const nodes = await run("kubectl", ["get", "nodes", "-o", "name"], { env: environment });
    assert.equal(nodes.trim().split("\n").length, 3, nodes);
  });

  it("show what was covered so far", async () => {
    const outputs = [];
    for (const command of commandsOf("Killed operators, checkpoints, profiles")) outputs.push(await bash(command));
    assert.ok(outputs.length > 1);
    const { run: name } = await project.outputs(stack);
    const checkpoints = await readdir(path.join(project.published(stack), `${name}.checkpoints`));
    assert.equal(checkpoints.length, outputs.length);
    assert.ok(
      checkpoints.some((checkpoint) => checkpoint.endsWith("-smoke")),
      checkpoints.join(", "),
    );
    for (const output of outputs) assert.match(output, /^total +\d+ +\d+\.\d%$/m);
  });

  it("destroy a session by hand, which reports all operators", async () => {
    await bash(destroy);
    const { status, gaps, operators } = await project.summary(stack);
    assert.equal(status, "complete", gaps.join("\n"));
    const expected = all.operators.map(({ name }) => name).sort();
    assert.deepEqual(operators.map(({ name }) => name).sort(), expected);
    for (const { name, covered } of operators) assert.ok(covered > 0, name);
  });

  it("make reports again, with those of unit tests beside them", async () => {
    const module = path.join(project.folder, "examples/two-programs");
    const folder = path.join(project.published(stack), "latest");
    for (const command of commandsOf("Reports again")) {
      // What gives the unit tests' coverage stands behind the command.
      const [, making] = /# .*?((?:mkdir|go test) .*)$/.exec(command) ?? [];
      if (making) await bash(making, module);
      const output = await bash(command, module);
      assert.match(output, /^total +\d+ +\d+\.\d%$/m, command);
      const combined = JSON.parse(await readFile(path.join(folder, "combined.json"), "utf8").catch(() => "null"));
      assert.equal(combined !== null, making !== undefined, command);
    }
  });

  /** Runs a command as its reader types it, with this stack's name in the place of the example's. */
  function bash(command: string, cwd = here): Promise<string> {
    const typed = command.replace(/\bNAME\b/g, stack).replace(/\bRUN\b|\bdev\/latest\b/g, `${stack}/latest`);
    return run("bash", ["-euo", "pipefail", "-c", typed], { cwd, env });
  }

  function placed(settings: typeof own): typeof own {
    const operators = settings.operators.map((operator) => ({
      ...operator,
      source: String(operator.source).replace("/path/to", project.folder),
    }));
    return { ...settings, operators };
  }

  /** Writes an operator that is laid out as an example says. */
  async function place(name: string, { main = ".", manifests }: { main?: string; manifests: string }): Promise<void> {
    const folder = path.join(project.folder, name);
    await writeTinyOperator(folder, { name });
    for (const [from, to] of [
      ["main.go", path.join(main, "main.go")],
      ["manifests.yaml", manifests],
    ] as const) {
      await mkdir(path.dirname(path.join(folder, to)), { recursive: true });
      await rename(path.join(folder, from), path.join(folder, to));
    }
    const kustomization = path.join(folder, path.dirname(manifests), "kustomization.yaml");
    if (manifests.includes("default")) await writeFile(kustomization, `resources: [${path.basename(manifests)}]\n`);
  }
});

/**
 * Puts a program `npm` first on PATH which runs a checkout's scripts, as npm does, without the set-up that comes before: a checkout borrows its modules.
 * @returns the environment for it
 */
async function npm(checkout: string): Promise<Record<string, string>> {
  const { scripts } = JSON.parse(await readFile(path.join(checkout, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const cases = Object.entries(scripts).map(
    ([name, script]) => `${name}) script="${/.*\btsx (\S+\.ts(?: [\w-]+)*)$/.exec(script)?.[1] ?? "none"}" ;;`,
  );
  const text = `#!/bin/sh
[ "$1" = run ] && shift
[ "$1" = -s ] && shift
case $1 in
${cases.join("\n")}
esac
shift
[ "$1" = -- ] && shift
export INIT_CWD="$PWD"
cd '${checkout}' && exec node --import tsx $script "$@"
`;
  const folder = path.join(path.dirname(checkout), "bin");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "npm"), text, { mode: 0o755 });
  // Nobody is there to be asked.
  return {
    PATH: `${folder}:${process.env.PATH}`,
    PULUMI_SKIP_CONFIRMATIONS: "true",
    XDG_STATE_HOME: stateHomeOf(checkout),
  };
}

function dockerfile(): string {
  return `FROM ${golangImage()} AS builder
WORKDIR /workspace
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /manager .
FROM scratch AS manager
ARG VERSION
LABEL version=\${VERSION}
COPY --from=builder /manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]
FROM scratch
`;
}
