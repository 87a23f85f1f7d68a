// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of manifests look like that
/**
 * What each setting means, by its path in the schema: for completion in editors and for the file that `init` writes. The README's table says more of some;
 * a test holds that each setting has its sentence here.
 */
export const descriptions: Readonly<Record<string, string>> = {
  operators: "the operators that are measured",
  "operators[].name": "unique, a DNS label; names the image NAME-profile and the folders of reports",
  "operators[].source": "the operator's Go module; relative to the project's folder, or absolute",
  "operators[].main": "its main package",
  "operators[].manifests": "what deploys it: {kustomize: FOLDER} or {yaml: [FILES OR GLOBS]}, relative to source",
  "operators[].manifests.kustomize": "the folder of a kustomization",
  "operators[].manifests.yaml": "files or globs, in the order in which they are applied",
  "operators[].namespace": "where objects without a namespace go, as with kubectl apply -n",
  "operators[].variables": "values for ${NAME} in the manifests, as clusterctl puts them in",
  "operators[].image":
    "its image in the manifests, where a session can't tell: every container that has it is replaced",
  "operators[].workload":
    "which containers with its image run it, where not all do; a name may leave out kustomize's prefix",
  "operators[].workloads": "a list of such, where several containers, init containers or workloads run it",
  "operators[].build": "how it is built",
  "operators[].build.mode": "cover is go build -cover; test-binary is go test -c, for Go before 1.20, too",
  "operators[].build.builder": "go builds on this machine; ko lets ko build the image",
  "operators[].build.dockerfile": "the operator's own Dockerfile, which builds the image",
  "operators[].build.context": "the Dockerfile's build context; the source, where not given",
  "operators[].build.target": "the Dockerfile's stage, as docker takes it",
  "operators[].build.args": "the Dockerfile's build arguments",
  "operators[].build.covermode": "whether lines are counted by atomic operations, counted, or marked",
  "operators[].build.coverpkg": "the packages to cover",
  "operators[].build.tags": "build tags",
  "operators[].build.ldflags": "linker flags",
  "operators[].build.env": "environment variables of the go command",
  "operators[].build.base": "the base image",
  "operators[].build.user": "the image's user, as USER in a Dockerfile",
  "operators[].snapshots": "how often a process saves its counters while it runs: at least 250ms, or off",
  "operators[].profiles": "pprof profiles of the operator during the tests",
  "operators[].requests":
    "fit lowers requests of CPU and memory where its pods would find no node; keep leaves them alone",
  cluster: "the kind cluster",
  "cluster.name": "its name; made of stack and folder, where not given",
  "cluster.nodeImage": "the nodes' image; $KIND_NODE_IMAGE or kind's own, where not given",
  "cluster.config": "a kind configuration file",
  "cluster.images": "images of the Docker engine that the nodes are given, besides those that the manifests name",
  "cluster.prerequisites": "what has to be in the cluster before the operators, in this order",
  "cluster.prerequisites[].kustomize": "the folder of a kustomization",
  "cluster.prerequisites[].yaml": "files or globs",
  "cluster.prerequisites[].variables": "values for ${NAME} in them",
  "cluster.prerequisites[].command": "a program and its arguments",
  "cluster.prerequisites[].dir": "the folder that it runs in",
  output: "the folder that runs are published in; relative to the project's folder, or absolute",
  require: "complete: a session of which something is missing fails, after its reports are published",
  timeouts: "how long things may take, in seconds",
  "timeouts.ready": "seconds that an operator may take to become ready",
  "timeouts.prerequisites": "seconds that each prerequisite may take to be there and ready",
  "timeouts.stop": "seconds that its pods may take to end",
  ...each("operators[].workload"),
  ...each("operators[].workloads[]"),
};

/** The fields of what tells containers apart. */
function each(workload: string): Record<string, string> {
  return {
    [`${workload}.kind`]: "the workload's kind",
    [`${workload}.name`]: "the workload's name; it may leave out kustomize's prefix",
    [`${workload}.container`]: "the container's name",
    [`${workload}.main`]: "the main package of its program; the operator's, where not given",
    [`${workload}.image`]: "its image in the manifests; the operator's, where not given",
    [`${workload}.program`]: "its program's absolute path in the image, where a shell starts it",
  };
}
