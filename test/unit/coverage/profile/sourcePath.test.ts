import * as assert from "node:assert/strict";
import * as path from "node:path";
import * as fc from "fast-check";
import { sourcePath } from "../../../../src/coverage/profile/sourcePath";

describe("The source of a covered file", () => {
  it("lies under its import path", () => {
    assert.equal(sourcePath("/run/sources", "example.com/shop/a b.go"), "/run/sources/example.com/shop/a b.go");
  });

  for (const file of [
    "/etc/passwd",
    "../secret.go",
    "a/../../secret.go",
    "./a.go",
    "a//b.go",
    "",
    "a/b.go/",
    "a\0.go",
  ]) {
    it(`is nowhere for ${JSON.stringify(file)}`, () => {
      assert.equal(sourcePath("/run/sources", file), undefined);
    });
  }

  it("never lies outside the sources", () => {
    const part = fc.oneof(fc.constantFrom("..", ".", "", "a", "/"), fc.string());
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const found = sourcePath("/run/sources", parts.join("/"));
        assert.ok(found === undefined || path.resolve(found).startsWith("/run/sources/"));
      }),
    );
  });
});
