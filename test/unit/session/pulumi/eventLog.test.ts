import assert from "node:assert/strict";
import { typesUnderWay } from "../../../../src/session/pulumi/eventLog";

const event = (name: string, type: string, urn: string, planning = false) =>
  JSON.stringify({ [name]: { metadata: { urn, type }, ...(planning && { planning }) } });
const deployment = "kubernetes:apps/v1:Deployment";

describe("what is under way, by a log of events", () => {
  it("is what has begun and neither come to its end nor failed", () => {
    const log = [
      event("resourcePreEvent", "command:local:Command", "a"),
      event("resourcePreEvent", deployment, "b"),
      event("resourcePreEvent", deployment, "c"),
      event("resOutputsEvent", "command:local:Command", "a"),
      event("resOpFailedEvent", deployment, "c"),
      '{"resOutputsEvent":{"metadata":{"urn":"b","ty',
    ];
    assert.deepEqual(typesUnderWay(log.slice(0, 3).join("\n")), ["command:local:Command", deployment, deployment]);
    assert.deepEqual(typesUnderWay(log.join("\n")), [deployment]);
  });

  it("is neither what a preview shows nor a component", () => {
    const log = [
      event("resourcePreEvent", deployment, "a", true),
      event("resourcePreEvent", "pulumi:pulumi:Stack", "s"),
      event("resourcePreEvent", "operator-coverage:index:ProfiledOperator", "o"),
    ];
    assert.deepEqual(typesUnderWay(log.join("\n")), []);
    const again = [event("resourcePreEvent", deployment, "a"), event("resOutputsEvent", deployment, "a", true)];
    assert.deepEqual(typesUnderWay(again.join("\n")), [deployment]);
  });
});
