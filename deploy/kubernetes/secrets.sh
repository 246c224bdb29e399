#!/usr/bin/env bash
# Kubernetes' Secrets from files that certs.sh and kv-server keygen have made: see usage below.
set -euo pipefail

usage() {
  cat <<'END'
usage: secrets.sh CERTS ADMIN-KEY | kubectl apply -n relaykv --server-side -f -

Prints two Secrets: relaykv-certificates, with certificates and keys of all nodes in the directory CERTS, for the nodes;
relaykv-operator, with the file ADMIN-KEY, for the pod in shell/. Run it again when a node has been added or certificates renewed.
END
}

fail() {
  printf 'secrets.sh: %s\n' "$*" >&2
  exit 1
}

(($# == 2)) || {
  usage >&2
  exit 2
}
certs=$1 admin_key=$2
[[ -f $certs/ca/nodes-ca.crt ]] || fail "$certs/ca has no nodes-ca.crt: make it with certs.sh"
[[ -s $admin_key ]] || fail "there is no $admin_key: make it with kv-server keygen -O $admin_key"

secret() {
  printf -- '---\n'
  kubectl create secret generic "$@" --dry-run=client -o yaml
}

files=(--from-file="$certs/ca/nodes-ca.crt")
for peer in "$certs"/*/peer.crt; do
  node=$(basename -- "${peer%/peer.crt}")
  for name in client.crt client.key peer.crt peer.key; do
    [[ -f $certs/$node/$name ]] || fail "there is no $certs/$node/$name: run certs.sh again"
    files+=(--from-file="$node.$name=$certs/$node/$name")
  done
done
[[ -f $peer ]] || fail "$certs has no certificates of nodes: make them with certs.sh"
secret relaykv-certificates "${files[@]}"
secret relaykv-operator --from-file=admin.key="$admin_key" --from-file="$certs/ca/clients-ca.crt"
