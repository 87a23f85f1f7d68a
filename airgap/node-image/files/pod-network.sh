#!/bin/bash
# Joins the pods of this node by a bridge and keeps a route to the pods of every other node: all that nodes on one network need.
# Listing nodes is refused until kind has created its default CNI (default-cni.yaml), and for good where a cluster wants another one:
# this script then leaves the node alone.
export KUBECONFIG=/etc/kubernetes/kubelet.conf
me=$(hostname)

until kubectl get nodes > /dev/null 2>&1 && subnet=$(kubectl get node "$me" --output 'jsonpath={.spec.podCIDR}') && [ -n "$subnet" ]; do
  sleep 0.3
done
all=$(sed -n 's/^ *podSubnet: "\?\([^",]*\).*/\1/p' /kind/kubeadm.conf | head -n 1)

# What leaves the cluster goes by the node's address.
leaving=(POSTROUTING --source "$subnet" ! --destination "${all:-10.244.0.0/16}" --jump MASQUERADE)
iptables --table nat --check "${leaving[@]}" 2> /dev/null || iptables --table nat --append "${leaving[@]}"

cat > /run/pod-network.new << JSON
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "type": "bridge",
  "bridge": "cni0",
  "isGateway": true,
  "ipMasq": false,
  "hairpinMode": true,
  "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$subnet" }]], "routes": [{ "dst": "0.0.0.0/0" }] }
}
JSON
mv /run/pod-network.new /run/pod-network.json

# The watch tells all nodes that there are, then every change; the unit starts it again when it ends.
kubectl get nodes --watch --output \
  'jsonpath={.metadata.name} {.spec.podCIDR} {.status.addresses[?(@.type=="InternalIP")].address}{"\n"}' |
  while read -r name pods address _; do
    if [ "$name" != "$me" ] && [ -n "$address" ]; then ip route replace "$pods" via "$address"; fi
  done
