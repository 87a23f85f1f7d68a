import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { checkOutput } from "../../../src/plan/machine/checkOutput";
import { projectIn } from "../../../src/settings/project";
import { backendFolder, bracketFile, ownOutput, sessionFolders, toolchainLinks } from "../../../src/state/folders";
import { checkedStateFolder, checkoutOf, makeStateFolder, stateFolder } from "../../../src/state/stateFolder";

const outside = (folder: string, project: string) => !`${folder}/`.startsWith(`${project}/`);

describe("a checkout's state folder", () => {
  it("is named after the checkout and by the sum of its path, below XDG_STATE_HOME or HOME", () => {
    // printf /p/a | sha256sum
    const name = "operator-coverage/a-670e2649c103";
    assert.equal(stateFolder("/p/a", { XDG_STATE_HOME: "/x" }), `/x/${name}`);
    assert.equal(stateFolder("/p/a", { HOME: "/h" }), `/h/.local/state/${name}`);
    assert.equal(stateFolder("/p/a", { HOME: "/h", XDG_STATE_HOME: "relative" }), `/h/.local/state/${name}`);
    assert.match(stateFolder(`/p/-rf "a:b" $(x)\n`, { HOME: "/h" }), /\/-rf-a-b-x-[0-9a-f-]{12,13}$/);
  });

  it("is not guessed where there is no home", () => {
    for (const HOME of [undefined, "", "home", "~"])
      assert.throws(
        () => stateFolder("/p", { HOME }),
        /^SettingsError: Expected `HOME` to be the absolute path of a folder, got /,
      );
  });

  it("has all that a session writes outside of the program's folder, wherever that is, or there is none", () => {
    const folder = fc.array(fc.constantFrom("p", "operator-coverage", "a b", "state", ".local"), { maxLength: 4 });
    fc.assert(
      fc.property(folder, folder, fc.constantFrom("HOME", "XDG_STATE_HOME"), (at, home, name) => {
        const [project, state] = [`/nowhere/${["p", ...at].join("/")}`, `/nowhere/${home.join("/")}`];
        let made: string;
        try {
          made = checkedStateFolder(projectIn(project), { [name]: state });
        } catch (error) {
          assert.match(String(error), /^SettingsError: Expected `XDG_STATE_HOME` to be a folder outside/);
          assert.ok(!outside(stateFolder(project, { [name]: state }), project));
          return;
        }
        const { root, ...own } = sessionFolders(made, "dev");
        const others = [backendFolder(made), bracketFile(made, "dev"), ownOutput(made), toolchainLinks(made)];
        for (const one of [root, ...Object.values(own), ...others]) assert.ok(outside(one, project), one);
      }),
    );
  });

  describe("on a disk", () => {
    let root: string;
    let project: string;
    beforeEach(async () => {
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-test-"));
      project = path.join(root, "checkout");
      await mkdir(project);
    });
    afterEach(() => rm(root, { recursive: true, force: true }));

    it("is nobody else's to read, and tells whose it is", async () => {
      const made = makeStateFolder(projectIn(project), { HOME: root });
      assert.equal((await stat(made)).mode & 0o777, 0o700);
      assert.equal(await readFile(path.join(made, "project"), "utf8"), project);
      assert.equal(await checkoutOf(made), project);
      assert.equal(makeStateFolder(projectIn(project), { HOME: root }), made);
      assert.deepEqual(await readdir(made), ["project"]);
      assert.equal(await checkoutOf(path.join(root, "none")), undefined);
    });

    it("is refused where a link leads it below the program's folder, before anything is made", async () => {
      await symlink(project, path.join(root, "link"));
      for (const XDG_STATE_HOME of [project, path.join(root, "link"), path.join(root, "link/state")])
        assert.throws(
          () => makeStateFolder(projectIn(project), { XDG_STATE_HOME }),
          /Expected `XDG_STATE_HOME` to be a folder outside of the Pulumi program's/,
        );
      assert.deepEqual(await readdir(project), []);
    });

    describe("has the runs beside it where the settings say so, and then", () => {
      const check = (output: string | undefined, stack = "dev") =>
        checkOutput({ output, project, program: project, stack }, "/state");

      it("outside of the program's folder", async () => {
        assert.equal(await check(undefined), "/state/coverage");
        assert.equal(await check("../coverage"), path.join(root, "coverage"));
        assert.equal(await check("/nowhere/coverage"), "/nowhere/coverage");
        assert.equal(await check("../checkout-coverage"), path.join(root, "checkout-coverage"));
        assert.equal(await check(".."), root);
      });

      it("nowhere in it, by whatever name", async () => {
        await mkdir(path.join(root, "elsewhere"));
        await symlink(project, path.join(root, "in"));
        await symlink(path.join(root, "elsewhere"), path.join(project, "out"));
        const refused =
          /^SettingsError: Expected `output` to be a folder outside of the Pulumi program's, .*, got "[^"]*", by which runs would lie in .*such as \.\.\/coverage/;
        for (const output of ["coverage", ".", "a/b", project, "../checkout/x", "../in/x", "out", "../in"])
          await assert.rejects(check(output), refused, output);
        await assert.rejects(check("..", "checkout"), refused);
      });
    });
  });
});
