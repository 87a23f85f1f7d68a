import type { Range } from "./version";

/** A program that sessions call. */
export interface Program {
  readonly name: string;
  /** that make it print its version */
  readonly args: readonly string[];
  readonly range: Range;
  /** what an older one does to a session */
  readonly older: "warning" | "stops";
  /** what that version is needed for, part of a sentence */
  readonly why: string;
  /** where it comes from */
  readonly from: string;
}

/** What sessions need on PATH. A test compares the versions with those that airgap takes, and Node.js's with package.json. */
export const programs = {
  node: {
    name: "node",
    args: ["--version"],
    range: { least: [20, 19, 0] },
    older: "stops",
    why: "older ones do not load the dependencies",
    from: "https://nodejs.org",
  },
  go: {
    name: "go",
    args: ["version"],
    range: { least: [1, 21, 0] },
    older: "stops",
    why: "it is the first that keeps snapshots of counters, and that takes another Go where a module asks for one",
    from: "https://go.dev/dl",
  },
  docker: {
    name: "docker",
    args: ["--version"],
    range: { least: [20, 10, 0] },
    older: "stops",
    why: "kind asks for it",
    from: "https://docs.docker.com/engine/install",
  },
  kind: {
    name: "kind",
    args: ["version"],
    range: { least: [0, 27, 0] },
    older: "stops",
    why: "older ones can't load images into nodes with containerd 2",
    from: "https://kind.sigs.k8s.io/docs/user/quick-start",
  },
  kubectl: {
    name: "kubectl",
    args: ["version", "--client"],
    range: { least: [1, 33, 0], before: [1, 36, 0] },
    older: "warning",
    why: "it should be within one minor version of the cluster's Kubernetes",
    from: "https://kubernetes.io/docs/tasks/tools",
  },
  pulumi: {
    name: "pulumi",
    args: ["version"],
    range: { least: [3, 200, 0], before: [4, 0, 0] },
    older: "warning",
    why: "sessions have been tried with no others",
    from: "https://www.pulumi.com/docs/install",
  },
  ko: {
    name: "ko",
    args: ["version"],
    range: { least: [0, 15, 0] },
    older: "warning",
    why: "sessions have been tried with no others",
    from: "https://ko.build/install",
  },
} as const satisfies Record<string, Program>;

/** The program by which the Pulumi CLI runs programs for Node.js. */
export const languageHost = "pulumi-language-nodejs";

/** Pulumi's providers that a session's program uses; the plugin of each has the version of its npm package. */
export const providers = ["command", "docker", "kubernetes"] as const;

const gibibyte = 2 ** 30;

/** Bytes of disk, see docs/doctor.md for what they were measured from. */
export const disk = { warns: 5 * gibibyte, stops: gibibyte } as const;

/** The first minor version of Kubernetes 1 whose kubelet does not start on cgroup v1 unless it is told to (`failCgroupV1: false`). */
export const firstWithoutCgroupV1 = 35;
