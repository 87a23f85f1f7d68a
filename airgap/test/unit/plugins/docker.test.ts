import * as assert from "node:assert/strict";
import { buildArguments } from "../../../plugins/docker/build";
import { ignorer } from "../../../plugins/docker/ignore";
import { registryInName, repository } from "../../../plugins/docker/names";

describe("A .dockerignore file", () => {
  // What moby/patternmatcher's own tests and Docker's documentation say.
  const cases: [string, string[], string[]][] = [
    ["nothing", [], ["a"]],
    ["# comment\n\n  \n", [], ["# comment", "a"]],
    ["a", ["a", "a/b"], ["b", "b/a", "ab"]],
    ["/a/", ["a", "a/b"], ["b/a"]],
    ["./a/../b", ["b"], ["a"]],
    ["*", ["a", "a/b"], []],
    ["*/b", ["a/b", "a/b/c"], ["b", "a/c/b"]],
    ["**/b", ["b", "a/b", "a/c/b/d"], ["ab", "a/bc"]],
    ["a/**", ["a/b", "a/b/c"], ["a", "b"]],
    ["a/**/b", ["a/b", "a/c/b", "a/c/d/b"], ["a", "ab"]],
    ["**/*.go", ["x.go", "a/x.go", "a/b/x.go"], ["x.got", "go"]],
    ["a?c", ["abc"], ["ac", "abbc", "a/c"]],
    ["[a-c].txt", ["a.txt", "c.txt"], ["d.txt"]],
    ["[^a].txt", ["b.txt"], ["a.txt"]],
    ["a.b", ["a.b"], ["axb"]],
    ["\\*", ["*"], ["a"]],
    ["(a|b)+$", ["(a|b)+$"], ["a"]],
    ["*\n!keep", ["a"], ["keep", "keep/a"]],
    ["a\n!a/keep\na/keep/not", ["a", "a/b", "a/keep/not"], ["a/keep", "a/keep/b"]],
    ["!a\na", ["a"], []],
    ["\uFEFFa\r\nb\r\n", ["a", "b"], ["c"]],
  ];
  for (const [text, ignored, kept] of cases) {
    it(`of ${JSON.stringify(text)} keeps out ${ignored.join(", ") || "nothing"}`, () => {
      const isIgnored = ignorer(text === "nothing" ? undefined : text);
      assert.deepEqual([...ignored, ...kept].filter(isIgnored), ignored);
    });
  }
});

describe("The name of an image", () => {
  it("has a repository before its tag", () => {
    assert.equal(repository("a"), "a");
    assert.equal(repository("a/b:1"), "a/b");
    assert.equal(repository("host:5000/a"), "host:5000/a");
    assert.equal(repository("host:5000/a:1"), "host:5000/a");
  });

  it("begins with a registry, where its first part looks like a host", () => {
    assert.equal(registryInName("a:1"), undefined);
    assert.equal(registryInName("library/a"), undefined);
    assert.equal(registryInName("docker.io/library/a"), "docker.io");
    assert.equal(registryInName("localhost/a"), "localhost");
    assert.equal(registryInName("host:5000/a"), "host:5000");
  });
});

describe("The command line of a build", () => {
  it("carries every input as one word, and takes a context that looks like a flag", () => {
    const build = { context: "--x", dockerfile: "a b", platform: "linux/amd64", args: { A: "$(b)", C: "" } };
    const more = { target: "t", network: "none", cacheFrom: { images: ["c:1"] }, addHosts: ["h:1.2.3.4"] };
    assert.deepEqual(buildArguments({ imageName: "i:1", build: { ...build, ...more } }), [
      "build",
      "--tag=i:1",
      "--file=a b",
      "--platform=linux/amd64",
      "--target=t",
      "--network=none",
      "--build-arg=A=$(b)",
      "--build-arg=C=",
      "--cache-from=c:1",
      "--add-host=h:1.2.3.4",
      "--",
      "--x",
    ]);
  });
});
