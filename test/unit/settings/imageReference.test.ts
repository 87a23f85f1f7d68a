import assert from "node:assert/strict";
import { imageReference } from "../../../src/settings/imageReference";

describe("an image's reference", () => {
  it("is what Docker takes for one", () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    for (const name of [
      "scratch",
      "debian:12-slim",
      "gcr.io/distroless/static:nonroot",
      `debian@${digest}`,
      `localhost:5000/a/b__c.d--e:V1.2_3@${digest}`,
      digest,
      "[::1]:5000/a",
      "Registry.Example.com/op",
      "my-op-profile:0123456789ab",
    ])
      assert.match(name, imageReference);
  });

  it("is nothing else", () => {
    for (const name of [
      "",
      "Debian",
      "a b",
      "a\n",
      "a:",
      "a@sha256:0",
      "-a",
      "a/",
      "/a",
      "--platform=x a",
      "a:b:c",
      "$A",
    ])
      assert.doesNotMatch(name, imageReference);
  });
});
