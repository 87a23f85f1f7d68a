import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** A resource as a program registered it. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN */
  readonly parent: string;
  /** URNs of all that it depends on, by `dependsOn` or by its inputs */
  readonly dependencies: readonly string[];
  /** URN; empty where there is none */
  readonly deletedWith: string;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly deleteTimeout: string;
  /** names of outputs that are secret whatever the provider says */
  readonly secretOutputs: readonly string[];
  /** URN and identifier of its provider; empty where it is Pulumi's default one */
  readonly provider: string;
}

/** All that a program registered. */
export class Graph {
  constructor(readonly resources: readonly Registered[]) {}

  /** The one resource of a name, or, where a component and its main child share one, of a name and a type. */
  get(name: string, type?: string): Registered {
    const found = this.resources.filter((r) => r.name === name && (type === undefined || r.type === type));
    if (found.length !== 1) throw new Error(`Expected one resource ${name}, got ${found.length} of them`);
    return found[0] as Registered;
  }

  /** Names of what a resource depends on by edges of its own, sorted. */
  dependencies({ dependencies }: Registered): string[] {
    return dependencies.map((urn) => this.at(urn).name).sort();
  }

  /** The resource that a URN names. */
  at(urn: string): Registered {
    const found = this.resources.find((r) => r.urn === urn);
    if (!found) throw new Error(`Expected ${urn} to be registered`);
    return found;
  }

  /** Names of a resource's children, sorted. */
  children({ urn }: Registered): string[] {
    return this.resources
      .filter((r) => r.parent === urn)
      .map((r) => r.name)
      .sort();
  }
}

/** What a Command prints: JSON where somebody reads it as such. */
export function stdoutOf(name: string): string {
  return JSON.stringify({ context: `/context/of/${name}`, dockerfile: `/dockerfile/of/${name}` });
}

/** What each type of resource gives back; a type that is not here is one that no test has thought of. */
const outputs: readonly [RegExp, (name: string) => Record<string, unknown>][] = [
  [/^pulumi:pulumi:Stack$/, () => ({})],
  [/^operator-coverage:index:/, () => ({})],
  [/^command:local:Command$/, (name) => ({ stdout: stdoutOf(name), stderr: "" })],
  [/^docker:index\/image:Image$/, (name) => ({ repoDigest: `sha256:of-${name}` })],
  [/^pulumi:providers:kubernetes$/, () => ({})],
  [/^kubernetes:/, () => ({})],
];

/**
 * Runs a program against Pulumi's mocks and records what it registers, with the edges and options that mocks don't show.
 * @param program makes resources; what it returns is awaited
 * @param options `preview`: nothing is made, so that only inputs are known
 * @throws Error where the program registers what the mocks don't know, or calls a provider's function
 */
export async function recordGraph(program: () => unknown, { preview = false } = {}): Promise<Graph> {
  const resources: Registered[] = [];
  const failures: Error[] = [];
  const refuse = (what: string): never => {
    const error = new Error(`Expected no ${what}: no mock knows it`);
    failures.push(error);
    throw error;
  };
  await pulumi.runtime.setMocks(
    {
      call: ({ token }) => refuse(`call of ${token}`),
      newResource: ({ type, name, inputs, custom }) => {
        const [, given] = outputs.find(([pattern]) => pattern.test(type)) ?? refuse(`resource of type ${type}`);
        return { id: custom ? `id-of-${name}` : undefined, state: { ...inputs, ...(preview ? {} : given(name)) } };
      },
    },
    "operator-coverage",
    "stack",
    preview,
  );
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) throw new Error("Expected mocks to stand in for the engine");
  const register = monitor.registerResource.bind(monitor) as (request: RegisterResourceRequest, done: Done) => unknown;
  const recording = (request: RegisterResourceRequest, done: Done) =>
    register(request, (error, response) => {
      if (response) resources.push(registered(request, response.getUrn()));
      done(error, response);
    });
  Object.assign(monitor, { registerResource: recording });
  await program();
  await pulumi.runtime.disconnect();
  if (failures[0]) throw failures[0];
  return new Graph(resources);
}

/** What of a resource's inputs Pulumi's state shows in plain text, as JSON. */
export function shown({ inputs }: Registered): string {
  return JSON.stringify(inputs, (_, value) => (isSecret(value) ? "[secret]" : value));
}

/** Of the envelope that secrets travel in (pulumi/sdk/go/common/resource/properties.go). */
function isSecret(value: unknown): boolean {
  const signature = "4dabf18193072939515e22adb298388d";
  return (value as Record<string, unknown> | null)?.[signature] === "1b47061264138c4ac30d75fd1eb44270";
}

type Done = (error: unknown, response?: { getUrn(): string }) => void;

function registered(request: RegisterResourceRequest, urn: string): Registered {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    parent: request.getParent(),
    dependencies: request.getDependenciesList(),
    deletedWith: request.getDeletedwith(),
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
    secretOutputs: request.getAdditionalsecretoutputsList(),
    provider: request.getProvider(),
  };
}
