import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Action {
  readonly inputs?: Readonly<Record<string, { description?: string; required?: boolean; default?: string }>>;
  readonly outputs?: Readonly<Record<string, { description?: string; value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, { readonly "timeout-minutes"?: number; readonly steps: readonly Step[] }>>;
}

const project = path.resolve(__dirname, "../..");
const textOf = (file: string) => readFileSync(path.join(project, file), "utf8");
const actions = ["action.yml", ".github/actions/setup/action.yml"];
const workflows = readdirSync(path.join(project, ".github/workflows")).map((file) => `.github/workflows/${file}`);
const example = "docs/example-workflow.yml";

describe("Composite actions", () => {
  for (const file of actions) {
    const action = parse(textOf(file)) as Action;
    const { steps } = action.runs;

    it(`run constant scripts in a named shell: ${file}`, () => {
      assert.equal(action.runs.using, "composite");
      for (const { run, shell, uses, id } of steps) {
        assert.notEqual(run === undefined, uses === undefined, `step ${id} either runs or uses something`);
        if (run === undefined) continue;
        assert.equal(shell, "bash");
        assert.doesNotMatch(run, /\$\{\{/);
      }
    });

    it(`name only inputs and steps that there are, and all of their inputs: ${file}`, () => {
      const expressions = [...textOf(file).matchAll(/\$\{\{(.*?)\}\}/g)].map((match) => match[1]!);
      const named = (what: RegExp) =>
        new Set(expressions.flatMap((e) => [...e.matchAll(what)].map((match) => match[1]!)));
      const ids = steps.flatMap(({ id }) => id ?? []);
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        [...named(/\bsteps\.([\w-]+)/g)].filter((id) => !ids.includes(id)),
        [],
      );
      assert.deepEqual([...named(/\binputs\.([\w-]+)/g)].sort(), Object.keys(action.inputs ?? {}).sort());
      for (const [name, { description, required, default: value }] of Object.entries(action.inputs ?? {})) {
        assert.ok(description, name);
        assert.equal(required === true, value === undefined, `${name} is required or has a default`);
      }
      for (const { description } of Object.values(action.outputs ?? {})) assert.ok(description);
    });
  }

  it("publish what there is in every case, also after failing tests", () => {
    const { steps } = (parse(textOf("action.yml")) as Action).runs;
    const [summary, artifact] = steps.slice(-2);
    // Without the dependencies nothing can be published, and the step that could not install them says so.
    assert.match(summary!.if!, /^\$\{\{ always\(\) && steps\.setup\.outcome == 'success' \}\}$/);
    assert.match(artifact!.if!, /^\$\{\{ always\(\) && /);
    assert.match(artifact!.uses!, /^actions\/upload-artifact@/);
  });
});

describe("Workflows of this repository", () => {
  for (const file of workflows) {
    const { permissions, concurrency, jobs } = parse(textOf(file)) as Workflow;

    it(`may only read, have an end, and one run at a time: ${file}`, () => {
      assert.deepEqual(permissions, { contents: "read" });
      assert.ok(concurrency);
      for (const [name, job] of Object.entries(jobs)) assert.ok(job["timeout-minutes"]! <= 90, name);
    });

    it(`run constant scripts, and keep no credentials: ${file}`, () => {
      for (const { run, uses, with: its } of Object.values(jobs).flatMap((job) => job.steps)) {
        assert.doesNotMatch(run ?? "", /\$\{\{/);
        if (uses?.startsWith("actions/checkout@")) assert.equal(its?.["persist-credentials"], false);
      }
    });
  }
});

describe("Actions of others", () => {
  for (const file of [...actions, ...workflows]) {
    it(`are pinned by commit, with the version beside it, and the same everywhere: ${file}`, () => {
      for (const [, what] of textOf(file).matchAll(/\buses: (.*)$/gm)) {
        if (!what!.startsWith("./")) assert.match(what!, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    });
  }

  it("are of one version everywhere", () => {
    const pins = [...actions, ...workflows].flatMap((file) =>
      [...textOf(file).matchAll(/\buses: ([\w-]+\/[\w-]+)@(.*)$/gm)].map(([, name, pin]) => `${name} ${pin}`),
    );
    const names = [...new Set(pins)].map((pin) => pin.split(" ")[0]);
    assert.equal(new Set(names).size, names.length, [...new Set(pins)].join("\n"));
  });
});

describe("The example workflow", () => {
  it("stands in docs/ci.md as it is checked", () => {
    assert.ok(textOf("docs/ci.md").includes(`\`\`\`yaml\n${textOf(example)}\`\`\`\n`));
  });

  it("gives the action inputs that it has, and all that it needs", () => {
    const { inputs = {} } = parse(textOf("action.yml")) as Action;
    const steps = Object.values((parse(textOf(example)) as Workflow).jobs).flatMap((job) => job.steps);
    const given = Object.keys(steps.find(({ uses }) => uses?.includes("/operator-coverage@"))?.with ?? {});
    assert.deepEqual(
      given.filter((name) => !(name in inputs)),
      [],
    );
    assert.deepEqual(
      Object.keys(inputs).filter((name) => inputs[name]?.required && !given.includes(name)),
      [],
    );
  });
});
