import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { contextSource, writeImageContext } from "../../../../src/instrument/builders/imageContext";
import type { BuildPlan, PlannedProgram } from "../../../../src/instrument/buildPlan";
import { buildSettings } from "../../fixtures/goModule";

describe("the context of an image", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), `image "$(x)" ' `));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** @returns lines of the Dockerfile, and the folder that becomes the image's root */
  async function written(
    programs: PlannedProgram[],
    settings: { base?: string; user?: string } = {},
  ): Promise<{ lines: string[]; root: string }> {
    const plan = { programs, build: buildSettings(settings) } as unknown as BuildPlan;
    const root = await writeImageContext(folder, plan);
    const { context, dockerfile } = contextSource(plan, folder);
    assert.equal(root, path.join(context, "root"));
    return { root, lines: (await readFile(dockerfile, "utf8")).trimEnd().split("\n") };
  }

  it("starts the first program, as a user that is not root", async () => {
    const { lines } = await written([
      { main: "./cmd", path: "/usr/bin/manager" },
      { main: "./hook", path: "/hook" },
    ]);
    assert.deepEqual(lines, ["FROM scratch", "COPY root/ /", "USER 65532:65532", 'ENTRYPOINT ["/usr/bin/manager"]']);
  });

  it("has the user that the settings name, whatever its base", async () => {
    const userOf = async (settings: { base?: string; user?: string }) =>
      (await written([{ main: ".", path: "/manager" }], settings)).lines.filter((line) => line.startsWith("USER"));
    assert.deepEqual(await userOf({ user: "0" }), ["USER 0"]);
    assert.deepEqual(await userOf({ user: "daemon:1", base: "debian:12" }), ["USER daemon:1"]);
  });

  it("takes a path for a path, whatever it holds", async () => {
    const { lines } = await written([{ main: ".", path: `/a b/$(x) "y"` }]);
    const [, entrypoint = ""] = /^ENTRYPOINT (.*)$/.exec(lines.at(-1) ?? "") ?? [];
    assert.deepEqual(JSON.parse(entrypoint), [`/a b/$(x) "y"`]);
  });

  it("has a place for every program", async () => {
    const { root } = await written([
      { main: ".", path: "/usr/local/bin/a" },
      { main: ".", path: "/opt/x y/b" },
    ]);
    for (const place of ["usr/local/bin", "opt/x y"]) assert.ok((await stat(path.join(root, place))).isDirectory());
  });

  it("has what operators rely on: certificates, the user's name, a folder for temporary files", async () => {
    const { root } = await written([{ main: ".", path: "/manager" }]);
    const certificates = await readFile(path.join(root, "etc/ssl/certs/ca-certificates.crt"), "utf8");
    const all = certificates.split(/(?<=-----END CERTIFICATE-----)\n/).filter((text) => text.trim());
    assert.ok(all.length > 50);
    for (const text of all) assert.ok(new X509Certificate(text).ca);
    assert.match(await readFile(path.join(root, "etc/passwd"), "utf8"), /^nonroot:x:65532:65532:/m);
    assert.match(await readFile(path.join(root, "etc/group"), "utf8"), /^nonroot:x:65532:/m);
    assert.equal((await stat(path.join(root, "tmp"))).mode & 0o7777, 0o1777);
  });

  it("leaves the user and the files of another base as they are", async () => {
    const { root, lines } = await written([{ main: ".", path: "/manager" }], { base: "registry.example.com/base:1" });
    assert.deepEqual(lines, ["FROM registry.example.com/base:1", "COPY root/ /", 'ENTRYPOINT ["/manager"]']);
    assert.deepEqual(await readdir(root), []);
  });

  it("is labelled with its session, where it is a session's, in words that are no syntax", async () => {
    const checkout = path.join(folder, 'a "b" $c \\\n');
    const state = path.join(checkout, "operator-coverage/it-0123456789ab");
    const build = path.join(state, "sessions/dev/builds/op/0123456789ab.Xy12");
    const plan = { programs: [{ main: ".", path: "/manager" }], build: buildSettings({}) } as unknown as BuildPlan;
    await writeImageContext(build, plan);
    const text = await readFile(contextSource(plan, build).dockerfile, "utf8");
    const named = state.split("/").map(encodeURIComponent).join("/").replace(/['()]/g, encodedQuote);
    const label = `LABEL dev.operator-coverage.state="${named}" dev.operator-coverage.stack="dev"`;
    assert.equal(text.trimEnd().split("\n").at(-1), label);
  });

  it("may have a program among its own folders", async () => {
    const { root } = await written([{ main: ".", path: "/tmp/manager" }]);
    assert.equal((await stat(path.join(root, "tmp"))).mode & 0o7777, 0o1777);
  });
});

const encodedQuote = (character: string) => `%${character.charCodeAt(0).toString(16)}`;
