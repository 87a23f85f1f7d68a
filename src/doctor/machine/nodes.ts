/** A node that a kind configuration asks for, as far as checks look at it. */
export interface WantedNode {
  readonly controlPlane: boolean;
  readonly image?: string;
  readonly ports: readonly WantedPort[];
}

/** A port of the host that a configuration asks for. */
export interface WantedPort {
  readonly port: number;
  readonly protocol: "tcp" | "udp" | "sctp";
  /** an address of the host; all of them where it is empty */
  readonly address: string;
  /** where the configuration says so, such as `nodes[0].extraPortMappings[1].hostPort` */
  readonly at: string;
}

interface KindConfig {
  readonly nodes: readonly {
    readonly role?: string | null;
    readonly image?: string | null;
    readonly extraPortMappings?:
      | readonly { readonly hostPort?: number; readonly listenAddress?: string; readonly protocol?: string }[]
      | null;
  }[];
  readonly networking?: { readonly apiServerPort?: number; readonly apiServerAddress?: string } | null;
}

/** @param config as `kindConfig` gives it */
export function wantedNodes(config: string): WantedNode[] {
  const { nodes } = JSON.parse(config) as KindConfig;
  return nodes.map(({ role, image, extraPortMappings }, index) => ({
    controlPlane: (role ?? "control-plane") === "control-plane",
    ...(image && { image }),
    ports: (extraPortMappings ?? []).flatMap(({ hostPort, listenAddress, protocol }, mapping) =>
      // Of 0 and -1, kind and the engine make a port that is free.
      hostPort !== undefined && hostPort > 0
        ? [
            {
              port: hostPort,
              protocol: (protocol ?? "TCP").toLowerCase() as WantedPort["protocol"],
              address: listenAddress ?? "",
              at: `nodes[${index}].extraPortMappings[${mapping}].hostPort`,
            },
          ]
        : [],
    ),
  }));
}

/** All ports of the host that a configuration asks for, the API server's among them. */
export function wantedPorts(config: string): WantedPort[] {
  const { apiServerPort: port, apiServerAddress: address } = (JSON.parse(config) as KindConfig).networking ?? {};
  const api: WantedPort[] =
    port !== undefined && port > 0
      ? [{ port, protocol: "tcp", address: address ?? "127.0.0.1", at: "networking.apiServerPort" }]
      : [];
  return [...api, ...wantedNodes(config).flatMap(({ ports }) => ports)];
}
