import * as assert from "node:assert/strict";
import { parseProfile } from "../../../src/coverage/profile/profile";
import { htmlPage } from "../../../src/report/html";

const profile = parseProfile("mode: set\nm/<script>$&.go:1.1,2.1 3 1\nm/z.go:1.1,2.1 3 1\n");
const option = (file: number, name: string) => `<option value="file${file}">${name} (50.0%)</option>`;
const page = (...options: string[]) =>
  `<title>.: Go Coverage Report</title>${options.join("")}<pre>&lt;option value="file0"&gt;./000001.go</pre>`;

describe("The coverage page", () => {
  it("names each file once and safely, and leaves the sources as they are", () => {
    assert.equal(
      htmlPage(page(option(0, "./000001.go"), option(1, "./000002.go")), profile),
      `<title>m: Go Coverage Report</title>${option(0, "m/&lt;script&gt;$&amp;.go")}${option(1, "m/z.go")}<pre>&lt;option value="file0"&gt;./000001.go</pre>`,
    );
  });

  it("has a safe title", () => {
    const strange = parseProfile("mode: set\n</title><script>/a.go:1.1,2.1 3 1\n");
    assert.match(
      htmlPage(page(option(0, "./000001.go")), strange),
      /^<title>title&gt;&lt;script&gt;: Go Coverage Report<\/title>/,
    );
  });

  for (const [what, options] of [
    ["does not name every file", [option(0, "./000001.go")]],
    ["names files otherwise", [option(0, "000001.go"), option(1, "000002.go")]],
    ["names them in another order", [option(0, "./000002.go"), option(1, "./000001.go")]],
    ["names one that is not there", [option(0, "./000001.go"), option(1, "./000002.go"), option(2, "./000003.go")]],
  ] as const) {
    it(`is not made of a page that ${what}`, () => {
      assert.throws(() => htmlPage(page(...options), profile), /a page of another shape/);
    });
  }
});
