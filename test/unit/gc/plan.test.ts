import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import type { FoundImage } from "../../../src/gc/engine";
import type { Verdict } from "../../../src/gc/judge";
import { type Found, type FoundFolder, keyOf, plan } from "../../../src/gc/plan";
import type { SessionName } from "../../../src/state/sessionName";

const dead: Verdict = { dead: true, because: "is dead" };
const alive: Verdict = { dead: false, because: "lives", wayOut: "destroy" };
const session = { state: "/p", stack: "dev" };
const root = "/p/sessions/dev";
const nothing: Found = { clusters: [], containers: [], images: [], folders: [] };
const image: FoundImage = { session, id: "sha256:0123456789abcdef", tags: ["op-profile:0123456789ab"], size: 1 };
const folder: FoundFolder = { session, kubeconfig: true, counters: [], partials: [], others: [] };

/** Names of what is removed of the only session. */
function removed(found: Partial<Found>, { needed = [] as string[], discard = false, verdict = dead } = {}): string[] {
  const plans = plan({ ...nothing, ...found }, () => verdict, new Set(needed), discard);
  assert.ok(plans.length <= 1);
  return plans.flatMap(({ remove }) => remove.map(({ kind, name }) => `${kind} ${name}`));
}

describe("what is planned", () => {
  it("is to remove all of a dead session", () => {
    const found = {
      clusters: [{ session, name: "coverage-dev", containers: ["a", "b"], image: "i" }],
      containers: [{ session, id: "c", name: "odd_name", image: "i" }],
      images: [image],
      folders: [{ ...folder, partials: ["/out/dev/.run.partial"] }],
    };
    assert.deepEqual(removed(found), [
      "cluster coverage-dev",
      "container odd_name",
      "image op-profile:0123456789ab",
      `folder ${root}`,
      "folder /out/dev/.run.partial",
    ]);
  });

  it("is to keep raw counters that are nowhere else, with what a report of them needs", () => {
    const counters = [`${root}/live/run`];
    const found = { folders: [{ ...folder, counters }] };
    assert.deepEqual(removed(found), [`file ${root}/kubeconfig`]);
    assert.deepEqual(removed({ folders: [{ ...folder, counters, kubeconfig: false }] }), []);
    const [planned] = plan({ ...nothing, ...found }, () => dead, new Set(), false);
    assert.deepEqual(planned?.counters, counters);
  });

  it("is to remove them where the user says so", () => {
    const found = { folders: [{ ...folder, counters: [`${root}/live/run`] }] };
    assert.deepEqual(removed(found, { discard: true }), [`folder ${root}`]);
  });

  it("is to leave an image that a living session takes for there, also ko's under its own name", () => {
    const tags = ["op-profile:0123456789ab", "ko.local/op-profile:0123456789ab", "ko.local/op-profile:0123456789ab-2"];
    assert.equal(removed({ images: [{ ...image, tags }] }).length, 3);
    assert.deepEqual(removed({ images: [{ ...image, tags }] }, { needed: ["op-profile:0123456789ab"] }), []);
    assert.equal(removed({ images: [{ ...image, tags }] }, { needed: ["op-profile:0123456789ac"] }).length, 3);
  });

  it("is to remove the tag that ko gives each image besides, which nobody asks for", () => {
    const tags = ["ko.local/op-profile:0123456789ab", `ko.local/op-profile:${"0123456789abcdef".repeat(4)}`];
    const left = removed({ images: [{ ...image, tags }] }, { needed: ["op-profile:0123456789ab"] });
    assert.deepEqual(left, [`image ${tags[1]}`]);
    assert.equal(removed({ images: [{ ...image, tags }] }).length, 2);
  });

  it("is to leave names that the user gave an image, and to remove one that lost its names", () => {
    const tags = ["registry.example.com/op:1", "op-profile:latest", "op-profile:0123456789ab"];
    assert.deepEqual(removed({ images: [{ ...image, tags }] }), ["image op-profile:0123456789ab"]);
    assert.deepEqual(removed({ images: [{ ...image, tags: [] }] }), ["image 0123456789ab"]);
  });

  it("touches nothing of any session that lives, whatever there is", () => {
    const name: fc.Arbitrary<SessionName> = fc.record({
      state: fc.constantFrom("/p", "/q"),
      stack: fc.constantFrom("a", "b"),
    });
    const found: fc.Arbitrary<Found> = fc.record({
      clusters: fc.array(
        fc.record({ session: name, name: fc.string(), containers: fc.array(fc.string()), image: fc.string() }),
      ),
      containers: fc.array(fc.record({ session: name, id: fc.string(), name: fc.string(), image: fc.string() })),
      images: fc.array(fc.record({ session: name, id: fc.string(), tags: fc.array(fc.string()), size: fc.nat() })),
      folders: fc.array(
        fc.record({
          session: name,
          kubeconfig: fc.boolean(),
          counters: fc.array(fc.string()),
          partials: fc.array(fc.string()),
          others: fc.array(fc.string()),
        }),
      ),
    });
    fc.assert(
      fc.property(found, fc.array(name), fc.boolean(), (things, living, discard) => {
        const keys = new Set(living.map(keyOf));
        for (const one of plan(things, (s) => (keys.has(keyOf(s)) ? alive : dead), new Set(), discard))
          if (keys.has(keyOf(one.session))) assert.deepEqual(one.remove, []);
      }),
    );
  });
});
