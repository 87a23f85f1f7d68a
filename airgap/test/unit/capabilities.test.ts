import * as assert from "node:assert/strict";
import { lackingCapabilities } from "../../engine/capabilities";

const status = (mask: string) =>
  `Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t${mask}\nCapAmb:\t0000000000000000\n`;

describe("the capabilities that this machine's root lacks", () => {
  it("are none where every bit up to the kernel's last is set", () => {
    assert.deepEqual(lackingCapabilities(status("000001ffffffffff"), 40), []);
  });

  it("are the bits that aren't, by number: 24 is CAP_SYS_RESOURCE", () => {
    assert.deepEqual(lackingCapabilities(status("000001fffeffffff"), 40), [24]);
  });

  it("reach beyond 32 bits, and as far as the kernel goes", () => {
    assert.deepEqual(lackingCapabilities(status("000000ffffffffff"), 40), [40]);
    assert.deepEqual(lackingCapabilities(status("000000ffffffffff"), 39), []);
  });

  it("can't be told without the line", () => {
    assert.throws(() => lackingCapabilities("Name:\tnode\n", 40), /Expected a line CapBnd/);
  });
});
