import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { coverBuild } from "../../../../src/instrument/builders/coverBuild";
import { dockerfileBuild } from "../../../../src/instrument/builders/dockerfile";
import { planBuild } from "../../../../src/instrument/buildPlan";
import { run } from "../../../../src/system/process/run";
import { buildSettings, GoModule } from "../../../unit/fixtures/goModule";

const arch = process.arch === "x64" ? "amd64" : process.arch;
const lib = "package lib\n\nfunc F() {}\n";

/** An operator in the folder op, and what of it counts. */
const layouts: readonly [layout: string, files: Record<string, string>, covered: readonly string[]][] = [
  [
    "a workspace, with a library of another module",
    {
      "go.work": "go 1.21\n\nuse (\n\t./lib\n\t./op\n)\n",
      "lib/go.mod": "module corp.io/common/lib\n\ngo 1.21\n",
      "lib/lib.go": lib,
      "op/go.mod": "module corp.io/my-operator\n\ngo 1.21\n",
      "op/cmd/main.go": 'package main\n\nimport "corp.io/my-operator/lib"\n\nfunc main() { lib.F() }\n',
      "op/lib/lib.go": 'package lib\n\nimport "corp.io/common/lib"\n\nfunc F() { lib.F() }\n',
    },
    ["corp.io/my-operator/cmd", "corp.io/my-operator/lib"],
  ],
  [
    "a module with others in it",
    {
      "op/go.mod": `module example.com/nest

go 1.21

require (
	example.com/nest/api v0.0.0
	example.com/types v0.0.0
)

replace (
	example.com/nest/api => ./api
	example.com/types => ./types
)
`,
      "op/cmd/main.go": `package main

import (
	lib "example.com/nest/api"
	"example.com/types/v1"
)

func main() { lib.F(); v1.F() }
`,
      "op/api/go.mod": "module example.com/nest/api\n\ngo 1.21\n",
      "op/api/api.go": lib,
      "op/types/go.mod": "module example.com/types\n\ngo 1.21\n",
      "op/types/v1/v1.go": "package v1\n\nfunc F() {}\n",
    },
    ["example.com/nest/api", "example.com/nest/cmd", "example.com/types/v1"],
  ],
];

describe("what a build by the operator's own Dockerfile covers", function () {
  this.timeout(240_000);

  for (const [layout, files, covered] of layouts) {
    describe(`in ${layout}`, () => {
      let module: GoModule;
      let wrapper: string;
      before(async () => {
        module = await GoModule.make({ ...files, "op/Dockerfile": "FROM go\nRUN go build\n" });
        await mkdir(module.at("made/docker"), { recursive: true });
        await dockerfileBuild.make(await plan({ dockerfile: "Dockerfile" }), module.at("made/docker"), () => {});
        const dockerfile = await readFile(module.at("made/docker/Dockerfile"), "utf8");
        const script = /^RUN mkdir -p \S+ && (printf '%s\\n' .*) > \S+\/go && chmod/m.exec(dockerfile)![1]!;
        wrapper = module.at("made/go");
        await writeFile(wrapper, await run("sh", ["-c", script]), { mode: 0o755 });
      });
      after(() => module.remove());

      async function plan(settings: Record<string, unknown>) {
        const operator = { name: "op", source: module.at("op"), build: buildSettings(settings) };
        return planBuild(operator, [{ main: "./cmd", path: "/op" }], await module.packages("./cmd", "op"), arch);
      }

      /** The packages that a program has counters for. */
      async function packagesOf(program: string): Promise<string[]> {
        const folder = `${program}.counters`;
        await mkdir(folder);
        await run(program, [], { env: { GOCOVERDIR: folder } });
        const listed = await run("go", ["tool", "covdata", "pkglist", `-i=${folder}`], { cwd: path.dirname(program) });
        return listed.trim().split("\n").sort();
      }

      it("is what a build on the host covers", async () => {
        await mkdir(module.at("made/host"));
        await coverBuild.make(await plan({}), module.at("made/host"), () => {});
        assert.deepEqual(await packagesOf(module.at("made/host/context/root/op")), covered);
      });

      for (const [number, [folder, ...args]] of [
        ["op", "build", "-o", "OUTPUT", "./cmd"],
        ["op", "build", "-o", "OUTPUT", "cmd/main.go"],
        ["op/cmd", "build", "-o", "OUTPUT", "."],
      ].entries())
        it(`counts with go ${args.join(" ")} in ${folder}`, async () => {
          const program = module.at(`made/${number}`);
          await run(
            wrapper,
            args.map((word) => word.replace("OUTPUT", program)),
            { cwd: module.at(folder!) },
          );
          const byFiles = args.at(-1)!.endsWith(".go");
          const expected = covered.map((p) => (byFiles && p.endsWith("/cmd") ? "command-line-arguments" : p));
          assert.deepEqual(await packagesOf(program), expected.sort());
        });
    });
  }
});
