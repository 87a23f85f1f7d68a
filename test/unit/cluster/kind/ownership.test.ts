import assert from "node:assert/strict";
import type { NodeContainer } from "../../../../src/cluster/engine/engine";
import { isOurs } from "../../../../src/cluster/kind/ownership";

const live = "/p/operator-coverage/it-0123456789ab/sessions/dev/live";

function node(source: string | undefined): NodeContainer {
  const mounts: Record<string, string> = { "/lib/modules": live, ...(source ? { "/operator-coverage": source } : {}) };
  return { id: "1", name: "n", running: false, mounts };
}

describe("a cluster", () => {
  it("is this session's where every node has this session's folder", () => {
    assert.equal(isOurs([node(live)], live), true);
    assert.equal(isOurs([node(live), node(live)], live), true);
  });

  it("is somebody else's where a node has another folder there, or none", () => {
    for (const other of [
      "/p/operator-coverage/it-0123456789ac/sessions/dev/live",
      `${live}/x`,
      `${live}2`,
      undefined,
    ]) {
      assert.equal(isOurs([node(other)], live), false);
      assert.equal(isOurs([node(live), node(other)], live), false);
    }
  });

  it("is nobody's where it has no nodes", () => {
    assert.equal(isOurs([], live), false);
  });
});
