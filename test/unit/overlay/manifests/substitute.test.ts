// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested
import assert from "node:assert/strict";
import { substitute, variableIn } from "../../../../src/overlay/manifests/substitute";

const values = { NAME: "value", EMPTY: "", DOLLAR: "$" + "{NAME}" };

describe("variables in a text", () => {
  // The right column is what github.com/drone/envsubst/v2 makes of the left one with these values.
  for (const [text, expected] of [
    ["${NAME}", "value"],
    ["a ${NAME} b ${NAME}", "a value b value"],
    ["${NAME:=d}${NAME:-d}${NAME=d}", "valuevaluevalue"],
    ["${OTHER:=d}${OTHER:-d}${OTHER=d}", "ddd"],
    ["${EMPTY}", ""],
    ["${EMPTY:=d}${EMPTY:-d}${EMPTY=d}", "ddd"],
    ["${OTHER:=:8443}", ":8443"],
    ["${OTHER:=}", ""],
    ["${OTHER:=${NAME}}", "value"],
    ["${OTHER:=a${ANOTHER:=b}c}d", "abcd"],
    ["$${NAME}", "${NAME}"],
    ["$$NAME $$$${NAME}", "$NAME $${NAME}"],
    ["${DOLLAR}", "${NAME}"],
    ["$NAME $(NAME) $1 $ 5$", "$NAME $(NAME) $1 $ 5$"],
    ["x=${OTHER:=false},y=${ANOTHER:=true}", "x=false,y=true"],
  ] as const) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.deepEqual(substitute(text, values), { text: expected, missing: [] });
    });
  }

  it("may have a default without a colon, too, and a space around their name", () => {
    assert.equal(substitute("${OTHER-d}${NAME-d}${ NAME }", values).text, "dvaluevalue");
  });

  it("are told where they have neither a value nor a default", () => {
    assert.deepEqual(substitute("${A} ${NAME} ${B:=${C}} ${NAME:=${D}} ${toString}", values).missing, [
      "A",
      "C",
      "toString",
    ]);
  });

  it("stay where only a shell knows what they mean, and where they have no end", () => {
    for (const text of ["${1}", "${@}", "${#NAME}", "${NAME%x}", "${NAME[0]}", "${NAME:?no}", "${NAME", "${OTHER:=d"])
      assert.deepEqual(substitute(text, values), { text, missing: [] });
  });

  it("are known from all that Kubernetes and programs use a dollar for", () => {
    assert.equal(variableIn("--gates=A=${EXP_A:=false},B"), "${EXP_A:=false}");
    for (const text of ["$(POD_NAME)", "$POD", "$$", "$${NAME}", "${1}", "^a$"])
      assert.equal(variableIn(text), undefined, text);
  });
});
