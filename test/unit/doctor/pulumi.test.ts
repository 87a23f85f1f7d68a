import assert from "node:assert/strict";
import { judgeGoTools } from "../../../src/doctor/checks/goTools";
import { judgeLanguageHost, pulumiHome } from "../../../src/doctor/checks/languageHost";
import { judgePlugins } from "../../../src/doctor/checks/plugins";

describe("doctor: Pulumi's parts", () => {
  const command = { name: "command", version: "1.2.1", is: "on PATH" } as const;
  const docker = { name: "docker", version: "5.2.0", is: "installed" } as const;
  const kubernetes = { name: "kubernetes", version: "4.34.2", is: "missing" } as const;

  it("are fine where all plugins are there", () => {
    const finding = judgePlugins([command, docker], { elsewhere: false });
    assert.deepEqual(finding, { subject: "provider plugins", state: "ok", found: "command on PATH, docker 5.2.0" });
  });

  it("are fine where those that are missing can be downloaded", () => {
    const { state, found } = judgePlugins([command, docker, kubernetes], { answers: "yes", elsewhere: false });
    assert.equal(state, "ok");
    assert.match(found, /^kubernetes 4\.34\.2: not there yet/);
  });

  it("stop a session where they can't, unless they come from elsewhere", () => {
    const { state, found, wayOut } = judgePlugins([command, kubernetes], { answers: "no", elsewhere: false });
    assert.equal(state, "stops");
    assert.equal(found, "kubernetes 4.34.2: not there, and https://get.pulumi.com/ can't be reached");
    assert.match(wayOut!, /pulumi plugin install resource/);
    assert.equal(judgePlugins([kubernetes], { answers: "no", elsewhere: true }).state, "warning");
    const late = judgePlugins([kubernetes], { answers: "late", elsewhere: false });
    assert.deepEqual([late.state, /has not answered in 3 s$/.test(late.found)], ["warning", true]);
  });

  it("need a language host", () => {
    assert.equal(judgeLanguageHost("/opt/pulumi/pulumi-language-nodejs").state, "ok");
    assert.equal(judgeLanguageHost(undefined).state, "stops");
    assert.equal(pulumiHome({ HOME: "/home/a" }), "/home/a/.pulumi");
    assert.equal(pulumiHome({ HOME: "/home/a", PULUMI_HOME: "/opt/p" }), "/opt/p");
  });
});

describe("doctor: the tools of the Go distribution", () => {
  const covdata = { tool: "covdata", is: "there" } as const;

  it("are there, lacking, or not told of in time", () => {
    assert.deepEqual(judgeGoTools([covdata]), { subject: "go tools", state: "ok", found: "covdata" });
    const lacking = judgeGoTools([covdata, { tool: "cover", is: "lacking", why: 'no such tool "cover"' }]);
    assert.deepEqual([lacking.state, lacking.found], ["stops", 'go has no cover: no such tool "cover"']);
    assert.equal(judgeGoTools([covdata, { tool: "cover", is: "late" }]).state, "warning");
  });
});
