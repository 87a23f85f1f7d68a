import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** Programs that stand in for real ones, in a folder that comes first on PATH. */
export class FakePrograms {
  private constructor(
    /** absolute path of a folder for the test's own files, whose name is a trial for everything that is given it */
    readonly root: string,
    /** PATH as it was before */
    private readonly path: string | undefined,
  ) {}

  static async install(): Promise<FakePrograms> {
    const root = await mkdtemp(path.join(tmpdir(), `fake "$(x)" ' `));
    const bin = path.join(root, "bin");
    await mkdir(bin);
    const before = process.env.PATH;
    process.env.PATH = `${bin}${path.delimiter}${before}`;
    return new FakePrograms(root, before);
  }

  /**
   * Puts a program on PATH.
   * @param body shell text; `$ROOT` is the test's folder
   */
  async add(name: string, body: string): Promise<void> {
    const file = path.join(this.root, "bin", name);
    const lines = ["#!/bin/sh", 'ROOT=$(dirname "$(dirname "$0")")', `echo "${name} $*" >> "$ROOT/calls"`, body];
    await writeFile(file, lines.join("\n"));
    await chmod(file, 0o755);
  }

  /** What was run so far, one line a call. */
  async calls(): Promise<string[]> {
    const text = await readFile(path.join(this.root, "calls"), "utf8").catch(() => "");
    return text.split("\n").filter(Boolean);
  }

  async remove(): Promise<void> {
    process.env.PATH = this.path;
    // Where one of several programs fails nobody waits for the others, which may still note that they were called.
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
