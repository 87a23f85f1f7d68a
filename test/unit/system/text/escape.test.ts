import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { escapeControls, escapeHtml, escapeMarkdown } from "../../../../src/system/text/escape";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom("<", ">", "&", "|", "`", "*", "[", "](", "\n", "\u001b[31m", "\\", "$", "://", "@", "#", "a"),
    )
    .map((p) => p.join("")),
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const decode = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");

describe("Escaping", () => {
  it("for terminals leaves no control character, and other text alone", () => {
    fc.assert(fc.property(anyText, (text) => !CONTROLS.test(escapeControls(text))));
    assert.equal(escapeControls("two\nlines \u001b[31mred\u202e"), "two\\nlines \\u001b[31mred\\u202e");
    assert.equal(escapeControls("Größe (x) – ok"), "Größe (x) – ok");
  });

  it("for HTML leaves nothing that a page could take for markup, and no text is lost", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeHtml(text);
        assert.doesNotMatch(escaped, /[<>"']|&(?!(#\d+|lt|gt|amp);)/);
        assert.equal(decode(escaped), escapeControls(text));
      }),
    );
  });

  it("for Markdown leaves nothing that could be markup, a cell's end or a formula, and no text is lost", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeMarkdown(text);
        assert.doesNotMatch(escaped, /[<>"'`*_{}[\]()!|~$@^\\\n]|#(?!\d+;)|&(?!#\d+;)|:\/\//);
        assert.equal(decode(escaped), escapeControls(text));
      }),
    );
  });
});
