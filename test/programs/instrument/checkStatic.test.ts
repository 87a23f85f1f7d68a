import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { interpreterOf } from "../../../src/instrument/builders/interpreter";
import { wayOf } from "../../../src/instrument/builders/ways";
import { planBuild } from "../../../src/instrument/buildPlan";
import { buildSettings, GoModule } from "../../unit/fixtures/goModule";

const arch = process.arch === "x64" ? "amd64" : process.arch;
const isStatic = "-linkmode external -extldflags -static";

describe("a program with cgo in it", function () {
  this.timeout(240_000);
  let module: GoModule;
  let number = 0;
  before(async () => {
    module = await GoModule.make({
      "main.go": 'package main\n\n// static int f() { return 1; }\nimport "C"\n\nfunc main() { println(C.f()) }\n',
    });
  });
  after(() => module.remove());

  /** @returns the program's path */
  async function built(settings: Record<string, unknown>): Promise<string> {
    const build = buildSettings({ env: { CGO_ENABLED: "1" }, ...settings });
    const programs = [{ main: ".", path: "/op" }];
    const plan = await planBuild({ name: "op", source: module.folder, build }, programs, [], arch);
    const folder = module.at(`made/${number++}`);
    await mkdir(folder, { recursive: true });
    await wayOf(build).make(plan, folder, () => {});
    return `${folder}/context/root/op`;
  }

  for (const mode of ["cover", "test-binary"]) {
    it(`is no program for an empty image, and both ways out hold, in mode ${mode}`, async () => {
      await assert.rejects(built({ mode }), {
        name: "SettingsError",
        message:
          /^Expected `build\.base` to be an image that has \/lib\S+, without which \. can't start, got "scratch"\. .*`build\.ldflags: -linkmode external -extldflags -static`/,
      });
      assert.match((await interpreterOf(await built({ mode, base: "debian:12" }))) ?? "", /^\/lib/);
      assert.equal(await interpreterOf(await built({ mode, ldflags: isStatic })), undefined);
    });
  }

  it("is known by its interpreter, which other files have not", async () => {
    const program = module.at("some program");
    await copyFile("/bin/sh", program);
    assert.match((await interpreterOf(program)) ?? "", /^\/lib.*ld/);
    for (const content of ["", "#!/bin/sh\n", "x".repeat(200)]) {
      await writeFile(program, content);
      assert.equal(await interpreterOf(program), undefined);
    }
  });

  it("is asked for in the words of processors of 32 bits, whichever byte comes first, too", async () => {
    const name = "/lib/ld.so.1\0";
    for (const little of [true, false]) {
      const file = Buffer.alloc(128 + name.length);
      file.write("\x7fELF", "latin1");
      file[4] = 1;
      file[5] = little ? 1 : 2;
      const half = (value: number, at: number) =>
        little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
      const word = (value: number, at: number) =>
        little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at);
      word(52, 28);
      half(32, 42);
      half(2, 44);
      word(1, 52);
      word(3, 84);
      word(128, 88);
      word(name.length, 100);
      file.write(name, 128);
      await writeFile(module.at("other"), file);
      assert.equal(await interpreterOf(module.at("other")), "/lib/ld.so.1");
    }
  });
});
