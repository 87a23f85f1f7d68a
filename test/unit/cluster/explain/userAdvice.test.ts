import assert from "node:assert/strict";
import { userAdvice } from "../../../../src/cluster/explain/userAdvice";

describe("advice on the user that an operator runs as", () => {
  // As metallb's speaker said it, whose own image runs as root.
  const words = ["starting", "unable to read the metallb configuration: open /etc/x: permission denied"];

  it("names the setting where an image's user was refused something", () => {
    const [advice, ...more] = userAdvice({ imageUser: true, container: "speaker" }, words);
    assert.match(advice ?? "", /^The manifests name no user for speaker, .* 65532, .*`build\.user`.*USER/);
    assert.deepEqual(more, []);
    assert.equal(userAdvice({ imageUser: true, container: "speaker" }, ["socket: operation not permitted"]).length, 1);
  });

  it("is none where the manifests name the user, or where it is something else", () => {
    assert.deepEqual(userAdvice({ imageUser: false, container: "speaker" }, words), []);
    assert.deepEqual(userAdvice({ imageUser: true, container: "speaker" }, ["panic: no configuration found"]), []);
    assert.deepEqual(userAdvice({ imageUser: true, container: "speaker" }, []), []);
  });
});
