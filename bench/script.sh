#!/usr/bin/env bash
# What somebody would write without this project: one operator's coverage with kind, go, docker, kubectl and go tool.
# Usage: bench/script.sh SOURCE MAIN KUSTOMIZATION IMAGE NAMESPACE DEPLOYMENT FOLDER
# Prints the seconds that each part took, and leaves coverage.out, functions.txt and coverage.html in FOLDER.
set -euo pipefail
source=$(realpath "$1") main=$2 kustomization=$3 image=$4 namespace=$5 deployment=$6
mkdir -p "$7"; out=$(realpath "$7"); cluster=coverage-script
export KUBECONFIG=$out/kubeconfig
lap() { local now; now=$(date +%s.%N); printf '%-8s %6.1f\n' "$1" "$(echo "$now - $last" | bc)"; last=$now; }
trap 'kind delete cluster -q --name $cluster' EXIT
last=$(date +%s.%N)

# up
rm -rf "$out/counters" "$out/image" "$out/overlay"; mkdir -p "$out/counters" "$out/image" "$out/overlay"; chmod 777 "$out/counters"
printf 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n  extraMounts: [{hostPath: "%s", containerPath: /counters}]\n' "$out/counters" > "$out/kind.yaml"
kind create cluster -q --name $cluster --config "$out/kind.yaml" ${KIND_NODE_IMAGE:+--image "$KIND_NODE_IMAGE"}
(cd "$source" && CGO_ENABLED=0 go build -cover -covermode=atomic -coverpkg=./... -o "$out/image/manager" "$main")
printf 'FROM scratch\nCOPY manager /manager\nUSER 65532:65532\nENTRYPOINT ["/manager"]\n' > "$out/image/Dockerfile"
docker build -q -t operator-script:cover "$out/image" > /dev/null
kind load docker-image -q --name $cluster operator-script:cover
cp -r "$source/config" "$out/overlay/config"; chmod -R u+w "$out/overlay"
cat > "$out/overlay/kustomization.yaml" <<Y
resources: [$kustomization]
images: [{name: ${image%:*}, newName: operator-script, newTag: cover}]
patches:
- target: {kind: Deployment}
  patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: any}
    spec:
      template:
        spec:
          terminationGracePeriodSeconds: 30
          volumes: [{name: counters, hostPath: {path: /counters}}]
          containers:
          - name: manager
            imagePullPolicy: Never
            env: [{name: GOCOVERDIR, value: /counters}]
            volumeMounts: [{name: counters, mountPath: /counters}]
Y
kubectl kustomize "$out/overlay" > "$out/manifests.yaml"
kubectl apply --server-side -f "$out/manifests.yaml" > /dev/null
kubectl -n "$namespace" rollout status "deployment/$deployment" --timeout=3m > /dev/null
lap up

# destroy
kubectl -n "$namespace" delete deployment "$deployment" --cascade=foreground --wait > /dev/null
go tool covdata textfmt -i="$out/counters" -o="$out/coverage.out"
(cd "$source" && go tool cover -func="$out/coverage.out" > "$out/functions.txt" && go tool cover -html="$out/coverage.out" -o "$out/coverage.html")
kind delete cluster -q --name $cluster; trap - EXIT
lap destroy
tail -n 1 "$out/functions.txt"
