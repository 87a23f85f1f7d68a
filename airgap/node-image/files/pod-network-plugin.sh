#!/bin/sh
# CNI plugin: the bridge, with this node's subnet as soon as pod-network.sh knows it. The kubelet looks for a network's configuration when it starts,
# and then every five seconds: one that's there from the start makes the node ready at once, and a first pod waits a moment instead.
configuration=/run/pod-network.json
tries=0
while [ ! -e "$configuration" ] && [ "$CNI_COMMAND" = ADD ] && [ $((tries += 1)) -le 100 ]; do sleep 0.1; done
if [ ! -e "$configuration" ] && [ "$CNI_COMMAND" != VERSION ]; then
  [ "$CNI_COMMAND" = DEL ] && exit 0
  echo '{"cniVersion": "0.4.0", "code": 11, "msg": "this node has no subnet for pods yet"}'
  exit 1
fi
[ "$CNI_COMMAND" = VERSION ] || exec < "$configuration"
exec /usr/lib/cni/bridge
