import assert from "node:assert/strict";
import { checkGoFlags } from "../../../../src/plan/operator/checkGoFlags";
import { buildSettings } from "../../fixtures/goModule";

describe("GOFLAGS", () => {
  const check = (env: Record<string, string>, more: object = {}) =>
    checkGoFlags({ source: __dirname, build: buildSettings({ env, ...more }), arch: "amd64" }, "operators[0]");

  it("with an overlay are refused however it is built, snapshots or not: go passes over it where it covers", async () => {
    for (const GOFLAGS of ["-overlay=/x.json", "-mod=mod '-overlay=/a b.json'", "--overlay=/x"])
      for (const more of [{}, { mode: "test-binary" }, { builder: "ko" }])
        await assert.rejects(check({ GOFLAGS }, more), {
          name: "SettingsError",
          message:
            /^operators\[0\]: Expected GOFLAGS to hold no -overlay, got ".*overlay.*Take -overlay out of GOFLAGS/s,
        });
  });

  it("without one are the user's affair, and in a Dockerfile those of its own go count", async () => {
    await check({ GOFLAGS: "-ldflags=-X=main.overlay=1" });
    await check({});
    await check({ GOFLAGS: "-overlay=/x.json" }, { dockerfile: "Dockerfile" });
  });
});
