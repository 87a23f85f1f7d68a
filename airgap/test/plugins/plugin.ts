import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import * as esbuild from "esbuild";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Properties = { [key: string]: JavaScriptValue };

/** What a plugin said to the person at the terminal. */
export interface Said {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly message: string;
  readonly ephemeral: boolean;
}

/** What an object that exists, but failed to become what it was meant to be, looks like to the engine. */
export class InitFailed extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: readonly string[],
  ) {
    super(message);
  }
}

export interface Options {
  readonly timeoutSeconds?: number;
  /** The name of the resource. */
  readonly name?: string;
  /** The type of the resource, where its inputs don't say it. */
  readonly type?: string;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a value as secret, as the engine sends it. */
export const secret = (value: JavaScriptValue): Properties => ({ [SIGNATURE]: SECRET, value });

/** What the engine sends in a preview for a string that isn't known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SEVERITIES = {
  [LogSeverity.DEBUG]: "debug",
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
} as const;

const bundled = new Map<string, Promise<string>>();

/** Bundles a plugin into one file, as it is delivered. @returns the file; the folder is left to the system's tidying. */
export function bundle(name: string): Promise<string> {
  const made = bundled.get(name) ?? makeBundle(name);
  bundled.set(name, made);
  return made;
}

async function makeBundle(name: string): Promise<string> {
  const outfile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "oc-plugin-")), `${name}.js`);
  const entry = path.join(__dirname, "../../plugins", `${name}.ts`);
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    minify: true,
    logLevel: "error",
  });
  process.once("exit", () => fs.rmSync(path.dirname(outfile), { recursive: true, force: true }));
  return outfile;
}

/** A running plugin and, for its side, an engine that remembers what it was told. */
export class Plugin {
  private constructor(
    readonly said: Said[],
    readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly engine: grpc.Server,
    private readonly type: string,
  ) {}

  /**
   * @param name of the plugin's file in airgap/plugins.
   * @param type of the resources that the requests are about, where they don't say.
   */
  static async start(name: string, type: string, env: NodeJS.ProcessEnv = {}): Promise<Plugin> {
    const file = await bundle(name);
    const said: Said[] = [];
    const engine = new grpc.Server();
    engine.addService(EngineService, {
      log: ({ request }: { request: LogRequest }, callback: grpc.sendUnaryData<Empty>) => {
        const severity = SEVERITIES[request.getSeverity()];
        said.push({ severity, message: request.getMessage(), ephemeral: request.getEphemeral() });
        callback(null, new Empty());
      },
    });
    const enginePort = await new Promise<number>((resolve, reject) => {
      engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    const child = spawn(process.execPath, [file, `127.0.0.1:${enginePort}`], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
    return new Plugin(said, child, client, engine, type);
  }

  get messages(): string[] {
    return this.said.map(({ message }) => message);
  }

  version(): Promise<string> {
    return call<PluginInfo>((done) => this.client.getPluginInfo(new Empty(), done)).then((info) => info.getVersion());
  }

  async configure(args: Properties): Promise<void> {
    const request = new pb.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(args));
    request.setAcceptsecrets(true);
    await call((done) => this.client.configure(request, done));
  }

  diffConfig(old: Properties, next: Properties): Promise<Diff> {
    const request = new pb.DiffRequest();
    request.setOlds(Struct.fromJavaScript(old));
    request.setOldInputs(Struct.fromJavaScript(old));
    request.setNews(Struct.fromJavaScript(next));
    return call<pb.DiffResponse>((done) => this.client.diffConfig(request, done)).then(diffOf);
  }

  /** @returns the inputs to go on with. @throws Error with the complaints, each as `property: reason`. */
  async check(inputs: Properties, options: Options = {}): Promise<Properties> {
    const request = new pb.CheckRequest();
    request.setUrn(this.urn(options, inputs));
    request.setNews(Struct.fromJavaScript(inputs));
    const response = await call<pb.CheckResponse>((done) => this.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return response.getInputs()!.toJavaScript() as Properties;
  }

  async diff(old: { inputs: Properties; outputs?: Properties }, next: Properties): Promise<Diff> {
    const request = new pb.DiffRequest();
    request.setUrn(this.urn({}, next));
    request.setId("id");
    request.setOldInputs(Struct.fromJavaScript(old.inputs));
    request.setOlds(Struct.fromJavaScript(old.outputs ?? old.inputs));
    request.setNews(Struct.fromJavaScript(next));
    return diffOf(await call<pb.DiffResponse>((done) => this.client.diff(request, done)));
  }

  async create(inputs: Properties, options: Options = {}): Promise<{ id: string; outputs: Properties }> {
    const request = new pb.CreateRequest();
    request.setUrn(this.urn(options, inputs));
    request.setProperties(Struct.fromJavaScript(inputs));
    request.setTimeout(options.timeoutSeconds ?? 0);
    const response = await call<pb.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), outputs: response.getProperties()!.toJavaScript() as Properties };
  }

  async update(
    id: string,
    old: { inputs: Properties; outputs: Properties },
    next: Properties,
    options: Options = {},
  ): Promise<Properties> {
    const request = new pb.UpdateRequest();
    request.setUrn(this.urn(options, next));
    request.setId(id);
    request.setOldInputs(Struct.fromJavaScript(old.inputs));
    request.setOlds(Struct.fromJavaScript(old.outputs));
    request.setNews(Struct.fromJavaScript(next));
    request.setTimeout(options.timeoutSeconds ?? 0);
    const response = await call<pb.UpdateResponse>((done) => this.client.update(request, done));
    return response.getProperties()!.toJavaScript() as Properties;
  }

  /** @returns undefined where the object is gone. */
  async read(
    id: string,
    old: { inputs: Properties; outputs: Properties },
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const request = new pb.ReadRequest();
    request.setUrn(this.urn({}, old.inputs));
    request.setId(id);
    request.setInputs(Struct.fromJavaScript(old.inputs));
    request.setProperties(Struct.fromJavaScript(old.outputs));
    const response = await call<pb.ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === "") return undefined;
    return {
      inputs: response.getInputs()!.toJavaScript() as Properties,
      outputs: response.getProperties()!.toJavaScript() as Properties,
    };
  }

