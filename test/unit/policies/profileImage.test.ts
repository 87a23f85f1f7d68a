import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isProfileImage } from "../../../policies/profileImage";
import { imageNameProblems } from "../../../policies/rules/imagesAreProfileImages";

describe("a profile image's name", () => {
  for (const name of ["memcached-profile:0123456789ab", "localhost:5000/team/my.op-profile:v1.2", "a/b/c-profile:x"])
    it(`is one: ${name}`, () => {
      assert.equal(isProfileImage(name), true);
      assert.deepEqual(imageNameProblems(name), []);
    });

  for (const name of [
    "controller:latest",
    "memcached-profile",
    "memcached-profile:",
    "memcached-profile:latest",
    "memcached-profile:a b",
    "memcached-profile/controller:1",
    "controller:1-profile:2",
    "-profile:1",
    "Memcached-profile:1",
    "x-profile:1\ncontroller:latest",
    "$(id)-profile:1",
    "",
    undefined,
    7,
  ])
    it(`is none: ${JSON.stringify(name)}`, () => {
      assert.equal(isProfileImage(name), false);
      assert.equal(imageNameProblems(name).length, 1);
    });

  it("is one for every operator and build, and none without the suffix", () => {
    const operator = fc
      .stringMatching(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/)
      .filter((name) => !name.endsWith("-profile"));
    const build = fc.stringMatching(/^[0-9a-f]{12}$/);
    fc.assert(
      fc.property(operator, build, (name, id) => {
        assert.equal(isProfileImage(`${name}-profile:${id}`), true);
        assert.equal(isProfileImage(`${name}:${id}`), false);
      }),
    );
  });
});
