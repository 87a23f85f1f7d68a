import assert from "node:assert/strict";
import { checkGoTools } from "../../../../src/plan/machine/checkGoTools";
import { FakePrograms } from "../../fixtures/fakePrograms";

describe("the tools that reports are made with", function () {
  this.timeout(60_000);
  let fake: FakePrograms;
  beforeEach(async () => {
    fake = await FakePrograms.install();
  });
  afterEach(() => fake.remove());

  it("are there, with this machine's Go", () => checkGoTools());

  it("are refused before anything is made where a Go distribution lacks one", async () => {
    await fake.add("go", 'case "$3" in covdata) echo "go: no such tool \\"covdata\\"" >&2; exit 2 ;; esac');
    await assert.rejects(checkGoTools(), {
      name: "SettingsError",
      message:
        /^Expected `go tool covdata` to be there, got go: no such tool "covdata"\. .*install a whole Go distribution/,
    });
    assert.deepEqual((await fake.calls()).sort(), ["go tool -n covdata", "go tool -n cover"]);
  });

  it("are refused where there is no Go at all", async () => {
    await fake.add("go", "exit 127");
    await assert.rejects(checkGoTools(), /2 settings are wrong:.*go tool covdata.*go tool cover/s);
  });
});
