import { patched, rendered, vendored, withNested } from "./prepare";
import type { Stranger } from "./stranger";

const prometheusOperator = { module: "github.com/prometheus-operator/prometheus-operator", version: "v0.85.0" };

/** docs/strangers.md has a row for each of these, in this order. */
export const strangers: readonly Stranger[] = [
  {
    name: "lws",
    module: "sigs.k8s.io/lws",
    version: "v0.6.1",
    special: "two replicas that request 1 CPU each, certificates of its own making",
    operator: { main: "./cmd", manifests: { kustomize: "config/default" } },
    expected: { percent: 10, status: "complete" },
  },
  {
    name: "kube-state-metrics",
    module: "k8s.io/kube-state-metrics/v2",
    version: "v2.13.0",
    special: "StatefulSet, no handler of SIGTERM",
    operator: { manifests: { kustomize: "examples/autosharding" } },
    expected: { percent: 10, status: "complete" },
  },
  {
    name: "cluster-api",
    module: "sigs.k8s.io/cluster-api",
    version: "v1.6.8",
    special: "clusterctl's variables, cert-manager's objects, nested modules",
    operator: { manifests: { kustomize: "config/default" }, variables: {} },
    expected: { percent: 1.5, status: "complete" },
  },
  {
    name: "jobset",
    module: "sigs.k8s.io/jobset",
    version: "v0.8.0",
    special: "webhooks whose certificates it makes itself",
    operator: { manifests: { kustomize: "config/default" } },
    expected: { percent: 5, status: "complete" },
  },
  {
    name: "hierarchical-namespaces",
    module: "sigs.k8s.io/hierarchical-namespaces",
    version: "v1.1.0",
    special:
      "panics each time it ends (its main defers a function that is nil), cert-manager's objects, a namespace that enforces `restricted`, two main packages, `vendor` folder (by `go mod vendor` in a copy)",
    prepare: vendored,
    operator: { main: "./cmd/manager", manifests: { kustomize: "config/variants/default-cm" } },
    // What runs after the last snapshot of a process that panics can't be had.
    expected: { percent: 5, status: "partial" },
  },
  {
    name: "descheduler",
    module: "sigs.k8s.io/descheduler",
    version: "v0.36.0",
    special: "Job",
    operator: { main: "./cmd/descheduler", manifests: { kustomize: "kubernetes/job" } },
    expected: { percent: 5, status: "complete" },
  },
  {
    name: "descheduler-cronjob",
    module: "sigs.k8s.io/descheduler",
    version: "v0.36.0",
    special: "CronJob",
    operator: { main: "./cmd/descheduler", manifests: { kustomize: "kubernetes/cronjob" } },
    tests: [
      "kubectl --namespace kube-system create job --from=cronjob/descheduler-cronjob now",
      "kubectl --namespace kube-system wait --for=condition=complete --timeout=120s job/now",
    ].join("\n"),
    expected: { percent: 5, status: "complete" },
  },
  {
    name: "kube-state-metrics-daemonset",
    module: "k8s.io/kube-state-metrics/v2",
    version: "v2.13.0",
    special: "a DaemonSet and two Deployments of one program",
    operator: { manifests: { yaml: ["examples/daemonsetsharding/*.yaml"] } },
    expected: { percent: 5, status: "complete" },
  },
  {
    name: "postgres-operator",
    module: "github.com/zalando/postgres-operator",
    version: "v1.8.2",
    special: "Go 1.17 in its go.mod, built by Go 1.19 as a test binary",
    operator: {
      main: "./cmd",
      manifests: { kustomize: "manifests" },
      build: { mode: "test-binary", env: { GOTOOLCHAIN: "go1.19.13" } },
    },
    expected: { percent: 3, status: "complete" },
  },
  {
    name: "metallb",
    module: "go.universe.tf/metallb",
    version: "v0.14.8",
    special:
      "a Deployment and a DaemonSet on the host's network with a main package and an image each, grace periods of 0 s and 2 s; its own images run as root (`build.user: 0`)",
    operator: {
      main: "./controller",
      manifests: { kustomize: "config/native" },
      build: { user: "0" },
      workloads: [
        { kind: "Deployment", name: "controller", main: "./controller", image: "quay.io/metallb/controller:v0.14.8" },
        { kind: "DaemonSet", name: "speaker", main: "./speaker", image: "quay.io/metallb/speaker:v0.14.8" },
      ],
    },
    expected: { percent: 5, status: "complete" },
  },
  {
    name: "argo-rollouts",
    module: "github.com/argoproj/argo-rollouts",
    version: "v1.7.2",
    special: "manifests without a namespace, cgo (linked statically)",
    operator: {
      main: "./cmd/rollouts-controller",
      manifests: { kustomize: "manifests/cluster-install" },
      namespace: "argo-rollouts",
      build: { env: { CGO_ENABLED: "1" }, ldflags: "-linkmode external -extldflags -static" },
    },
    // Two thirds of its statements are generated, and without an object of its own it does next to nothing.
    tests: [
      `kubectl apply -f - <<< '${JSON.stringify({
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Rollout",
        metadata: { name: "canary", namespace: "default" },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "canary" } },
          template: {
            metadata: { labels: { app: "canary" } },
            spec: { containers: [{ name: "main", image: "none" }] },
          },
          strategy: { canary: {} },
        },
      })}'`,
      "kubectl wait --for=jsonpath='{.status.phase}'=Healthy --timeout=60s rollout/canary",
    ].join("\n"),
    expected: { percent: 3, status: "complete" },
  },
  {
    name: "prometheus-operator",
    ...prometheusOperator,
    special: "six main packages, nested modules that its go.mod replaces (put into a copy)",
    prepare: withNested(prometheusOperator, ["pkg/apis/monitoring", "pkg/client"]),
    operator: { main: "./cmd/operator", manifests: { kustomize: "." } },
    expected: { percent: 3, status: "complete" },
  },
  {
    name: "gatekeeper",
    module: "github.com/open-policy-agent/gatekeeper/v3",
    version: "v3.17.1",
    special: "two Deployments of one image, four pods, `vendor` folder (by `go mod vendor` in a copy)",
    prepare: vendored,
    operator: { manifests: { yaml: ["deploy/gatekeeper.yaml"] } },
    expected: { percent: 3, status: "complete" },
  },
  {
    name: "metrics-server",
    module: "sigs.k8s.io/metrics-server",
    version: "v0.9.0",
    special: "an aggregated API, with `--kubelet-insecure-tls` for kind's kubelets (by an overlay in a copy)",
    prepare: patched("manifests/base", [
      {
        target: { kind: "Deployment", name: "metrics-server" },
        patch: '[{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": "--kubelet-insecure-tls"}]',
      },
    ]),
    operator: { main: "./cmd/metrics-server", manifests: { kustomize: "overlay" } },
    tests: "for i in {1..60}; do if kubectl top nodes; then exit 0; fi; sleep 1; done; exit 1",
    expected: { percent: 20, status: "complete" },
  },
  {
    name: "kueue",
    module: "sigs.k8s.io/kueue",
    version: "v0.5.3",
    special: "its sidecar kube-rbac-proxy can't be pulled without a network (taken out by an overlay in a copy)",
    prepare: patched("config/default", [
      {
        target: { kind: "Deployment", name: "kueue-controller-manager" },
        patch: JSON.stringify({
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "kueue-controller-manager" },
          spec: { template: { spec: { containers: [{ name: "kube-rbac-proxy", $patch: "delete" }] } } },
        }),
      },
    ]),
    operator: { main: "./cmd/kueue", manifests: { kustomize: "overlay" } },
    expected: { percent: 5, status: "complete" },
  },
  {
    name: "sealed-secrets",
    module: "github.com/bitnami-labs/sealed-secrets",
    version: "v0.27.1",
    special: "a chart, rendered beforehand by helm",
    prepare: rendered("helm/sealed-secrets", "sealed-secrets", "kube-system"),
    operator: { main: "./cmd/controller", manifests: { yaml: ["rendered.yaml"] } },
    expected: { percent: 5, status: "complete" },
  },
];
