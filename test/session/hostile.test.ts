import { strict as assert } from "node:assert";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { exists } from "../../src/system/files/exists";
import { run } from "../../src/system/process/run";
import { Checkout, succeeded } from "./checkout";
import { containersOf } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-hostile";
const hostile = `-rf "a" 'b' $(touch pwned) \`touch pwned\`; touch pwned & #%20 <i>ü`;
const file = `x "y" 'z' $(touch pwned) <b>&amp; 1.2,3.4 5 6.go`;

const repository = path.resolve(__dirname, "../..");
const link = `covmeta.${"f".repeat(32)}`;

/** A link of the pod's leads out of its folder: whoever follows it comes to all files of the host. */
const lead = `package main

import (
	"os"
	"path/filepath"
)

func lead() {
	link := filepath.Join(os.Getenv("GOCOVERDIR"), "${link}")
	if err := os.Symlink("/", link); err != nil && !os.IsExist(err) {
		panic(err)
	}
}
`;

describe("a session among names that shells, terminals and browsers obey", function () {
  this.timeout("5m");
  let project: Checkout;
  let cluster: string;

  before(async () => {
    project = await Checkout.make(hostile);
    cluster = project.clusterName(stack);
    const source = path.join("operators", hostile, "-tiny");
    const folder = path.join(project.folder, source);
    const operator = await writeTinyOperator(folder, { main: "lead()\n\tshout()\n\tuntilEnd()" });
    await writeFile(path.join(folder, "lead.go"), lead);
    await writeFile(
      path.join(folder, file),
      'package main\n\nfunc shout() { println(version, "<script>alert(1)</script> $(touch pwned)") }\n\nvar version string\n',
    );
    await project.configure(stack, {
      operators: [
        {
          ...operator,
          source,
          build: {
            ldflags: `-X "main.version=$(touch pwned) 'v' <b>"`,
            env: { HOSTILE: "$(touch pwned)`touch pwned`" },
          },
        },
      ],
      cluster: { name: cluster },
      output: `../reports/${hostile}`,
    });
  });
  after(() => project.remove());

  it("goes from up to destroy", async () => {
    await mkdir(path.join(project.folder, "tests", hostile), { recursive: true });
    const logs = 'kubectl logs -n tiny deployment/tiny > "$1"';
    const heard = path.join(project.folder, "tests", hostile, "heard");
    succeeded(
      await project.session([
        ...["--stack", stack, "--dir", path.join("tests", hostile), "--"],
        ...["sh", "-c", logs, "$(touch pwned)", heard],
      ]),
    );
    assert.equal(
      await readFile(heard, "utf8"),
      "$(touch pwned) 'v' <b> <script>alert(1)</script> $(touch pwned)\n",
      "what the operator says, which has gone through the linker",
    );
    assert.deepEqual(await containersOf(cluster), []);
  });

  it("has run none of what was in the names", async () => {
    const below = (await readdir(path.dirname(project.folder), { recursive: true })).filter(
      (name) => path.basename(name) === "pwned",
    );
    assert.deepEqual(below, []);
    for (const folder of [process.cwd(), homedir(), tmpdir(), "/"])
      assert.equal(await exists(path.join(folder, "pwned")), false, folder);
  });

  it("writes reports that hold no markup of others", async () => {
    const folder = path.join(project.folder, "..", "reports", hostile, stack, "latest");
    const page = await readFile(path.join(folder, "coverage.html"), "utf8");
    assert.ok(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;"), "the source is to be in the page");
    assert.ok(page.includes("x &#34;y&#34; &#39;z&#39; $(touch pwned) &lt;b&gt;&amp;amp; 1.2,3.4 5 6.go"), page);
    assert.doesNotMatch(page, /<script>alert|<b>/);
    assert.doesNotMatch(await readFile(path.join(folder, "summary.md"), "utf8"), /<|\$\(/);
    const { gaps, packages } = JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8")) as {
      gaps: string[];
      packages: { name: string }[];
    };
    assert.deepEqual(
      packages.map(({ name }) => name),
      ["example.com/tiny"],
    );
    assert.equal(gaps.length, 1, gaps.join("\n"));
    assert.ok(gaps[0]!.includes(link), gaps[0]);
  });

  it("has nothing of the session below the program's folder, where Pulumi would follow the pod's link", async () => {
    // Pulumi compiles nothing and writes nothing there; what the tests wrote there themselves is known.
    const files = await run("git", ["-C", repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    const known = new Set(files.split("\0"));
    const found = await readdir(project.folder, { recursive: true, withFileTypes: true });
    const written = found
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(project.folder, path.join(entry.parentPath, entry.name)))
      .filter((name) => !known.has(name) && !name.startsWith(`operators${path.sep}`));
    const heard = path.join("tests", hostile, "heard");
    assert.deepEqual(written.sort(), [`Pulumi.${stack}.yaml`, "node_modules", heard].sort());
  });
});
