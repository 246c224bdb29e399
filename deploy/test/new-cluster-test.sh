#!/usr/bin/env bash
# Tests deploy/docker/new-cluster.sh, with stand-ins for what it calls: deploy/test/new-cluster-test.sh
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/new-cluster-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

mkdir "$work/bin" "$work/keys"
export PATH=$work/bin:$PATH NEW_CLUSTER_KEYS=$work/keys NEW_CLUSTER_CONFIG=$work/template
echo "listen.http = \"0.0.0.0:7402\"" >"$work/template"
cat >"$work/bin/certs.sh" <<'END'
#!/bin/sh
for node in "${2%%=*}" "${3%%=*}"; do mkdir -p "$1/$node" && echo "of $node" >"$1/$node/peer.key"; done
END
cat >"$work/bin/kv-server" <<'END'
#!/bin/sh
case $1 in
  keygen)
    [ ! -e "$3" ] || exit 1
    echo key >"$3" && echo 'security.admin-key-sha256 = ["hash"]'
    ;;
  bootstrap) mkdir "$NEW_CLUSTER_NODE/data" && cp "$3" "$NEW_CLUSTER_NODE/data/made-with" ;;
esac
END
chmod +x "$work"/bin/*

# run ARGUMENT..: for the node that the last argument names.
run() {
  export NEW_CLUSTER_NODE=$work/${!#}
  mkdir -p "$NEW_CLUSTER_NODE"
  output=$("$here/../docker/new-cluster.sh" "$@" 2>&1)
}
refuses() { ! run "$@"; }

check "no node is made before there are keys" refuses node n1
check "nor a directory" test ! -e "$work/n1/data"

check "keys are made" run keys n1 n2
check "and an admin key, which kv-shell finds" grep -q 'api-key-file = "admin.key"' "$work/keys/admin.conf"
check "and the addresses of the nodes" grep -qF 'nodes = ["n1:7400", "n2:7400"]' "$work/keys/client.conf"
check "once more does no harm" run keys n1 n2
check "others cannot read them" test "$(stat -c %a "$work/keys/admin.key" "$work/keys/n1/peer.key" | sort -u)" = 600

check "a node is made" run node n1
check "with its own keys" grep -q "of n1" "$work/n1/etc/peer.key"
check "and the hash of the admin key" grep -qF '"hash"' "$work/n1/data/made-with"
check "and what is in the image" grep -q listen.http "$work/n1/data/made-with"

echo precious >"$work/n1/data/precious"
check "once more leaves its data as it is" run node n1
check "and says so" says "stays as it is"
check "really" grep -q precious "$work/n1/data/precious"

rm -rf "$work/n1"
check "a node that has lost its volume is not made again" refuses node n1
check "and it is said what to do" says "replace it by a node with another name"
check "nothing was made" test ! -e "$work/n1/data"
check "another node can still be made" run node n2

((failures == 0)) || exit 1
