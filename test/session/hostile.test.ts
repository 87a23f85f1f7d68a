import { strict as assert } from "node:assert";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { exists } from "../../run/exists";
import { Checkout, succeeded } from "./checkout";
import { containersOf } from "./cluster";
import { writeTinyOperator } from "./tinyOperator";

const stack = "test-hostile";
const hostile = `-rf "a" 'b' $(touch pwned) \`touch pwned\`; touch pwned & #%20 <i>ü`;
const file = `x "y" 'z' $(touch pwned) <b>&amp; 1.2,3.4 5 6.go`;

describe("a session among names that shells, terminals and browsers obey", function () {
  this.timeout("5m");
  let project: Checkout;
  let cluster: string;

  before(async () => {
    project = await Checkout.make(hostile);
    cluster = project.clusterName(stack);
    const source = path.join("operators", hostile, "-tiny");
    const folder = path.join(project.folder, source);
    const operator = await writeTinyOperator(folder, { main: "shout()\n\tuntilEnd()" });
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
      output: `reports/${hostile}`,
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
    const run = path.join(project.folder, "reports", hostile, stack, "latest");
    const page = await readFile(path.join(run, "coverage.html"), "utf8");
    assert.ok(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;"), "the source is to be in the page");
    assert.ok(page.includes("x &#34;y&#34; &#39;z&#39; $(touch pwned) &lt;b&gt;&amp;amp; 1.2,3.4 5 6.go"), page);
    assert.doesNotMatch(page, /<script>alert|<b>/);
    assert.doesNotMatch(await readFile(path.join(run, "summary.md"), "utf8"), /<|\$\(/);
    const { status, packages } = JSON.parse(await readFile(path.join(run, "summary.json"), "utf8")) as {
      status: string;
      packages: { name: string }[];
    };
    assert.deepEqual([status, packages.map(({ name }) => name)], ["complete", ["example.com/tiny"]]);
  });
});
