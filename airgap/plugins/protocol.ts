import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { endWithEngine } from "./protocol/end";
import { EngineLog } from "./protocol/log";
import { checkAnswer, diffResponse, errorResponse, opened, struct } from "./protocol/messages";
import type { Call, Old, Provider } from "./protocol/provider";
import { type Light, LightService, type Structs } from "./protocol/service";
import type { Opened, Properties } from "./protocol/values";

// As the engine has it: room for the schemas of large CRDs.
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** What every request about a resource has. */
interface ResourceRequest {
  getUrn(): string;
  getTimeout?(): number;
}

/** A request about a resource, taken apart. */
interface Came {
  readonly call: Call;
  readonly news: Opened;
  readonly old: Old;
}

/**
 * Serves `provider` to the engine whose address is the first argument of this process, until the engine is gone.
 * Previews of creates and updates are left to the engine, which then takes the inputs for the outputs.
 */
export function serve(provider: Provider): void {
  const cancel = new AbortController();
  // As many as there are resources at the same time.
  setMaxListeners(0, cancel.signal);
  const work = new Set<Promise<void>>();
  let engine: EngineClient | undefined;
  const connect = (address: string) => {
    engine = new EngineClient(address, grpc.credentials.createInsecure());
  };
  if (process.argv[2]?.includes(":")) connect(process.argv[2]);

  function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
    return ({ request }: { request: Request }, callback: grpc.sendUnaryData<Response>): void => {
      const answered = (async () => answer(request))().then(
        (response) => callback(null, response),
        (error) => callback(errorResponse(error), null),
      );
      work.add(answered);
      void answered.finally(() => work.delete(answered));
    };
  }

  function resource<Request extends ResourceRequest, Response>(
    answer: (came: Came, request: Request, structs: Structs) => Response | Promise<Response>,
  ) {
    return unary<Light<Request>, Response>(async ({ message, structs }) => {
      const [news, inputs, outputs] = [opened(structs.news), opened(structs.inputs), opened(structs.outputs)];
      const log = new EngineLog(engine, message.getUrn());
      const call: Call = {
        ...identity(message.getUrn()),
        timeoutSeconds: message.getTimeout?.() || undefined,
        inputSecrets: structs.news === undefined ? inputs.secrets : news.secrets,
        oldSecrets: outputs.secrets,
        signal: cancel.signal,
        log,
      };
      const old = { inputs: inputs.properties, outputs: outputs.properties };
      return Promise.resolve(answer({ call, news, old }, message, structs)).finally(() => log.flushed());
    });
  }

  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
  server.addService(LightService, {
    handshake: unary((request: pb.ProviderHandshakeRequest) => {
      connect(request.getEngineAddress());
      return new pb.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: unary((request: { getAddress(): string }) => {
      connect(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new pb.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary((request: pb.DiffRequest) => {
      const old = plain(request.getOldInputs() ?? request.getOlds());
      return diffResponse(provider.diffConfig?.(old, plain(request.getNews())) ?? { differences: [] });
    }),
    configure: unary((request: pb.ConfigureRequest) => {
      provider.configure?.(plain(request.getArgs()), new EngineLog(engine, ""));
      return new pb.ConfigureResponse().setAcceptsecrets(true);
    }),
    check: resource(async ({ call, news }, _request: pb.CheckRequest, structs) =>
      checkAnswer(await provider.check(call, news.properties), structs.news, news),
    ),
    diff: resource(({ call, news, old }, _request: pb.DiffRequest) =>
      diffResponse(provider.diff(call, old, news.properties)),
    ),
    create: resource(async ({ call, news }, request: pb.CreateRequest, structs) => {
      if (request.getPreview()) return new pb.CreateResponse().setProperties(asGiven(structs.news));
      const { id, properties, secrets } = await provider.create(call, news.properties);
      return new pb.CreateResponse().setId(id).setProperties(struct(properties, secrets));
    }),
    read: resource(async ({ call, old }, request: pb.ReadRequest) => {
      const asRemembered = { inputs: old.inputs, properties: old.outputs, secrets: call.oldSecrets };
      const found = provider.read === undefined ? asRemembered : await provider.read(call, request.getId(), old);
      if (found === undefined) return new pb.ReadResponse();
      return new pb.ReadResponse()
        .setId(request.getId())
        .setProperties(struct(found.properties, found.secrets))
        .setInputs(struct(found.inputs, [...call.inputSecrets, ...found.secrets]));
    }),
    update: resource(async ({ call, news, old }, request: pb.UpdateRequest, structs) => {
      if (request.getPreview()) return new pb.UpdateResponse().setProperties(asGiven(structs.news));
      const { properties, secrets } = await provider.update(call, request.getId(), old, news.properties);
      return new pb.UpdateResponse().setProperties(struct(properties, secrets));
    }),
    delete: resource(async ({ call, old }, request: pb.DeleteRequest) => {
      await provider.delete(call, request.getId(), old);
      return new Empty();
    }),
    invoke: unary((request: pb.InvokeRequest): pb.InvokeResponse => {
      throw new Error(`Expected a resource, got the function ${request.getTok()}: only Pulumi's own plugin has it`);
    }),
    cancel: unary(() => {
      cancel.abort();
      return new Empty();
    }),
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // The line for which the engine waits.
    process.stdout.write(`${port}\n`);
  });
  endWithEngine(async () => {
    cancel.abort();
    await Promise.all(work);
  });
}

/** What a preview answers: the inputs, and nothing of what only doing it would tell, which the engine then takes for unknown. */
function asGiven(properties: Uint8Array | undefined): Struct {
  return properties === undefined ? new Struct() : Struct.deserializeBinary(properties);
}

/** A provider's configuration. */
function plain(args: Struct | undefined): Properties {
  return opened(args && Buffer.from(args.serializeBinary())).properties;
}

/** @param urn such as `urn:pulumi:dev::project::parent:Type$command:local:Command::name`. */
function identity(urn: string): { urn: string; type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
