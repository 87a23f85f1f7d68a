import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fc from "fast-check";
import { endGroup } from "../../../plugins/command/group";
import { lineCutter } from "../../../plugins/command/lines";

describe("Cutting output into lines", () => {
  const cut = (chunks: readonly Buffer[]) => {
    const lines: string[] = [];
    const cutter = lineCutter((line) => lines.push(line));
    chunks.forEach(cutter.write);
    cutter.end();
    return lines;
  };

  it("gives the same lines wherever the chunks end, even inside of a character", () => {
    const text = fc.array(
      fc.string({ unit: "grapheme" }).map((line) => line.replace(/[\r\n]/g, "")),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(50)), (lines, cuts) => {
        let rest = Buffer.from(lines.join("\n"));
        const chunks: Buffer[] = [];
        for (const length of cuts) {
          chunks.push(rest.subarray(0, length));
          rest = rest.subarray(length);
        }
        const expected = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
        assert.deepEqual(cut([...chunks, rest]), expected);
      }),
    );
  });

  it("takes the line ends of Windows too", () => {
    assert.deepEqual(cut([Buffer.from("a\r\nb\r"), Buffer.from("\n")]), ["a", "b"]);
  });
});

describe("Ending a process group", () => {
  const patience = { interruptMs: 300, terminateMs: 300 };
  const start = async (script: string): Promise<ChildProcess> => {
    const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    await once(child.stdout!, "data");
    return child;
  };
  const end = async (script: string) => {
    const child = await start(script);
    const exited = once(child, "exit");
    await endGroup(child, patience);
    return exited;
  };

  it("is content with SIGINT where that is enough", async () => {
    assert.deepEqual(await end("trap 'exit 7' INT; echo up; while :; do sleep 0.05; done"), [7, null]);
  });

  it("sends SIGTERM to what doesn't hear SIGINT", async () => {
    assert.deepEqual(await end("trap '' INT; trap 'exit 8' TERM; echo up; while :; do sleep 0.05; done"), [8, null]);
  });

  it("kills what doesn't hear either", async () => {
    assert.deepEqual(await end("trap '' INT TERM; echo up; while :; do sleep 0.05; done"), [null, "SIGKILL"]);
  });

  it("does nothing to a process that never was", async () => {
    const child = spawn("/no/such/program");
    await once(child, "error");
    await endGroup(child, patience);
  });
});
