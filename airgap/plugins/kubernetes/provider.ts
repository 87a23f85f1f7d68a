import { differences } from "../protocol/differences";
import type { Log } from "../protocol/log";
import {
  type Call,
  type Changes,
  InitializationFailure,
  type Old,
  type Outputs,
  type Provider,
} from "../protocol/provider";
import { isObject, type Properties } from "../protocol/values";
import { apply, type Manager, makeWay, managerOf } from "./apply";
import { NotReady, untilReady } from "./await";
import { complaints } from "./check";
import { Cluster } from "./cluster";
import { diffConfig } from "./config";
import { isGone, Unreachable } from "./errors";
import { replacing } from "./immutable";
import { asObject, idOf, type KubernetesObject, nameOf, patience, skipsAwait } from "./object";
import { readiness } from "./ready";
import { liveInputs } from "./refresh";
import { remove } from "./remove";
import { parseSettings } from "./settings";
import { alwaysSecret, FIELD_MANAGER, isCrd, outputsOf } from "./state";

const WAY_OUT =
  "If the cluster is gone for good, set `deleteUnreachable: true` on the provider, or the environment variable " +
  "PULUMI_K8S_DELETE_UNREACHABLE=true, to take its objects out of the state";

/** Any Kubernetes object, behaving as provider/pkg/provider of pulumi/pulumi-kubernetes does. */
export class KubernetesProvider implements Provider {
  private cluster = new Cluster(parseSettings({}, process.env));

  constructor(readonly version: string) {}

  configure(configuration: Properties, log: Log): void {
    this.cluster = new Cluster(parseSettings(configuration, process.env));
    if (configuration.enableServerSideApply === "false") {
      log.warn(
        "Expected `enableServerSideApply` to be true, got false: objects are applied by the server all the same",
      );
    }
  }

  diffConfig(old: Properties, next: Properties): Changes {
    return diffConfig(old, next);
  }

  check({ type }: Call, inputs: Properties) {
    const secrets = alwaysSecret(asObject(inputs));
    return { inputs, complaints: complaints(type, inputs), ...(secrets.length > 0 && { secrets }) };
  }

  diff(_call: Call, old: Old, inputs: Properties): Changes {
    const all = differences(withNamespace(old.inputs, old), withNamespace(inputs, old, this.defaultNamespace()));
    const fixed = replacing(asObject(old.inputs), all, asObject(inputs));
    const moved = all.filter(({ path }) => path[0] === "metadata" && path[1] === "namespace");
    const renamed = fixed.some(({ path }) => path[0] === "metadata");
    return {
      differences: all,
      replacing: [...new Set([...fixed, ...moved])],
      // Two objects of one name can't be there at the same time.
      deleteBeforeReplace: moved.length === 0 && !renamed,
    };
  }

  async create(call: Call, inputs: Properties) {
    const object = asObject(inputs);
    const manager = this.manager(object, undefined);
    const seconds = patience(object, call.timeoutSeconds);
    await this.reached(() => makeWay(this.cluster, object, manager, seconds, call.signal, call.log));
    const live = await this.applied(object, manager, seconds, call);
    return { id: idOf(live.metadata), ...outputsOf(live, manager.name, call) };
  }

  async update(call: Call, _id: string, old: Old, inputs: Properties): Promise<Outputs> {
    const object = asObject(inputs);
    const manager = this.manager(object, old);
    const live = await this.applied(object, manager, patience(object, call.timeoutSeconds), call);
    return outputsOf(live, manager.name, call);
  }

  async read(call: Call, id: string, old: Old) {
    const object = known(old, call.type, id);
    const manager = this.manager(object, old).name;
    let live: KubernetesObject;
    try {
      live = await this.cluster.read(object, call.signal);
    } catch (error) {
      if (isGone(error)) return undefined;
      if (!(error instanceof Unreachable)) throw error;
      const { deleteUnreachable, skipUpdateUnreachable } = this.cluster.settings;
      call.log.warn(`the cluster is out of reach: ${error.message}`);
      if (deleteUnreachable) return undefined;
      if (skipUpdateUnreachable)
        return { inputs: old.inputs, properties: old.outputs, secrets: secretsOf(call, object) };
      throw new Error(`${error.message}. ${WAY_OUT}`);
    }
    const inputs = liveInputs(live, old.inputs);
    const outputs = outputsOf(live, manager, call);
    const judged = readiness(live);
    if (judged.state !== "ready" && !skipsAwait(live)) {
      throw new InitializationFailure(`${nameOf(live)} is not ready: ${judged.why}`, id, outputs, inputs);
    }
    return { inputs, ...outputs };
  }

  async delete(call: Call, id: string, old: Old): Promise<void> {
    const object = known(old, call.type, id);
    try {
      await remove(this.cluster, object, patience(object, call.timeoutSeconds), call.signal, call.log);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (!this.cluster.settings.deleteUnreachable) throw new Error(`${error.message}. ${WAY_OUT}`);
      call.log.warn(`${error.message}. By \`deleteUnreachable\`, ${nameOf(object)} is taken for deleted`);
    }
    if (isCrd(object)) this.cluster.forgetKinds();
  }

  private manager(object: KubernetesObject, old: Old | undefined): Manager {
    return managerOf(object, old?.outputs[FIELD_MANAGER], this.cluster.settings.enablePatchForce);
  }

  private async applied(object: KubernetesObject, manager: Manager, seconds: number, call: Call) {
    const live = await this.reached(() => apply(this.cluster, object, manager, seconds, call.signal, call.log));
    if (isCrd(object)) this.cluster.forgetKinds();
    if (skipsAwait(object)) return live;
    try {
      return await untilReady(this.cluster, live, seconds, call.signal, call.log);
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      throw new InitializationFailure(error.message, idOf(live.metadata), outputsOf(error.live, manager.name, call));
    }
  }

  private async reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Unreachable)
        throw new Error(`${error.message}. Start the cluster, or correct \`kubeconfig\``);
      throw error;
    }
  }

  /** @returns undefined where the cluster can't be asked: then nothing is said about namespaces. */
  private defaultNamespace(): string | undefined {
    try {
      return this.cluster.namespace;
    } catch {
      return undefined;
    }
  }
}

/**
 * Inputs with the namespace that the object is in, or would be in. Objects of the whole cluster have none, whatever
 * the program says.
 */
function withNamespace(inputs: Properties, { outputs }: Old, fallback?: string): Properties {
  if (!isObject(inputs.metadata)) return inputs;
  const { namespace: given, ...metadata } = inputs.metadata;
  const lives = isObject(outputs.metadata) ? outputs.metadata.namespace : undefined;
  const namespace = lives === undefined ? undefined : (given ?? fallback ?? lives);
  return { ...inputs, metadata: { ...metadata, namespace } };
}

/** The object that a state is about; for one that is to be imported, what its type and id say. */
function known({ inputs, outputs }: Old, type: string, id: string): KubernetesObject {
  const known = outputs.kind === undefined ? inputs : outputs;
  if (known.kind !== undefined) return asObject(known);
  const [, group = "", kind = ""] = type.split(":");
  const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
  return asObject({ apiVersion: group.replace(/^core\//, ""), kind, metadata: { name, namespace } });
}

function secretsOf(call: Call, object: KubernetesObject) {
  return [...call.inputSecrets, ...alwaysSecret(object)];
}
