import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { buildsOf, deadToolchainLinks, stacksOf } from "../../../src/gc/checkout";
import { remove } from "../../../src/gc/remove";
import { sessionFolders, toolchainLinks } from "../../../src/state/folders";
import { shut } from "./shut";

describe("what a checkout has", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-gc-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("of links to toolchains is dead where the toolchain is gone, or its maker before it had its name", async () => {
    const child = spawn("true");
    await once(child, "exit");
    const links = { whole: folder, broken: "/no/such", [`mine.${process.pid}.123456789`]: folder };
    const at = toolchainLinks(folder);
    await mkdir(at);
    for (const [name, target] of Object.entries({ ...links, [`cut.${child.pid}.123456789`]: folder }))
      await symlink(target, path.join(at, name));
    await writeFile(path.join(at, "file"), "");
    assert.deepEqual(
      (await deadToolchainLinks(folder)).map((link) => path.basename(link)).sort(),
      ["broken", `cut.${child.pid}.123456789`].sort(),
    );
    assert.deepEqual(await deadToolchainLinks(path.join(folder, "none")), []);
  });

  it("of links to toolchains is alive where it leads into another user's folder", async () => {
    const [links, hidden] = [toolchainLinks(folder), path.join(folder, "hidden")];
    await mkdir(links);
    await mkdir(path.join(hidden, "go"), { recursive: true });
    await symlink(path.join(hidden, "go"), path.join(links, "go1.25"));
    await chmod(folder, 0o755);
    assert.deepEqual(await shut(hidden, () => deadToolchainLinks(folder)), []);
  });

  it("of sessions that are half removed is no stack, and a removal carries on wherever it was cut off", async () => {
    const sessions = path.dirname(sessionFolders(folder, "dev").root);
    const made = ["dev", "a~gc", "b~gc.removing/1", "c~gc", "c~gc.removing/1", "v1.removing"];
    for (const name of made) await mkdir(path.join(sessions, name), { recursive: true });
    await writeFile(path.join(sessions, "b~gc.removing/1/file"), "");
    const { stacks, halfRemoved } = await stacksOf(folder);
    assert.deepEqual(stacks.sort(), ["dev", "v1.removing"]);
    assert.deepEqual(halfRemoved.map((half) => path.basename(half)).sort(), ["a~gc", "b~gc", "c~gc"]);
    for (const name of [...halfRemoved, path.join(sessions, "dev")]) await remove({ kind: "folder", name });
    assert.deepEqual(await readdir(sessions), ["v1.removing"]);
  });

  it("of builds are those that images are named after, whole or not", async () => {
    const session = { state: folder, stack: "dev" };
    const { builds } = sessionFolders(folder, "dev");
    for (const build of ["op/0123456789ab", "op/0123456789ac.Xy12Zz", "other/0123456789ab"])
      await mkdir(path.join(builds, build), { recursive: true });
    assert.deepEqual((await buildsOf(session)).sort(), [
      "op-profile:0123456789ab",
      "op-profile:0123456789ac",
      "other-profile:0123456789ab",
    ]);
  });
});
