import * as assert from "node:assert/strict";
import { access, cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { auditLog } from "../../../src/contract/audit";
import { collect, type Published } from "../../../src/live/collect";
import type { Summary } from "../../../src/report/summary";
import { NoCountersError } from "../../../src/runs/measure/measure";
import { regenerate } from "../../../src/runs/regenerate";
import { run } from "../../../src/system/process/run";
import { at, podWith, stateLine } from "../../unit/fixtures/events";
import { type GoPrograms, goPrograms, goReports, runInto, totalOfFunctions } from "./goProgram";
import { BUILD, fileIn, filesBelow, NEXT_BUILD, newScene, type Scene, silent } from "./scene";

type Result = Extract<Published, { outcome: "published" }>;

async function collected(scene: Scene): Promise<Result> {
  const result = await collect(scene.plan, silent);
  assert.equal(result.outcome, "published");
  return result as Result;
}

const readSummary = async (folder: string) =>
  JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8")) as Summary;

/** Writes the audit log of a cluster's one node. @returns its folder */
async function auditOf(scene: Scene, lines: string): Promise<string> {
  const audit = path.join(scene.root, "audit");
  const log = path.join(audit, "node-1", auditLog);
  await mkdir(path.dirname(log), { recursive: true });
  await writeFile(log, lines);
  return audit;
}

describe("Collecting real counters", function () {
  this.timeout(120_000);
  let go: GoPrograms;
  let scene: Scene;
  before(async () => {
    go = await goPrograms();
  });
  afterEach(() => scene.remove());

  it("reports the very numbers, functions and page that Go's own tools give", async () => {
    scene = await newScene({ shop: [go.shop] });
    const pods = [scene.pod("shop", BUILD, "one"), scene.pod("shop", BUILD, "two")];
    await runInto(pods[0]!, go.shop, "add");
    await runInto(pods[0]!, go.shop, "price");
    await runInto(pods[1]!, go.shop, "add", "add", "odd");
    const expected = await goReports(go.shop, pods);
    const { folder, summary } = await collected(scene);

    for (const at of [folder, path.join(folder, "shop")]) {
      const read = (name: string) => readFile(path.join(at, name), "utf8");
      assert.equal(await read("functions.txt"), expected.functions);
      assert.equal(await read("coverage.html"), expected.html);
      assert.deepEqual((await read("coverage.out")).split("\n").sort(), expected.profile.split("\n").sort());
    }
    assert.equal(summary.percent, totalOfFunctions(expected.functions));
    const percents = new Map(summary.packages.map(({ name, percent }) => [name, percent]));
    assert.deepEqual([...percents.keys()], [...expected.percents.keys()]);
    // covdata counts the literal outside any function in the main package, cover -func does not.
    const main = "example.com/shop/cmd/shop";
    assert.notEqual(percents.get(main), expected.percents.get(main));
    assert.ok(summary.notes.some((note) => note.startsWith("Function literals outside any declared function")));
    for (const [name, percent] of expected.percents) if (name !== main) assert.equal(percents.get(name), percent, name);
    assert.equal(summary.status, "complete");
    await assert.rejects(access(path.join(process.cwd(), "pwned")));
  });

  it("reports the other operators where a tool needs more for one than it may, and keeps that one's counters", async () => {
    scene = await newScene({ shop: [go.shop], depot: [go.depot] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
    await runInto(scene.pod("depot", BUILD, "two"), go.depot);
    const meta = await fileIn(scene.pod("depot", BUILD, "two"), "covmeta.");
    // A go that runs out of memory where it finds that operator's meta-data.
    const bin = path.join(scene.root, "bin");
    await mkdir(bin);
    const real = (await run("sh", ["-c", "command -v go"])).trim();
    const fake = `[ "$2" = covdata ] && [ -e in/${meta} ] && { echo "fatal error: runtime: out of memory" >&2; exit 2; }`;
    await writeFile(path.join(bin, "go"), `#!/bin/sh\n${fake}\nexec '${real}' "$@"\n`, { mode: 0o755 });
    const before = process.env.PATH;
    process.env.PATH = `${bin}:${before}`;
    const { folder, summary } = await collected(scene).finally(() => {
      process.env.PATH = before;
    });
    assert.equal(summary.status, "partial");
    assert.match(
      summary.gaps.join("\n"),
      /^depot, build 0123456789ab: its counters could not be added up, and are kept in raw\/: .*needed more than the 4096 MiB of memory that it may$/m,
    );
    const [shop, depot] = ["shop", "depot"].map((name) => summary.operators.find((o) => o.name === name));
    assert.equal(
      shop?.percent,
      totalOfFunctions((await goReports(go.shop, [path.join(folder, "raw/shop/one")])).functions),
    );
    assert.equal(depot?.percent ?? undefined, undefined);
    assert.ok((await filesBelow(path.join(folder, "raw", "depot", "two"))).includes(meta));
  });

  it("adds up files of one name from several pods", async () => {
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
    await cp(scene.pod("shop", BUILD, "one"), scene.pod("shop", BUILD, "two"), { recursive: true });
    const { folder } = await collected(scene);
    assert.match(await readFile(path.join(folder, "coverage.out"), "utf8"), /cart\/add\.go:4\.25,4\.37 1 2$/m);
  });

  it("sets damaged files aside with a reason, and counts the rest as if they were not there", async () => {
    scene = await newScene({ shop: [go.shop] });
    const [good, bad] = [scene.pod("shop", BUILD, "good"), scene.pod("shop", BUILD, "bad")];
    await runInto(good, go.shop, "add");
    const expected = await goReports(go.shop, [good]);
    await runInto(bad, go.shop, "price");
    const counters = path.join(bad, await fileIn(bad, "covcounters"));
    await writeFile(counters, (await readFile(counters)).subarray(0, -1));
    await runInto(path.join(scene.root, "elsewhere"), go.edited, "odd");
    await cp(path.join(scene.root, "elsewhere"), bad, { recursive: true });
    await writeFile(path.join(bad, "token"), "secret");

    const { folder, summary } = await collected(scene);
    assert.equal(summary.percent, totalOfFunctions(expected.functions));
    assert.equal(summary.status, "partial");
    const reasons = new Map(summary.operators[0]!.quarantined.map(({ file, reason }) => [file.split(".")[0], reason]));
    assert.match(reasons.get("covcounters")!, /other sources/);
    assert.match(reasons.get("covmeta")!, /other sources/);
    assert.equal(reasons.get("token"), "is no Go coverage data");
    assert.match(summary.gaps.join("\n"), /pod bad: covcounters\.\S+ does not count, because it is truncated/);
    assert.doesNotMatch(summary.gaps.join("\n"), /token/);
    const kept = await filesBelow(path.join(folder, "raw/shop/bad"));
    assert.deepEqual(kept.map((file) => file.split(".")[0]).sort(), [
      "covcounters",
      "covcounters",
      "covmeta",
      "covmeta",
    ]);
  });

  it("states a gap for a pod that was killed and for one that left nothing", async () => {
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "well"), go.shop, "add");
    await runInto(scene.pod("shop", BUILD, "killed"), go.shop, "add", "die");
    await mkdir(scene.pod("shop", BUILD, "never\nstarted"), { recursive: true });
    const { folder, summary } = await collected(scene);
    assert.equal(summary.status, "partial");
    assert.deepEqual(summary.gaps, [
      "shop, pod killed wrote no counters: it was killed before it could",
      "shop, pod never\\nstarted left nothing behind: its program never started, or could not write",
    ]);
    assert.deepEqual(
      summary.operators[0]!.pods.map((p) => p.status),
      ["meta-only", "empty", "counters"],
    );
    assert.match(await readFile(path.join(folder, "summary.md"), "utf8"), /^- shop, pod killed wrote no counters/m);
  });

  it("fails without any counters, says what to do, and publishes and removes nothing", async () => {
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "killed"), go.shop, "die");
    await assert.rejects(collect(scene.plan, silent), (error: Error) => {
      assert.ok(error instanceof NoCountersError);
      assert.match(
        error.message,
        /^Expected the pods of shop to leave coverage counters, got none:\n- shop, pod killed/,
      );
      assert.ok(error.message.includes(`delete ${path.join(scene.plan.live, "shop")} and destroy again`));
      return true;
    });
    assert.deepEqual(await filesBelow(scene.published), []);
    assert.equal((await filesBelow(scene.plan.live)).length, 1);
  });

  it("has nothing to collect where no pod ever started", async () => {
    scene = await newScene({ shop: [go.shop] });
    assert.equal((await collect(scene.plan, silent)).outcome, "nothing");
    await mkdir(path.dirname(scene.pod("shop", BUILD, "one")), { recursive: true });
    assert.equal((await collect(scene.plan, silent)).outcome, "nothing");
    await assert.rejects(access(scene.plan.output));
  });

  it("fails where the cluster saw an operator run of which nothing at all is left, and does not promise that a deletion helps", async () => {
    scene = await newScene({ shop: [go.shop] });
    const status = (state: object) => ({ statuses: [{ name: "manager", containerID: "x", state }] });
    const ended = { exitCode: 0, reason: "Completed", startedAt: at(0), finishedAt: at(9), containerID: "x" };
    for (const left of [async () => {}, () => mkdir(path.join(scene.plan.live, "shop", BUILD), { recursive: true })]) {
      await left();
      const audit = await auditOf(scene, `${stateLine(podWith(status({ terminated: ended })))}\n`);
      await assert.rejects(collect({ ...scene.plan, audit }, silent), (error: Error) => {
        assert.ok(error instanceof NoCountersError);
        assert.match(error.message, /- shop, pod shop\/shop-1, container manager ended with exit code 0, and what it/);
        assert.doesNotMatch(error.message, /delete/);
        return true;
      });
      assert.deepEqual(await filesBelow(scene.published), []);
    }
    const never = await auditOf(scene, `${stateLine(podWith(status({ waiting: { reason: "ErrImagePull" } })))}\n`);
    assert.equal((await collect({ ...scene.plan, audit: never }, silent)).outcome, "nothing");
  });

  it("gives an operator that never ran no number beside one that did", async () => {
    scene = await newScene({ shop: [go.shop], depot: [go.depot] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
    const { summary } = await collected(scene);
    const { percent, statements } = summary.operators[1]!;
    assert.deepEqual({ percent, statements }, { percent: null, statements: 0 });
    assert.equal(summary.percent, summary.operators[0]!.percent);
    assert.deepEqual(summary.gaps, ["depot never ran: there is no trace of any pod of it"]);
  });

  it("reports the current build, and an older one apart, never their union", async () => {
    scene = await newScene({ shop: [go.shop, go.edited] });
    const [old, current] = [scene.pod("shop", BUILD, "old"), scene.pod("shop", NEXT_BUILD, "new")];
    await runInto(old, go.shop, "add", "odd", "price");
    await runInto(current, go.edited, "add");
    const expected = { old: await goReports(go.shop, [old]), current: await goReports(go.edited, [current]) };
    const { folder, summary } = await collected(scene);
    const read = (name: string) => readFile(path.join(folder, name), "utf8");
    assert.equal(await read("functions.txt"), expected.current.functions);
    assert.equal(await read("shop/functions.txt"), expected.current.functions);
    assert.equal(await read(`shop/builds/${BUILD}/functions.txt`), expected.old.functions);
    const builds = summary.operators[0]!.builds;
    assert.deepEqual(
      builds.map(({ id, current, percent }) => ({ id, current, percent })),
      [
        { id: BUILD, current: false, percent: totalOfFunctions(expected.old.functions) },
        { id: NEXT_BUILD, current: true, percent: totalOfFunctions(expected.current.functions) },
      ],
    );
    assert.match(await read("summary.md"), new RegExp(`its build ${NEXT_BUILD} alone; reported apart.*: ${BUILD} \\(`));
  });

  it("is partial in the report of a build of which something is missing, though others lack nothing", async () => {
    scene = await newScene({ shop: [go.shop, go.edited] });
    await runInto(scene.pod("shop", BUILD, "old"), go.shop, "add");
    await runInto(scene.pod("shop", BUILD, "killed"), go.shop, "die");
    await runInto(scene.pod("shop", NEXT_BUILD, "new"), go.edited, "add");
    const { folder, summary } = await collected(scene);
    const old = await readSummary(path.join(folder, "shop/builds", BUILD));
    assert.deepEqual([old.status, old.gaps], ["partial", summary.gaps]);
    assert.equal(old.gaps.length, 1);
    const text = await readFile(path.join(folder, "shop/builds", BUILD, "summary.md"), "utf8");
    assert.match(text, /, no longer current: partial\.$/m);
  });

  it("is partial in the report of every operator and build where the cluster's record can't be read", async () => {
    scene = await newScene({ shop: [go.shop, go.edited], depot: [go.depot] });
    await runInto(scene.pod("shop", BUILD, "old"), go.shop, "add");
    await runInto(scene.pod("shop", NEXT_BUILD, "new"), go.edited, "add");
    await runInto(scene.pod("depot", BUILD, "one"), go.depot, "x");
    await runInto(scene.pod("depot", NEXT_BUILD, "two"), go.depot, "x");
    const audit = await auditOf(scene, '{"kind":"Event"\n');
    const { folder, summary } = (await collect({ ...scene.plan, audit }, silent)) as Result;
    const unreadable = summary.gaps.at(-1)!;
    assert.match(unreadable, /^The cluster's record of its containers can't be read in one place/);
    for (const [at, gaps] of [
      ["shop", [unreadable]],
      [`shop/builds/${BUILD}`, [unreadable]],
      [
        "depot",
        [
          `"depot/${NEXT_BUILD}" is no operator and build of this run: what a pod left there is kept in raw/, and counts nowhere`,
          unreadable,
        ],
      ],
    ] as const) {
      const { status, gaps: said } = await readSummary(path.join(folder, at));
      assert.deepEqual([status, said], ["partial", gaps], at);
    }
  });

  it("is partial where a pod ran the operator's image without a place for counters, or no record is left", async () => {
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
    const statuses = [{ name: "worker", containerID: "w", state: { running: { startedAt: at(1) } } }];
    const containers = [{ name: "worker", image: `docker.io/library/shop-profile:${BUILD}` }];
    const made = podWith({ uid: "uid-9", name: "made-by-shop", statuses, spec: { containers, volumes: [] } });
    const audit = await auditOf(scene, `${stateLine(made)}\n`);
    const { folder, summary } = (await collect({ ...scene.plan, audit }, silent)) as Result;
    const gap =
      "shop, pod shop/made-by-shop, container worker ran the operator's image, and is none of the session's own: nothing that it ran counts";
    assert.deepEqual([summary.status, summary.gaps], ["partial", [gap]]);
    assert.deepEqual((await regenerate(folder)).gaps, [gap]);

    const lost = {
      ...scene.plan,
      run: "20261120T210355Z-ffffff",
      audit: path.join(scene.root, "lost"),
      auditNodes: ["0"],
    };
    const { summary: unrecorded } = (await collect(lost, silent)) as Result;
    assert.equal(unrecorded.status, "partial");
    assert.match(unrecorded.gaps.join(), /^The cluster's record of its containers is lost, or was never kept/);
  });

  it("takes counters of a mode without snapshots for what they are, though profiles are kept as often", async () => {
    scene = await newScene({ depot: [go.setDepot] }, "set");
    const pod = scene.pod("depot", BUILD, "uid-1");
    // What a probe wrote long before the container's own process panicked.
    await runInto(pod, go.setDepot, "x");
    const file = await fileIn(pod, "covcounters.");
    await rename(path.join(pod, file), path.join(pod, file.replace(/\d+$/, `${Date.parse(at(5))}000000`)));
    const ended = { exitCode: 2, reason: "Error", startedAt: at(4), finishedAt: at(50), containerID: "x" };
    const status = { name: "manager", containerID: "x", state: { terminated: ended } };
    const folderOf = `/operator-coverage/${scene.plan.run}/depot/${BUILD}`;
    const one = podWith({ interval: "10s", folder: folderOf, statuses: [status] });
    const audit = await auditOf(scene, `${stateLine(one)}\n`);
    const { summary } = (await collect({ ...scene.plan, audit }, silent)) as Result;
    assert.match(
      summary.gaps.join(),
      /^depot, pod shop\/shop-1, container manager panicked.* and keeps no snapshots: what/,
    );
  });

  it("falls back to the last build that left counters", async () => {
    scene = await newScene({ shop: [go.shop, go.edited] });
    await runInto(scene.pod("shop", BUILD, "old"), go.shop, "add");
    await runInto(scene.pod("shop", NEXT_BUILD, "new"), go.edited, "die");
    const { summary } = await collected(scene);
    assert.deepEqual(
      summary.operators[0]!.builds.map(({ current }) => current),
      [true, false],
    );
    assert.deepEqual(summary.gaps, ["shop, pod new wrote no counters: it was killed before it could"]);
  });

  it("counts packages that operators share once in the total, as Go does with both profiles in one", async () => {
    scene = await newScene({ shop: [go.shop], depot: [go.depot] });
    const [shop, depot] = [scene.pod("shop", BUILD, "one"), scene.pod("depot", BUILD, "two")];
    await runInto(shop, go.shop, "add");
    await runInto(depot, go.depot, "x");
    const expected = await goReports(go.shop, [shop, depot]);
    const { folder, summary } = await collected(scene);
    assert.equal(await readFile(path.join(folder, "functions.txt"), "utf8"), expected.functions);
    assert.equal(summary.percent, totalOfFunctions(expected.functions));
    assert.ok(summary.statements < summary.operators[0]!.statements + summary.operators[1]!.statements);
  });

  it("adds up the programs of one build, such as a controller and its webhook server", async () => {
    scene = await newScene({ shop: [go.shop] });
    const [controller, webhook] = [scene.pod("shop", BUILD, "one"), scene.pod("shop", BUILD, "two")];
    await runInto(controller, go.shop, "add");
    await runInto(controller, go.depot, "x");
    await runInto(webhook, go.depot, "x", "y");
    const expected = await goReports(go.shop, [controller, webhook]);
    const { folder, summary } = await collected(scene);
    assert.equal(await readFile(path.join(folder, "functions.txt"), "utf8"), expected.functions);
    assert.equal(summary.percent, totalOfFunctions(expected.functions));
    assert.equal(summary.status, "complete");
  });

  it("keeps different versions of a shared file apart, and says so", async () => {
    scene = await newScene({ shop: [go.shop], depot: [go.otherDepot] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
    await runInto(scene.pod("depot", BUILD, "two"), go.otherDepot, "x");
    const { folder, summary } = await collected(scene);
    assert.deepEqual(
      summary.packages.map(({ name }) => name),
      ["cart", "cart@depot", "cmd/depot", "cmd/shop", "price"].map((name) => `example.com/shop/${name}`),
    );
    assert.ok(
      summary.notes.some((note) => note.includes("1 of depot kept apart")),
      summary.notes.join("\n"),
    );
    const functions = await readFile(path.join(folder, "functions.txt"), "utf8");
    assert.match(functions, /^example\.com\/shop\/cart@depot\/add\.go:6:\t+Add\t+/m);
    assert.equal(summary.percent, totalOfFunctions(functions));
  });

  it("names pods of builds that nobody planned, and keeps what they left", async () => {
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "one"), go.shop, "add");
    await runInto(scene.pod("shop", NEXT_BUILD, "two"), go.edited, "odd");
    await writeFile(path.join(scene.plan.live, "stray"), "");
    const { folder, summary } = await collected(scene);
    assert.match(summary.gaps[0]!, new RegExp(`^"shop/${NEXT_BUILD}" is no operator and build of this run`));
    assert.equal((await filesBelow(path.join(folder, "raw/shop/two"))).length, 2);
    assert.match(summary.notes.join("\n"), /"stray"/);
  });

  it("notes sources that are missing or can't be parsed, and counts their statements all the same", async () => {
    scene = await newScene({ shop: [go.shop] });
    const sources = path.join(scene.root, "sources");
    await cp(go.shop.sources, sources, { recursive: true });
    const module = path.join(sources, "example.com/shop");
    await writeFile(path.join(module, "cart/add.go"), "package cart\nfunc {");
    await import("node:fs/promises").then((fs) => fs.rm(path.join(module, "price"), { recursive: true }));
    const builds = scene.plan.operators[0]!.builds.map((build) => ({ ...build, sources }));
    const plan = { ...scene.plan, operators: [{ name: "shop", builds }] };
    const pod = scene.pod("shop", BUILD, "one");
    await runInto(pod, go.shop, "add", "price");
    const expected = await goReports(go.shop, [pod]);
    const result = (await collect(plan, silent)) as Result;
    assert.equal(result.summary.percent, totalOfFunctions(expected.functions));
    const note = result.summary.notes.find((text) => text.includes("no readable source"));
    assert.match(note!, /: example.com\/shop\/cart\/add.go, example.com\/shop\/price\/price.go\./);
    const functions = await readFile(path.join(result.folder, "functions.txt"), "utf8");
    assert.equal(totalOfFunctions(functions), result.summary.percent);
    assert.doesNotMatch(functions, /price\.go/);
  });
});
