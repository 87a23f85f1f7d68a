import type { Client } from "./client";
import { ApiError, NoSuchKind } from "./errors";
import type { ObjectRef } from "./object";

/** What the API server calls a kind in its paths. */
interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where an object lies on the API server. */
export interface Location {
  /** The path of the object. */
  readonly path: string;
  /** The path of the list that it is in. */
  readonly list: string;
  /** Undefined for objects of the whole cluster. */
  readonly namespace: string | undefined;
}

/** Knows the kinds of an API server. It asks once for each group and version, and again for a kind that wasn't there. */
export class Discovery {
  private readonly groups = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(private readonly client: Client) {}

  /**
   * @param namespace for objects that name none.
   * @throws NoSuchKind where the server doesn't know the object's kind.
   */
  async locate(object: ObjectRef, namespace: string): Promise<Location> {
    const { apiVersion, kind, metadata } = object;
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = await this.resources(root);
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
    if (found === undefined) {
      this.groups.delete(root);
      throw new NoSuchKind(`the API server knows no ${kind} of ${apiVersion}`);
    }
    const own = found.namespaced ? (metadata.namespace ?? namespace) : undefined;
    const list = `${root}${own === undefined ? "" : `/namespaces/${encodeURIComponent(own)}`}/${found.name}`;
    return { path: `${list}/${encodeURIComponent(metadata.name)}`, list, namespace: own };
  }

  /** To be called when a CRD has come, changed or gone. */
  forget(): void {
    this.groups.clear();
  }

  private resources(root: string): Promise<readonly ApiResource[]> {
    const known = this.groups.get(root);
    if (known !== undefined) return known;
    const asked = this.client.json({ path: root }).then(
      ({ resources }) => resources as unknown as readonly ApiResource[],
      (error) => {
        this.groups.delete(root);
        if (!(error instanceof ApiError && error.code === 404)) throw error;
        throw new NoSuchKind(`the API server knows no ${root.replace(/^\/apis?\//, "")}`);
      },
    );
    this.groups.set(root, asked);
    return asked;
  }
}
