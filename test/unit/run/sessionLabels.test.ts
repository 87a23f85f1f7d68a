import { strict as assert } from "node:assert";
import * as path from "node:path";
import * as fc from "fast-check";
import { sessionFolders } from "../../../run/folders";
import { imageLabels, nodeLabels, sessionOfLabels } from "../../../run/sessionLabels";
import { type SessionName, sessionOf } from "../../../run/sessionName";

/** Names as file systems have them: anything but a slash and NUL, and neither "." nor "..". */
const fileName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((name) => !/[/\0]/.test(name) && name !== "." && name !== "..");
const session: fc.Arbitrary<SessionName> = fc.record(
  {
    project: fc
      .array(fc.oneof(fileName, fc.constantFrom(".operator-coverage", "sessions", "dev")), {
        minLength: 1,
        maxLength: 8,
      })
      .map((names) => `/${names.join("/")}`),
    stack: fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/).filter((name) => !/^\.\.?$/.test(name)),
  },
  { noNullPrototype: true },
);

describe("a session's name", () => {
  it("is told by any path in the session's folder, also in a checkout inside another session's", () => {
    fc.assert(
      fc.property(session, (name) => {
        const { root, live, builds } = sessionFolders(name.project, name.stack);
        for (const file of [root, live, path.join(builds, "memcached", "0123456789ab.x7Qz")])
          assert.deepEqual(sessionOf(file), name);
      }),
    );
  });

  it("is told by no other path", () => {
    const root = "/p/.operator-coverage/sessions";
    for (const file of [
      "/",
      "/p",
      root,
      `${root}/`,
      "/p/x.operator-coverage/sessions/dev/live",
      "p/.operator-coverage/sessions/dev",
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
    const ours = imageLabels({ project: "/p", stack: "dev" });
    const others = [
      {},
      { ...ours, "dev.operator-coverage.project": "p" },
      { ...ours, "dev.operator-coverage.stack": "%" },
    ];
    for (const labels of others) assert.equal(sessionOfLabels(labels), undefined);
  });

  it("of nodes are values that Kubernetes takes", () => {
    fc.assert(
      fc.property(session, (name) => {
        for (const value of Object.values(nodeLabels(name)))
          assert.match(value, /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
      }),
    );
    assert.equal(nodeLabels({ project: "/p", stack: "dev" })["operator-coverage.dev/stack"], "dev");
  });
});
