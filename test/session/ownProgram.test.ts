import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import type { Summary } from "../../src/report/summary";
import { run } from "../../src/system/process/run";
import { pack } from "../fixtures/pack";
import { clustersMade } from "../run/clustersMade";

const examples = path.resolve(__dirname, "../../examples");

/** The outputs of the example. */
interface Outputs {
  readonly cluster: string;
  readonly environment: Record<string, string>;
  readonly run: string;
  readonly reports: { readonly total: { readonly summary: string } };
}

describe("a program of one's own, with the package from its tarball", function () {
  this.timeout(600_000);
  let root: string;
  let program: string;
  let env: NodeJS.ProcessEnv;
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], { cwd: program, env: env as Record<string, string> });
  const destroy = () => pulumi("destroy", "--yes", "--skip-preview", "--stack", "own");

  before(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "operator-coverage-test-")));
    program = path.join(root, "program");
    const [state, backend] = [path.join(root, "state"), path.join(root, "backend")];
    await mkdir(backend);
    env = { ...process.env, XDG_STATE_HOME: state, PULUMI_BACKEND_URL: pathToFileURL(backend).href };
    Object.assign(env, { PULUMI_CONFIG_PASSPHRASE: "own", PULUMI_SKIP_UPDATE_CHECK: "true", INIT_CWD: undefined });
    await cp(path.join(examples, "own-program"), program, { recursive: true });
    const settings = { "own-program:operator": path.join(examples, "memcached-operator") };
    await writeFile(path.join(program, "Pulumi.own.yaml"), stringify({ config: settings }));
    const tarball = await pack(root);
    await run(
      "npm",
      ["install", "--save-dev", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball],
      {
        cwd: program,
      },
    );
    await pulumi("stack", "init", "own", "--no-select");
  });
  after(async () => {
    try {
      await destroy();
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it("runs a session and publishes its reports, without TypeScript", async () => {
    const modules = await readdir(path.join(program, "node_modules"));
    assert.ok(!modules.includes("tsx") && !modules.includes("typescript") && !modules.includes("ts-node"));
    clustersMade.count++;
    await pulumi("up", "--yes", "--skip-preview", "--stack", "own");
    const outputs = JSON.parse(await pulumi("stack", "output", "--json", "--stack", "own")) as Outputs;
    const nodes = await run("kubectl", ["get", "nodes", "-o", "name"], { env: outputs.environment });
    assert.match(nodes, new RegExp(`node/${outputs.cluster}-control-plane`));
    await destroy();
    const { summary } = outputs.reports.total;
    assert.ok(summary.startsWith(path.join(root, "state", "operator-coverage")), summary);
    const { percent, status, operators } = JSON.parse(await readFile(summary, "utf8")) as Summary;
    assert.equal(status, "complete");
    assert.deepEqual(
      operators.map(({ name }) => name),
      ["memcached"],
    );
    assert.ok(percent !== null && percent > 5 && percent < 95, String(percent));
    const clusters = await run("docker", [
      "ps",
      "--all",
      "--format",
      "{{.Names}}",
      "--filter",
      `name=${outputs.cluster}`,
    ]);
    assert.equal(clusters.trim(), "");
  });
});
