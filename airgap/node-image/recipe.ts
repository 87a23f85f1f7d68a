import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { kind, kubernetesVersion, node, pause } from "../recipes";
import { moduleKey } from "../tools/goBuild";

/** The folder of files that go into the node. */
export const filesFolder = path.join(__dirname, "files");

/** Debian's release and packages that the node is made of. */
export const debian = {
  suite: "bookworm",
  packages:
    `systemd systemd-sysv dbus iptables iproute2 ethtool socat conntrack kmod mount util-linux procps containerd runc
    containernetworking-plugins ca-certificates jq hostname libseccomp2 curl`.split(/\s+/),
} as const;

/** The images that kubeadm of this version expects (`kubeadm config images list`), and the program in each. Those of etcd and
 * CoreDNS hold the nearest version that comes as a Go module. */
export const images: Readonly<Record<string, string>> = {
  [`registry.k8s.io/kube-apiserver:v${kubernetesVersion}`]: "kube-apiserver",
  [`registry.k8s.io/kube-controller-manager:v${kubernetesVersion}`]: "kube-controller-manager",
  [`registry.k8s.io/kube-scheduler:v${kubernetesVersion}`]: "kube-scheduler",
  [`registry.k8s.io/kube-proxy:v${kubernetesVersion}`]: "kube-proxy",
  "registry.k8s.io/etcd:3.6.5-0": "etcd",
  "registry.k8s.io/coredns/coredns:v1.12.1": "coredns",
  "registry.k8s.io/pause:3.10.1": "pause",
};

/** Returns a key for the bare Debian. */
export function rootfsKey(): string {
  return digest(JSON.stringify([debian, process.arch]));
}

/** Returns the image's name, which changes with anything that goes into it. */
export function imageName(): string {
  const hash = [rootfsKey(), ...[node, pause, kind].map((tool) => moduleKey(tool.program)), JSON.stringify(images)];
  for (const name of fs.readdirSync(filesFolder).sort())
    hash.push(name, fs.readFileSync(path.join(filesFolder, name), "utf8"));
  return `kindest/node:v${kubernetesVersion}-operator-coverage-${digest(JSON.stringify(hash))}`;
}

function digest(text: string): string {
  return crypto.createHash("sha256").update(text).digest("hex").slice(0, 12);
}
