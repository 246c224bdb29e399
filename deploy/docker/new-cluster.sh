#!/usr/bin/env bash
# What compose.yaml runs once, before its nodes first start: see usage below.
set -euo pipefail
umask 077

usage() {
  cat <<'END'
usage: new-cluster.sh keys NODE..   makes in /keys what is missing: certificates, an admin key, files for kv-shell
       new-cluster.sh node NODE     bootstraps the node in /var/lib/relaykv, once for ever; gives it its certificates each time

/keys, /var/lib/relaykv and /etc/relaykv/kv-server.conf, of which that of a node is made, can be others: NEW_CLUSTER_KEYS,
NEW_CLUSTER_NODE, NEW_CLUSTER_CONFIG.
END
}

keys=${NEW_CLUSTER_KEYS:-/keys}
home=${NEW_CLUSTER_NODE:-/var/lib/relaykv}
template=${NEW_CLUSTER_CONFIG:-/etc/relaykv/kv-server.conf}

fail() {
  printf 'new-cluster.sh: %s\n' "$*" >&2
  exit 1
}

make_keys() {
  local node nodes_and_hosts=() addresses=''
  for node; do
    nodes_and_hosts+=("$node=$node,localhost")
    addresses+=${addresses:+, }\"$node:7400\"
  done
  certs.sh "$keys" "${nodes_and_hosts[@]}"
  if [[ ! -f $keys/admin-key.conf ]]; then
    rm -f -- "$keys/admin.key"
    kv-server keygen -O "$keys/admin.key" >"$keys/admin-key.conf.new"
    mv -- "$keys/admin-key.conf.new" "$keys/admin-key.conf"
  fi
  client_config admin.key >"$keys/admin.conf"
  client_config demo.key >"$keys/client.conf"
}

# What kv-shell is told, with the key in the file $1.
client_config() {
  printf 'nodes = [%s]\napi-key-file = "%s"\ntls.trust = "ca/clients-ca.crt"\n' "$addresses" "$1"
}

# A volume that was lost must not quietly become a new, empty node: it would vote as if it had never acknowledged anything.
# So the keys' volume remembers who has been bootstrapped.
make_node() {
  local node=$1 mark=$keys/bootstrapped/$1
  [[ -f $keys/admin-key.conf && -d $keys/$node ]] || fail "$keys has nothing for $node: run new-cluster.sh keys first"
  [[ ! -e $mark || -e $home/data ]] ||
    fail "$node has been bootstrapped before, and its data is gone. Put its volume back, or replace it by a node with" \
      "another name (docs/members.md, \"A node has lost its disk\")"
  mkdir -p -- "$home/etc" "$keys/bootstrapped"
  cp -f -- "$keys/$node"/* "$home/etc"
  cat -- "$template" "$keys/admin-key.conf" >"$home/etc/kv-server.conf"
  if [[ -e $home/data ]]; then
    echo "$node has been bootstrapped before: its data stays as it is."
  else
    kv-server bootstrap --config "$home/etc/kv-server.conf"
  fi
  : >"$mark"
}

case ${1:-} in
  keys)
    (($# > 1)) || fail "no nodes: new-cluster.sh keys NODE.."
    make_keys "${@:2}"
    ;;
  node)
    (($# == 2)) || fail "which node? new-cluster.sh node NODE"
    make_node "$2"
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
