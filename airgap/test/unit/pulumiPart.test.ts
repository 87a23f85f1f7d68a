import * as assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as net from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { Probes } from "../../net/probe";
import type { Work } from "../../part";
import { languageHost, pulumi, ranges } from "../../recipes";
import { Lane } from "../../run/lane";
import { Progress } from "../../run/progress";
import { goToolFolder, goToolStep } from "../../tools/goTool";
import { planPulumi } from "../../tools/pulumiPart";
import { archiveName, pulumiRelease, type Release } from "../../tools/pulumiRelease";
import { parseVersion, within } from "../../tools/version";
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
    assert.deepEqual(
      [part.source, part.steps],
      ["get.pulumi.com", [`Downloading the Pulumi CLI ${pulumiRelease.version}`]],
    );
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

  it("that is downloaded will do, and is known for each of the machines that Pulumi has Linux releases for", () => {
    assert.ok(within(parseVersion(pulumiRelease.version)!, ranges.pulumi));
    const { version, sha256 } = pulumiRelease;
    const names = ["arm64", "x64"].map((arch) => `pulumi-v${version}-linux-${arch}.tar.gz`);
    assert.deepEqual(Object.keys(sha256).sort(), names);
    for (const sum of Object.values(sha256)) assert.match(sum, /^[0-9a-f]{64}$/);
  });

  it("is not downloaded where no checksum of it is known", async () => {
    const part = await planPulumi(cache(), probes(true), { ...pulumiRelease, sha256: {} });
    assert.deepEqual([part.source, part.steps], ["Go modules", [pulumi, languageHost].map(goToolStep)]);
  });

  describe("downloaded", () => {
    const files = new Map<string, Buffer>();
    const asked: string[] = [];
    let server: http.Server;
    let proxy: http.Server;
    const tunnels: string[] = [];
    let release: Release;
    const at = (address: http.Server) => `http://127.0.0.1:${(address.address() as AddressInfo).port}/`;
    const listen = (one: http.Server) => once(one.listen(0, "127.0.0.1"), "listening");
    before(async () => {
      server = http.createServer((request, response) => {
        asked.push(request.url ?? "");
        const file = files.get(request.url ?? "");
        if (file) response.end(file);
        else response.writeHead(request.url === "/" ? 200 : 404).end();
      });
      // Knows the way to the server, whatever name it is asked for; the name itself is known nowhere.
      proxy = http.createServer((_, response) => response.writeHead(405).end());
      proxy.on("connect", (request, socket, head) => {
        tunnels.push(request.url!);
        const far = net.connect((server.address() as AddressInfo).port, "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n");
          far.write(head);
          far.pipe(socket);
          socket.pipe(far);
        });
        for (const end of [far, socket]) end.on("error", () => {});
      });
      await Promise.all([listen(server), listen(proxy)]);
    });
    after(() => {
      for (const one of [server, proxy]) {
        one.close();
        one.closeAllConnections();
      }
    });
    beforeEach(() => {
      asked.length = 0;
      script(path.join(folder(), "release", "pulumi", "pulumi"), "echo released");
      script(path.join(folder(), "release", "pulumi", "pulumi-language-nodejs"), "");
      const archive = execFileSync("tar", ["-cz", "-C", path.join(folder(), "release"), "pulumi"]);
      const name = archiveName(pulumiRelease);
      release = { version: pulumiRelease.version, sha256: { [name]: sumOf(archive) } };
      serve(archive);
    });
    const sumOf = (bytes: Buffer) => crypto.createHash("sha256").update(bytes).digest("hex");
    /** With a list of checksums that says the same, as whoever serves another archive would. */
    const serve = (archive: Buffer) => {
      const name = archiveName(pulumiRelease);
      files.set(`/releases/sdk/${name}`, archive);
      const list = `/releases/sdk/pulumi-${pulumiRelease.version}-checksums.txt`;
      files.set(list, Buffer.from(`${sumOf(archive)}  ${name}\n`));
    };
    const plan = () => {
      const site = at(server);
      return planPulumi(cache(), new Probes(fetch, { pulumi: site, dockerHub: site }), release);
    };

    it("is unpacked, found again by later runs, and runs policy packs by itself", async () => {
      const { commands } = await (await plan()).provide(work());
      assert.deepEqual(Object.keys(commands!).sort(), ["pulumi", "pulumi-language-nodejs"]);
      assert.equal(execFileSync(commands!.pulumi!, { encoding: "utf8" }), "released\n");
      assert.deepEqual((await plan()).steps, []);
    });

    it("is refused when it isn't the one that is known, whatever a list beside it says, and leaves nothing", async () => {
      serve(Buffer.from("something else"));
      await assert.rejects((await plan()).provide(work()), /to have the SHA-256/);
      assert.deepEqual(fs.readdirSync(path.join(cache(), "tools")), []);
    });

    it("comes through the user's proxy, with every request", async () => {
      const source = (name: string) => JSON.stringify(path.resolve(__dirname, "../..", name));
      const program = `
        const { planPulumi } = require(${source("tools/pulumiPart.ts")});
        const { Probes } = require(${source("net/probe.ts")});
        const { Progress } = require(${source("run/progress.ts")});
        const { cache, site, log, release } = JSON.parse(process.env.OPERATOR_COVERAGE_TEST);
        const probes = new Probes(undefined, { pulumi: site, dockerHub: site });
        planPulumi(cache, probes, release)
          .then((part) => part.provide({ cache, progress: new Progress([], undefined), lanes: {}, log: () => log }))
          .then(({ commands }) => console.log(commands.pulumi));`;
      const site = "http://get.pulumi.invalid/";
      const OPERATOR_COVERAGE_TEST = JSON.stringify({ cache: cache(), site, log: path.join(folder(), "log"), release });
      const env = { ...process.env, http_proxy: at(proxy), no_proxy: "", NO_PROXY: "", OPERATOR_COVERAGE_TEST };
      const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", program], { env });
      assert.equal(execFileSync(stdout.trim(), { encoding: "utf8" }), "released\n");
      assert.deepEqual(asked, ["/", `/releases/sdk/${archiveName(release)}`]);
      assert.deepEqual([...new Set(tunnels)], ["get.pulumi.invalid:80"]);
    }).timeout(60_000);
  });
});
