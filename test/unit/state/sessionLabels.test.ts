import { strict as assert } from "node:assert";
import * as path from "node:path";
import * as fc from "fast-check";
import { sessionFolders } from "../../../src/state/folders";
import { imageLabels, nodeLabels, sessionOfLabels } from "../../../src/state/sessionLabels";
import { type SessionName, sessionOf } from "../../../src/state/sessionName";

/** Names as file systems have them: anything but a slash and NUL, and neither "." nor "..". */
const fileName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((name) => !/[/\0]/.test(name) && name !== "." && name !== "..");
const session: fc.Arbitrary<SessionName> = fc.record(
  {
    state: fc
      .tuple(
        fc.array(
          fc.oneof(fileName, fc.constantFrom(".operator-coverage", "operator-coverage", "a-0123456789ab", "sessions")),
          { minLength: 1, maxLength: 8 },
        ),
        fc.constantFrom(
          "operator-coverage/checkout-0123456789ab",
          "operator-coverage/-ba9876543210",
          ".operator-coverage",
        ),
      )
      .map(([names, own]) => `/${names.join("/")}/${own}`),
    stack: fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/).filter((name) => !/^\.\.?$/.test(name)),
  },
  { noNullPrototype: true },
);

describe("a session's name", () => {
  it("is told by any path in the session's folder, also in a checkout inside another session's", () => {
    fc.assert(
      fc.property(session, (name) => {
        const { root, live, builds } = sessionFolders(name.state, name.stack);
        for (const file of [root, live, path.join(builds, "memcached", "0123456789ab.x7Qz")])
          assert.deepEqual(sessionOf(file), name);
      }),
    );
  });

  it("is told by no other path", () => {
    const root = "/p/operator-coverage/x-0123456789ab/sessions";
    for (const file of [
      "/",
      "/p",
      root,
      `${root}/`,
      "/p/x.operator-coverage/sessions/dev/live",
      "p/.operator-coverage/sessions/dev",
      "p/operator-coverage/x-0123456789ab/sessions/dev",
      "/p/x.operator-coverage/x-0123456789ab/sessions/dev",
      "/p/operator-coverage/x-0123456789a/sessions/dev",
      "/p/operator-coverage/x/y-0123456789ab/sessions/dev",
      "/p/sessions/dev",
    ])
      assert.equal(sessionOf(file), undefined, file);
  });
});

describe("a session's labels", () => {
  it("tell the session again, whatever its folder is called", () => {
    fc.assert(fc.property(session, (name) => assert.deepEqual(sessionOfLabels(imageLabels(name)), name)));
  });

  it("have no character that any syntax knows", () => {
    fc.assert(
      fc.property(session, (name) => {
        for (const value of Object.values(imageLabels(name))) assert.match(value, /^[A-Za-z0-9_.~%/-]+$/);
      }),
    );
  });

  it("of others tell nothing", () => {
    const ours = imageLabels({ state: "/p", stack: "dev" });
    const others = [
      {},
      { ...ours, "dev.operator-coverage.state": "p" },
      { ...ours, "dev.operator-coverage.stack": "%" },
    ];
    for (const labels of others) assert.equal(sessionOfLabels(labels), undefined);
  });

  it("of versions that kept their state in the checkout tell it, too", () => {
    const labels = { "dev.operator-coverage.project": "/a%20b", "dev.operator-coverage.stack": "dev" };
    assert.deepEqual(sessionOfLabels(labels), { state: "/a b/.operator-coverage", stack: "dev" });
  });

  it("of nodes are values that Kubernetes takes", () => {
    fc.assert(
      fc.property(session, (name) => {
        for (const value of Object.values(nodeLabels(name)))
          assert.match(value, /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
      }),
    );
    assert.deepEqual(nodeLabels({ state: "/p/operator-coverage/x-0123456789ab", stack: "dev" }), {
      "operator-coverage.dev/project": "0123456789ab",
      "operator-coverage.dev/stack": "dev",
    });
  });
});
