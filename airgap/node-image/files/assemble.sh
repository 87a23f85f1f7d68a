#!/bin/bash
# Runs in a container of bare Debian and makes a kind node of it. Mounted at /run/context:
#   node, pause    the programs of a Kubernetes node in one binary, and the one that holds a pod's namespaces
#   kind           the files of kind's own base image
#   files          the files beside this script
# Arguments: the version of Kubernetes, then `NAME:TAG PROGRAM` for each image that kubeadm expects to find.
set -euo pipefail
version=${1:?version of Kubernetes}
shift
context=/run/context
work=$(mktemp -d)
printf '%s\n' "$@" > "$work/images"

# --- the node, after the Dockerfile of kind's base image
cp --recursive "$context"/kind/{etc,kind,usr} /
chmod 755 /kind /kind/bin /kind/bin/* /usr/local/bin/*
install -m 755 "$context/node" /usr/bin/kubernetes-node
for name in kubelet kubeadm kubectl; do ln -s kubernetes-node "/usr/bin/$name"; done
for name in containerd containerd-shim-runc-v2 ctr; do ln -s "/usr/bin/$name" "/usr/local/bin/$name"; done
ln -s /usr/sbin/runc /usr/local/sbin/runc
mkdir -p /opt/cni /etc/cni/net.d /etc/kubernetes/manifests /kind/manifests
ln -s /usr/lib/cni /opt/cni/bin
printf %s "v$version" > /kind/version
install -m 644 "$context"/files/default-{cni,storage}.yaml /kind/manifests/
install -m 755 "$context/files/pod-network.sh" /kind/bin/
install -m 755 "$context/files/pod-network-plugin.sh" /usr/lib/cni/pod-network
# The name puts it behind whatever else a cluster may be given.
install -m 644 "$context/files/pods.conflist" /etc/cni/net.d/99-pods.conflist
install -m 644 "$context/files/pod-network.service" /etc/systemd/system/
install -m 755 "$context/files/crictl.sh" /usr/local/bin/crictl

pause=$(awk '$2 == "pause" { print $1 }' "$work/images")
sed -i "s#sandbox_image = .*#sandbox_image = \"$pause\"#" /etc/containerd/config.toml
# A score below the parent's and higher limits want CAP_SYS_RESOURCE, which root may lack; without it the units would never start.
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' /etc/containerd/config.toml
sed -i '/^OOMScoreAdjust=/d; /^Limit[A-Z]*=/d' /etc/systemd/system/containerd.service
ctr oci spec | jq '.hooks.createContainer += [{path: "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' > /etc/containerd/cri-base.json

rm -f /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service /lib/systemd/system/multi-user.target.wants/* \
  /etc/systemd/system/*.wants/* /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*{udev,initctl}* \
  /lib/systemd/system/basic.target.wants/* /lib/systemd/system/containerd.service
echo ReadKMsg=no >> /etc/systemd/journald.conf
systemctl enable kubelet.service containerd.service undo-mount-hacks.service pod-network.service
systemctl mask systemd-binfmt.service

# --- the images of the control plane, as one archive in the format of `docker save`
layer() { # FOLDER: prints the digest of its tar
  local digest
  tar --create --file "$work/layer" --directory "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 .
  digest=$(sha256sum "$work/layer" | cut -d ' ' -f 1)
  mv "$work/layer" "$work/archive/$digest.tar"
  echo "$digest"
}
image() { # NAME:TAG ENTRYPOINT DIGEST...: adds it to the archive
  local name=$1 entrypoint=$2; shift 2
  jq --null-input --arg arch "$(dpkg --print-architecture)" --arg entrypoint "$entrypoint" '{architecture: $arch, os: "linux",
    config: {Entrypoint: [$entrypoint], Env: ["PATH=/usr/local/bin:/usr/sbin:/usr/bin"]},
    rootfs: {type: "layers", diff_ids: $ARGS.positional | map("sha256:" + .)}}' --args "$@" > "$work/config"
  local config; config=$(sha256sum "$work/config" | cut -d ' ' -f 1).json
  mv "$work/config" "$work/archive/$config"
  jq --null-input --arg name "$name" --arg config "$config" \
    '{Config: $config, RepoTags: [$name], Layers: $ARGS.positional | map(. + ".tar")}' --args "$@" >> "$work/manifests"
}

mkdir -p "$work"/{archive,pause,programs/usr/local/bin,proxy/{run,tmp}}
cp "$context/node" "$work/programs/usr/local/bin/kubernetes-node"
awk '$2 != "pause" { print $2 }' "$work/images" | while read -r name; do
  ln -s kubernetes-node "$work/programs/usr/local/bin/$name"
done
cp "$context/pause" "$work/pause/pause"

# kube-proxy runs iptables, which loads an extension for each kind of rule: they and all of their libraries.
mapfile -t extensions < <(find /usr/lib -path '*/xtables/*.so')
for file in /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi /usr/sbin/conntrack "${extensions[@]}"; do
  echo "$file"
  ldd "$file" | grep -oE '/[^ ]+\.so[^ ]*'
done | sort -u | while read -r file; do
  mkdir -p "$work/proxy$(dirname "$file")"
  cp --dereference "$file" "$work/proxy$file"
done
mode=$(basename "$(readlink -f /usr/sbin/iptables)")
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -s "$mode" "$work/proxy/usr/sbin/$name"
done

programs=$(layer "$work/programs") proxy=$(layer "$work/proxy") holder=$(layer "$work/pause")
while read -r name program; do
  case $program in
    pause) image "$name" /pause "$holder" ;;
    kube-proxy) image "$name" /usr/local/bin/kube-proxy "$programs" "$proxy" ;;
    *) image "$name" "/usr/local/bin/$program" "$programs" ;;
  esac
done < "$work/images"
jq --slurp . "$work/manifests" > "$work/archive/manifest.json"

# --- into the store that the nodes start from: unpacked here, which takes a file system that can carry an overlay, and without the
# archives, so that a node that is created copies each byte once and unpacks none
containerd --root /scratch > "$work/containerd.log" 2>&1 &
for _ in $(seq 100); do ctr version > /dev/null 2>&1 && break; sleep 0.1; done
tar --create --directory "$work/archive" . | ctr --namespace k8s.io images import --all-platforms - || { cat "$work/containerd.log"; exit 1; }
layers=("$programs" "$proxy" "$holder")
for digest in "${layers[@]}"; do ctr --namespace k8s.io content rm "sha256:$digest"; done
kill %1 && wait %1 || true
# The file of removed content goes some time later, or never if its keeper has ended.
for digest in "${layers[@]}"; do rm -f "/scratch/io.containerd.content.v1.content/blobs/sha256/$digest"; done
cp --archive /scratch/. /var/lib/containerd/
rm -rf "$work" /tmp/* /run/containerd
