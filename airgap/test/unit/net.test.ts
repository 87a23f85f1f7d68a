import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { download } from "../../net/download";
import { type Fetch, Probes, sites } from "../../net/probe";
import { temporaryFolder } from "./temporary";

describe("a probe of the internet", () => {
  const answering =
    (status: number): Fetch =>
    async () => ({ status });

  it("takes a registry's wish for a token as an answer, and a proxy's refusal for none", async () => {
    const hub = (status: number) => new Probes(answering(status)).answers("dockerHub");
    assert.deepEqual(await Promise.all([200, 401, 403, 407, 502].map(hub)), [true, true, false, false, false]);
  });

  it("takes pages and redirections of Pulumi's site as answers", async () => {
    const site = (status: number) => new Probes(answering(status)).answers("pulumi");
    assert.deepEqual(await Promise.all([200, 301, 403, 503].map(site)), [true, true, false, false]);
  });

  it("takes failures for none", async () => {
    const probes = new Probes(async () => {
      throw new Error("getaddrinfo ENOTFOUND");
    });
    assert.equal(await probes.answers("pulumi"), false);
  });

  it("asks once, and with a bound on the time", async () => {
    const asked: string[] = [];
    const probes = new Probes(async (url, { signal }) => {
      asked.push(url);
      assert.ok(signal instanceof AbortSignal);
      return { status: 200 };
    });
    await Promise.all([probes.answers("pulumi"), probes.answers("pulumi")]);
    await probes.answers("pulumi");
    assert.deepEqual(asked, [sites.pulumi.url]);
  });
});

describe("a download", () => {
  const folder = temporaryFolder();
  const content = crypto.randomBytes(300_000);
  const sha256 = crypto.createHash("sha256").update(content).digest("hex");
  let server: http.Server;
  let url: string;
  const proxiedTo: string[] = [];
  before((done) => {
    server = http.createServer((request, response) => {
      if (request.url === "/file") response.end(content);
      else response.writeHead(404).end();
    });
    // What a proxy is asked for by undici, which makes a tunnel for plain HTTP as well; this one leads to itself.
    server.on("connect", (request, socket) => {
      proxiedTo.push(request.url!);
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      server.emit("connection", socket);
    });
    server.listen(0, "127.0.0.1", () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after((done) => {
    server.close(done);
    server.closeAllConnections();
  });

  it("is kept when its SHA-256 is right", async () => {
    const file = path.join(folder(), "file");
    await download(`${url}/file`, file, sha256);
    assert.deepEqual(fs.readFileSync(file), content);
  });

  it("is thrown away when it isn't", async () => {
    const file = path.join(folder(), "file");
    await assert.rejects(download(`${url}/file`, file, "0".repeat(64)), new RegExp(`Expected .* 0{64}, got ${sha256}`));
    assert.ok(!fs.existsSync(file));
  });

  it("goes through the proxy that the environment names, as a probe does", async () => {
    const { port } = server.address() as AddressInfo;
    const program = `
      const { proxied } = require(${JSON.stringify(path.resolve(__dirname, "../../net/proxied.ts"))});
      proxied("http://somewhere.invalid/file", { method: "HEAD" }).then(({ status }) => console.log(status), () => console.log("failed"));`;
    const status = async (http_proxy: string) => {
      const env = { ...process.env, http_proxy, no_proxy: "", NO_PROXY: "" };
      return (await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", program], { env })).stdout.trim();
    };
    // With and without a scheme, as Go and curl take it; and one that is none is no end of what needs no internet.
    assert.deepEqual(await Promise.all([`http://127.0.0.1:${port}`, `127.0.0.1:${port}`, "ftp://x:1"].map(status)), [
      "200",
      "200",
      "failed",
    ]);
    assert.deepEqual(proxiedTo, ["somewhere.invalid:80", "somewhere.invalid:80"]);
  });

  it("fails when the server has nothing", async () => {
    await assert.rejects(download(`${url}/none`, path.join(folder(), "file"), sha256), /got status 404/);
  });
});
