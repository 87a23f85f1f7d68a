import type { RootHookObject } from "mocha";
import { usedCheckouts } from "./session/checkout";
import { containersIn } from "./session/leftBehind";

/** Fails a run of tests that left a container of a session behind; those of other runs on this machine are theirs. */
export const mochaHooks: RootHookObject = {
  async afterAll(this: Mocha.Context) {
    this.timeout("1m");
    const left = (await Promise.all([...usedCheckouts].map(containersIn))).flat();
    if (left.length > 0)
      throw new Error(`Expected the tests to leave no container, got ${left.map(({ name }) => name).join(", ")}`);
  },
};
