import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { Probes } from "../../../airgap/net/probe";
import type { Work } from "../../../airgap/part";
import { languageHost, pulumi, pulumiVersion } from "../../../airgap/recipes";
import { Lane } from "../../../airgap/run/lane";
import { Progress } from "../../../airgap/run/progress";
import { goToolFolder, goToolStep } from "../../../airgap/tools/goTool";
import { planPulumi } from "../../../airgap/tools/pulumiPart";
import { environment, script, temporaryFolder } from "./temporary";

describe("the Pulumi CLI", () => {
  const folder = temporaryFolder();
  environment(() => ({ PATH: `${folder()}/bin:/usr/bin:/bin` }));
  const cache = () => path.join(folder(), "cache");
  const probes = (answers: boolean) => new Probes(async () => ({ status: answers ? 200 : 503 }));
  const work = (): Work => ({
    cache: cache(),
    progress: new Progress([], undefined),
    lanes: { compiler: new Lane(), network: new Lane(), apt: new Lane() },
    log: (name) => path.join(folder(), `${name}.log`),
  });
  const onPath = (name: string, version: string) => script(path.join(folder(), "bin", name), `echo ${version}`);
  const built = () => {
    for (const tool of [pulumi, languageHost])
      script(path.join(goToolFolder(cache(), tool), tool.name), `echo ${tool.name}`);
  };

  it("is the machine's where that and its language host will do, without asking the internet", async () => {
    const cli = onPath("pulumi", "v3.200.0");
    onPath("pulumi-language-nodejs", "");
    const never = new Probes(() => assert.fail("asked the internet"));
    const part = await planPulumi(cache(), never);
    assert.deepEqual([part.version, part.source, part.steps], ["3.200.0", cli, []]);
    assert.deepEqual(await part.provide(work()), {});
  });

  it("is downloaded when it's too old and Pulumi's site answers", async () => {
    onPath("pulumi", "v3.199.0");
    onPath("pulumi-language-nodejs", "");
    const part = await planPulumi(cache(), probes(true));
    assert.deepEqual([part.source, part.steps], ["get.pulumi.com", [`Downloading the Pulumi CLI ${pulumiVersion}`]]);
  });

  it("is built from Go modules when it's lacking and the site doesn't answer", async () => {
    const part = await planPulumi(cache(), probes(false));
    assert.deepEqual([part.source, part.steps], ["Go modules", [pulumi, languageHost].map(goToolStep)]);
  });

  it("only gets its language host built when that alone is lacking", async () => {
    onPath("pulumi", "v3.210.0");
    const part = await planPulumi(cache(), probes(false));
    assert.deepEqual([part.version, part.steps], ["3.210.0", [goToolStep(languageHost)]]);
  });

  it("is what an earlier run built, without asking the internet, and with its language host beside it", async () => {
    built();
    const part = await planPulumi(cache(), new Probes(() => assert.fail("asked the internet")));
    assert.deepEqual(part.steps, []);
    const { commands } = await part.provide(work());
    assert.equal(execFileSync(commands!.pulumi!, { encoding: "utf8" }), "pulumi\n");
    const host = commands!["pulumi-language-nodejs"]!;
    assert.equal(execFileSync(path.join(path.dirname(host), "pulumi"), { encoding: "utf8" }), "pulumi\n");
    assert.ok(commands!["pulumi-analyzer-policy-local"]);
  });

  describe("downloaded", () => {
    const name = `pulumi-v${pulumiVersion}-${process.platform}-${process.arch}.tar.gz`;
    const files = new Map<string, Buffer>();
    let server: http.Server;
    let site: string;
    before((done) => {
      server = http.createServer((request, response) => {
        const file = files.get(request.url ?? "");
        if (file) response.end(file);
        else response.writeHead(request.url === "/" ? 200 : 404).end();
      });
      server.listen(0, "127.0.0.1", () => {
        site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        done();
      });
    });
    after((done) => {
      server.close(done);
      server.closeAllConnections();
    });
    beforeEach(() => {
      script(path.join(folder(), "release", "pulumi", "pulumi"), "echo released");
      script(path.join(folder(), "release", "pulumi", "pulumi-language-nodejs"), "");
      const archive = execFileSync("tar", ["-cz", "-C", path.join(folder(), "release"), "pulumi"]);
      const sum = crypto.createHash("sha256").update(archive).digest("hex");
      files.set(`/releases/sdk/${name}`, archive);
      files.set(`/releases/sdk/pulumi-${pulumiVersion}-checksums.txt`, Buffer.from(`${sum}  ${name}\n`));
    });
    const plan = () => planPulumi(cache(), new Probes(fetch, { pulumi: site, dockerHub: site }));

    it("is unpacked, found again by later runs, and runs policy packs by itself", async () => {
      const { commands } = await (await plan()).provide(work());
      assert.deepEqual(Object.keys(commands!).sort(), ["pulumi", "pulumi-language-nodejs"]);
      assert.equal(execFileSync(commands!.pulumi!, { encoding: "utf8" }), "released\n");
      assert.deepEqual((await plan()).steps, []);
    });

    it("is refused when it isn't what the list of checksums says, and leaves nothing", async () => {
      files.set(`/releases/sdk/${name}`, Buffer.from("something else"));
      await assert.rejects((await plan()).provide(work()), /to have the SHA-256/);
      assert.deepEqual(fs.readdirSync(path.join(cache(), "tools")), []);
    });
  });
});
