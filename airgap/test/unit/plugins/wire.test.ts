import * as assert from "node:assert/strict";
import { DiffRequest } from "@pulumi/pulumi/proto/provider_pb";
import * as fc from "fast-check";
import { type JavaScriptValue, Value as PbValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { decodeStruct, encodeField, takeFields } from "../../../plugins/protocol/wire";

type Fields = { [key: string]: JavaScriptValue };
const encoded = (value: Fields) => Buffer.from(Struct.fromJavaScript(value).serializeBinary());
// Of a key that would be a prototype, google-protobuf makes one.
const fields = () =>
  (
    fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ noUnicodeString: false })) as fc.Arbitrary<Fields>
  ).filter((value) => !JSON.stringify(value).includes("__proto__"));

describe("Reading protobuf by hand", () => {
  it("gives what google-protobuf was given", () => {
    fc.assert(fc.property(fields(), (value) => assert.deepEqual({ ...decodeStruct(encoded(value)) }, { ...value })));
  });

  it("reads numbers of every size, and text longer than a byte counts", () => {
    const value = { a: [0, -1, 1.5, 2 ** 53 - 1, -1e300], b: "é".repeat(70_000), c: null, d: true, e: false };
    assert.deepEqual(decodeStruct(encoded(value)), value);
  });

  it("keeps a key that would be a prototype", () => {
    const value = Buffer.from(PbValue.fromJavaScript({ polluted: true }).serializeBinary());
    const entry = Buffer.concat([encodeField(1, Buffer.from("__proto__")), encodeField(2, value)]);
    const decoded = decodeStruct(encodeField(1, entry));
    assert.deepEqual(Object.keys(decoded), ["__proto__"]);
    assert.equal((decoded as { polluted?: boolean }).polluted, undefined);
  });

  it("takes fields out of a message, and leaves a whole message", () => {
    fc.assert(
      fc.property(fields(), fc.string(), fc.array(fc.string()), (value, urn, ignored) => {
        const request = new DiffRequest();
        request.setUrn(urn);
        request.setIgnorechangesList(ignored);
        request.setNews(Struct.fromJavaScript(value));
        const { rest, fields } = takeFields(Buffer.from(request.serializeBinary()), { news: 4, inputs: 6 });
        assert.deepEqual({ ...decodeStruct(fields.news!) }, { ...value });
        assert.equal(fields.inputs, undefined);
        const message = DiffRequest.deserializeBinary(rest);
        assert.deepEqual([message.getUrn(), message.getIgnorechangesList(), message.hasNews()], [urn, ignored, false]);
      }),
    );
  });

  it("writes a field that google-protobuf reads", () => {
    const value = { text: "x".repeat(300) };
    const message = DiffRequest.deserializeBinary(encodeField(4, encoded(value)));
    assert.deepEqual(message.getNews()?.toJavaScript(), value);
  });
});
