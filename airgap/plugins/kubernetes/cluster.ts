import type { Properties } from "../protocol/values";
import { type ApiRequest, Client } from "./client";
import { Discovery, type Location } from "./discovery";
import { defaultNamespace, type LoadedKubeConfig, loadKubeConfig } from "./kubeconfig";
import type { KubernetesObject, ObjectRef } from "./object";
import type { Settings } from "./settings";

/** A cluster as the provider's settings name it: connected to when it is first needed. */
export class Cluster {
  private connection:
    | { readonly loaded: LoadedKubeConfig; readonly client: Client; readonly discovery: Discovery }
    | undefined;

  constructor(readonly settings: Settings) {}

  /** The namespace for objects that name none. @throws Unreachable */
  get namespace(): string {
    return defaultNamespace(this.settings, this.connect().loaded);
  }

  /** @throws NoSuchKind, Unreachable */
  locate(object: ObjectRef): Promise<Location> {
    return this.connect().discovery.locate(object, this.namespace);
  }

  /** @throws ApiError, Unreachable */
  json(request: ApiRequest): Promise<Properties> {
    return this.connect().client.json(request);
  }

  /** @throws ApiError, Unreachable */
  get client(): Client {
    return this.connect().client;
  }

  /** Reads an object. @throws ApiError with code 404 or NoSuchKind where it isn't there, Unreachable */
  async read(object: ObjectRef, signal?: AbortSignal): Promise<KubernetesObject> {
    const { path } = await this.locate(object);
    return (await this.json({ path, signal })) as KubernetesObject;
  }

  /** To be called when a CRD has come, changed or gone. */
  forgetKinds(): void {
    this.connection?.discovery.forget();
  }

  private connect() {
    // Looked at each time: the file may have been written anew for a new cluster, under the same name.
    const loaded = loadKubeConfig(this.settings, this.connection?.loaded);
    if (this.connection === undefined || this.connection.loaded !== loaded) {
      const client = new Client(loaded.config);
      this.connection = { loaded, client, discovery: new Discovery(client) };
    }
    return this.connection;
  }
}
