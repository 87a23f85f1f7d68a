import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { collect } from "../../../src/live/collect";
import { combine, combinedFiles } from "../../../src/runs/combine";
import { readUnitProfile } from "../../../src/runs/unitProfile";
import { type GoProgram, type GoPrograms, goPrograms, goTool, runInto, totalOfFunctions } from "./goProgram";
import { BUILD, fileIn, filesBelow, newScene, type Scene, silent } from "./scene";

const exec = promisify(execFile);

const TEST = `package cart

import "testing"

func TestAdd(t *testing.T) {
	if Add(20) != 40 {
		t.Fatal("wrong")
	}
	Odd()
}
`;

describe("Reports of unit and end-to-end tests together, of real Go coverage", function () {
  this.timeout(120_000);
  let go: GoPrograms;
  let scene: Scene;
  let run: string;
  const at = (name: string) => path.join(scene.root, name);
  before(async () => {
    go = await goPrograms();
    scene = await newScene({ shop: [go.shop] });
    await runInto(scene.pod("shop", BUILD, "pod"), go.shop, "add", "price");
    await collect(scene.plan, silent);
    run = path.join(scene.published, scene.plan.run);
    await test(go.shop, "unit.out");
    await test(go.edited, "edited.out");
  });
  after(() => scene?.remove());

  /** Runs the package's unit tests as people do: one profile, and a folder of counters named `NAME counters`. */
  async function test(program: GoProgram, name: string, ...flags: string[]) {
    await writeFile(path.join(program.module, "cart/add_test.go"), TEST);
    await mkdir(at(`${name} counters`));
    const counters = [`-test.gocoverdir=${at(`${name} counters`)}`];
    const options = { cwd: program.module, env: { ...process.env, GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" } };
    try {
      await exec("go", ["test", "-count=1", ...flags, `-coverprofile=${at(name)}`, "./cart"], options);
      await exec("go", ["test", "-count=1", "-cover", ...flags, "./cart", "-args", ...counters], options);
    } finally {
      await rm(path.join(program.module, "cart/add_test.go"));
    }
  }

  const reports = async () => {
    const files = (await filesBelow(run)).filter((file) => !file.startsWith("combined."));
    return Promise.all(files.map(async (file) => [file, await readFile(path.join(run, file), "utf8")] as const));
  };

  it("stand beside the others, and change nothing of them", async () => {
    const before = await reports();
    const { summary, combined } = await combine(run, [await readUnitProfile(at("unit.out"), "unit.out")]);
    assert.deepEqual(await reports(), before);
    assert.equal(combined.e2ePercent, summary.percent);
    assert.deepEqual(JSON.parse(await readFile(combinedFiles(run).summary, "utf8")), combined);
    const cart = combined.packages.find(({ name }) => name === "example.com/shop/cart");
    // End-to-end: Größe, and Add but for its branch. Unit: Add but for its last line, and Odd. Even has no statement.
    assert.deepEqual(
      { ...cart },
      {
        name: "example.com/shop/cart",
        statements: 7,
        e2eOnly: 2,
        unitOnly: 3,
        both: 2,
        neither: 0,
        percent: 100,
        unitPercent: 71.4,
        e2ePercent: 57.1,
      },
    );
    assert.deepEqual(combined.notes, [
      "No unit profile names example.com/shop/cmd/shop, example.com/shop/price: unit tests count as not having run anything there.",
    ]);
  });

  it("join to a profile whose total in go tool cover is theirs", async () => {
    const { combined } = await combine(run, [await readUnitProfile(at("unit.out"), "unit.out")]);
    const functions = await goTool(go.shop, "cover", `-func=${combinedFiles(run).profile}`);
    assert.equal(totalOfFunctions(functions), combined.percent);
  });

  it("are the same of a folder of counters as of the profile, and of another cover mode", async () => {
    const { combined } = await combine(run, [await readUnitProfile(at("unit.out"), "unit")]);
    const counters = await combine(run, [await readUnitProfile(at("unit.out counters"), "unit")]);
    assert.deepEqual(counters.combined, combined);
    await test(go.shop, "count.out", "-covermode=count");
    assert.match(await readFile(at("count.out"), "utf8"), /^mode: count\n/);
    const counted = await combine(run, [await readUnitProfile(at("count.out"), "unit")]);
    assert.deepEqual(counted.combined, combined);
  });

  it("keep unit tests of an edited file apart, and count its other files", async () => {
    const { combined } = await combine(run, [await readUnitProfile(at("edited.out"), "edited.out")]);
    assert.match(
      combined.notes[0]!,
      /^edited\.out has another version of example\.com\/shop\/cart\/add\.go than shop, .* the \d of \d statements /,
    );
    assert.equal(combined.operators[0]?.apart[0]?.file, "example.com/shop/cart/add.go");
    const cart = combined.packages.find(({ name }) => name === "example.com/shop/cart")!;
    assert.deepEqual([cart.unitOnly, cart.both, cart.e2ePercent], [1, 0, 57.1]);
  });

  it("name counters that are damaged, and count the rest", async () => {
    const folder = at("damaged");
    await cp(at("unit.out counters"), folder, { recursive: true });
    const counters = await fileIn(folder, "covcounters");
    const twin = counters.replace(/\d+$/, "1");
    await cp(path.join(folder, counters), path.join(folder, twin));
    await appendFile(path.join(folder, twin), "x");
    const { notes } = await readUnitProfile(folder, "damaged");
    assert.equal(notes.length, 1);
    assert.ok(notes[0]!.startsWith(`${twin} `) && notes[0]!.endsWith(", and does not count"), notes[0]);
    await appendFile(path.join(folder, counters), "x");
    await assert.rejects(
      readUnitProfile(folder, "damaged"),
      /^Error: Expected --with damaged to be .*, got: no counters in it that count; /,
    );
  });

  it("refuse what is neither a profile nor a folder of counters", async () => {
    await writeFile(at("notes.txt"), "hello\n");
    for (const [name, message] of [
      ["notes.txt", /got: Expected a Go coverage profile to begin with "mode: set"/],
      ["nowhere.out", /got: ENOENT/],
      ["live", /got: a folder without an intact covmeta file/],
    ] as const) {
      await assert.rejects(readUnitProfile(at(name), name), message);
    }
  });
});