  async delete(id: string, old: { inputs: Properties; outputs: Properties }, options: Options = {}): Promise<void> {
    const request = new pb.DeleteRequest();
    request.setUrn(this.urn(options, old.inputs));
    request.setId(id);
    request.setOldInputs(Struct.fromJavaScript(old.inputs));
    request.setProperties(Struct.fromJavaScript(old.outputs));
    request.setTimeout(options.timeoutSeconds ?? 0);
    await call((done) => this.client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await call((done) => this.client.cancel(new Empty(), done));
  }

  /** Ends the plugin as the engine does when it is done. */
  async stop(): Promise<void> {
    this.client.close();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
    this.engine.forceShutdown();
  }

  private urn(options: Options, inputs: Properties): string {
    const { apiVersion, kind } = inputs;
    const group = apiVersion === "v1" ? "core/v1" : apiVersion;
    const type = options.type ?? (kind === undefined ? this.type : `kubernetes:${group}:${kind}`);
    return `urn:pulumi:test::operator-coverage::parent:index:Component$${type}::${options.name ?? "it"}`;
  }
}

/** What an update would do. */
export interface Diff {
  readonly changes: boolean;
  /** The kind of change, by property path. */
  readonly detail: Readonly<Record<string, keyof typeof pb.PropertyDiff.Kind>>;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

function diffOf(response: pb.DiffResponse): Diff {
  const kinds = Object.fromEntries(Object.entries(pb.PropertyDiff.Kind).map(([name, kind]) => [kind, name]));
  const map = response.getDetaileddiffMap();
  return {
    changes: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
    detail: Object.fromEntries(
      [...map.keys()].map((path) => [path, kinds[map.get(path as string)!.getKind()]]),
    ) as Diff["detail"],
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

function call<Response>(start: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) =>
      error === null ? resolve(response) : reject(initFailed(error) ?? new Error(error.details)),
    );
  });
}

function initFailed(error: grpc.ServiceError): InitFailed | undefined {
  const [details] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(details instanceof Buffer)) return undefined;
  const [any] = Status.deserializeBinary(details).getDetailsList();
  if (any?.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") return undefined;
  const failed = pb.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  const properties = failed.getProperties()!.toJavaScript() as Properties;
  return new InitFailed(error.details, failed.getId(), properties, failed.getReasonsList());
}
