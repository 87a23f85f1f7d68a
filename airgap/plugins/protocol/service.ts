import type { MethodDefinition } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import { encodeField, takeFields } from "./wire";

/** Where provider.proto has a resource's properties; these numbers can't change without a new protocol. */
const STRUCTS = {
  check: { outputs: 2, news: 3 },
  diff: { outputs: 3, news: 4, inputs: 6 },
  create: { news: 2 },
  read: { outputs: 3, inputs: 4 },
  update: { outputs: 3, news: 4, inputs: 8 },
  delete: { outputs: 3, inputs: 5 },
} as const;

/** The bytes of the properties in a request. */
export interface Structs {
  readonly news?: Buffer;
  readonly inputs?: Buffer;
  readonly outputs?: Buffer;
}

/** A request whose properties are left as they came. */
export interface Light<Request> {
  readonly message: Request;
  readonly structs: Structs;
}

/** The answer to a check, with its inputs as bytes or in the message. */
export interface CheckAnswer {
  readonly message: CheckResponse;
  readonly inputs?: Buffer;
}

const INPUTS_OF_CHECK_RESPONSE = 1;

/** The engine's side of the protocol, but for properties, which are large and read in another way. */
export const LightService = {
  ...ResourceProviderService,
  check: { ...lightly("check"), responseSerialize: serializeCheck },
  diff: lightly("diff"),
  create: lightly("create"),
  read: lightly("read"),
  update: lightly("update"),
  delete: lightly("delete"),
};

function lightly<Name extends keyof typeof STRUCTS>(name: Name) {
  const method = ResourceProviderService[name] as unknown as MethodDefinition<unknown, unknown>;
  const requestDeserialize = (bytes: Buffer): Light<unknown> => {
    const { rest, fields } = takeFields<keyof Structs>(bytes, STRUCTS[name] as Record<keyof Structs, number>);
    return { message: method.requestDeserialize(rest), structs: fields };
  };
  return { ...method, requestDeserialize };
}

function serializeCheck({ message, inputs }: CheckAnswer): Buffer {
  const bytes = Buffer.from(message.serializeBinary());
  return inputs === undefined ? bytes : Buffer.concat([encodeField(INPUTS_OF_CHECK_RESPONSE, inputs), bytes]);
}
