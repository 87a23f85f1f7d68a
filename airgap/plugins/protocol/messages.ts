import { Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { propertyPath } from "./differences";
import { type Changes, type Checked, InitializationFailure } from "./provider";
import type { CheckAnswer } from "./service";
import { type Opened, open, type Path, type Properties, seal } from "./values";
import { decodeStruct } from "./wire";

/** Reads a message's properties; undefined counts as none. */
export function opened(bytes: Buffer | undefined): Opened {
  return bytes === undefined ? { properties: {}, secrets: [] } : open(decodeStruct(bytes));
}

/** Writes properties, with envelopes around what lies at `secrets`. */
export function struct(properties: Properties, secrets: readonly Path[]): Struct {
  return Struct.fromJavaScript(withoutUndefined(seal(properties, secrets)) as { [key: string]: JavaScriptValue });
}

// Struct.fromJavaScript makes a broken value of undefined.
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(present.map(([key, child]) => [key, withoutUndefined(child)]));
}

/**
 * @param wire the inputs as they came. They go back unread where the check added nothing, for packing the schema of a
 * CRD again takes longer than all else in a check.
 */
export function checkAnswer(checked: Checked, wire: Buffer | undefined, came: Opened): CheckAnswer {
  const response = new CheckResponse();
  for (const { property, reason } of checked.complaints ?? []) {
    const failure = new CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  if (checked.inputs === came.properties && checked.secrets === undefined) return { message: response, inputs: wire };
  response.setInputs(struct(checked.inputs, [...came.secrets, ...(checked.secrets ?? [])]));
  return { message: response };
}

const KINDS = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** Says what changes, place by place, for `pulumi preview --diff`. */
export function diffResponse({ differences, replacing = [], deleteBeforeReplace = false }: Changes): DiffResponse {
  const response = new DiffResponse();
  response.setChanges(differences.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(deleteBeforeReplace && replacing.length > 0);
  for (const difference of differences) {
    const [update, replace] = KINDS[difference.kind];
    const detail = new PropertyDiff();
    detail.setKind(replacing.includes(difference) ? replace : update);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(propertyPath(difference.path), detail);
    if (difference.path[0] !== undefined) response.addDiffs(String(difference.path[0]));
  }
  response.setReplacesList(replacing.map(({ path }) => propertyPath(path)));
  return response;
}

/** Packs an error as the engine expects it: that of an object which exists, but failed, carries the object. */
export function errorResponse(error: unknown): ServerErrorResponse {
  const message = error instanceof Error ? error.message : String(error);
  const response = { name: "Error", message, code: status.UNKNOWN, details: message };
  if (!(error instanceof InitializationFailure)) return response;
  const failed = new ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(struct(error.outputs.properties, error.outputs.secrets));
  if (error.inputs !== undefined) failed.setInputs(struct(error.inputs, error.outputs.secrets));
  failed.setReasonsList([message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const grpcStatus = new Status();
  grpcStatus.setCode(status.UNKNOWN);
  grpcStatus.setMessage(message);
  grpcStatus.addDetails(detail);
  const metadata = new Metadata();
  // Where gRPC's other implementations keep the details of a status; this one has no function for it.
  metadata.add("grpc-status-details-bin", Buffer.from(grpcStatus.serializeBinary()));
  return { ...response, metadata };
}
