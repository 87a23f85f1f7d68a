import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { RootHookObject } from "mocha";
import { usedCheckouts } from "./session/checkout";
import { containersIn } from "./session/leftBehind";

// What tests keep as the state of this repository is not the user's.
const state = mkdtempSync(path.join(tmpdir(), "operator-coverage-state-"));
process.env.XDG_STATE_HOME = state;
// Where test files run in processes of their own, the first one has no hooks.
process.once("exit", () => rmSync(state, { recursive: true, force: true }));

/** Fails a run of tests that left a container of a session behind; those of other runs on this machine are theirs. */
export const mochaHooks: RootHookObject = {
  async afterAll(this: Mocha.Context) {
    this.timeout("1m");
    await rm(state, { recursive: true, force: true });
    const left = (await Promise.all([...usedCheckouts].map(containersIn))).flat();
    if (left.length > 0)
      throw new Error(`Expected the tests to leave no container, got ${left.map(({ name }) => name).join(", ")}`);
  },
};
