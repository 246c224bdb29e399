#!/usr/bin/env bash
# Tests certs.sh: deploy/test/certs-test.sh
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/certs-test.XXXXXX")
dir="$work/some certificates"
trap 'rm -rf "$work"' EXIT

# Runs certs.sh; leaves $output and $status.
run() {
  status=0
  output=$("$here/../certs.sh" "$@" 2>&1) || status=$?
}

is_missing() { [[ ! -e $1 ]]; }
mode_is() { [[ $(stat -c %a "$2" 2>/dev/null || stat -f %Lp "$2") == "$1" ]]; }
is_empty() { [[ -z $1 ]]; }
same() { cmp -s "$1" "$2"; }
differ() { ! same "$1" "$2"; }
text() { openssl x509 -in "$1" -noout -text; }
# has CERTIFICATE TEXT
has() { [[ $(text "$1") == *"$2"* ]]; }
has_not() { ! has "$@"; }
# verifies AUTHORITY PURPOSE CERTIFICATE
verifies() { openssl verify -purpose "$2" -CAfile "$dir/ca/$1.crt" "$3" >/dev/null 2>&1; }
verifies_not() { ! verifies "$@"; }
is_for_host() { [[ $(openssl x509 -in "$1" -noout -checkhost "$2") == *"does match"* ]]; }
is_for_ip() { [[ $(openssl x509 -in "$1" -noout -checkip "$2") == *"does match"* ]]; }
is_pair() { [[ $(openssl x509 -in "$1.crt" -noout -pubkey) == "$(openssl pkey -in "$1.key" -pubout)" ]]; }
lasts() { openssl x509 -in "$1" -noout -checkend $((86400 * $2)) >/dev/null; }
lasts_not() { ! lasts "$@"; }

run
check "no directory is a usage error" exits 2
run "$dir"
check "no node is a usage error" exits 2
run "$dir" N1=host
check "a name that is none of a node is a usage error" exits 2
run "$dir" ca=host
check "ca cannot be a node" exits 2
run "$dir" n1=
check "a node without a host is a usage error" exits 2
run "$dir" "n1=host name"
check "a host that is none is a usage error" exits 2
run "$dir" "n1=h,URI:urn:relaykv:node:n2"
check "a host cannot smuggle in another name" exits 2
run "$dir" "n1=*"
check "nor a pattern" exits 2
run "$dir" n1=h --days many
check "days that are no number are a usage error" exits 2
run "$dir" --client 'a/b'
check "a client's name is no path" exits 2
check "after all these there is nothing" is_missing "$dir"
run "$dir" --renew n1=h
check "nothing is renewed without an authority" says "there is no authority in $dir/ca"

PATH=$work/none /bin/bash "$here/../certs.sh" "$dir" n1=h >"$work/said" 2>&1 || status=$?
output=$(<"$work/said")
check "without openssl it says what is missing" says "needs openssl, 1.1.1 or newer"

run "$dir" n1=127.0.0.1,kv1.example.org n2=::1
check "certificates for two nodes" exits 0
n1=$dir/n1
for name in client peer; do
  check "the $name key fits the certificate" is_pair "$n1/$name"
  check "the $name key is private" mode_is 600 "$n1/$name.key"
  check "the $name key is in PKCS#8" grep -q '^-----BEGIN PRIVATE KEY-----$' "$n1/$name.key"
  check "the $name key is on P-256" has "$n1/$name.crt" "NIST CURVE: P-256"
  check "the $name certificate is for the address" is_for_ip "$n1/$name.crt" 127.0.0.1
  check "the $name certificate is for the name" is_for_host "$n1/$name.crt" kv1.example.org
  check "the $name certificate lasts 824 days" lasts "$n1/$name.crt" 824
  check ".. and not 826" lasts_not "$n1/$name.crt" 826
done
check "an IPv6 address" is_for_ip "$dir/n2/peer.crt" ::1
check "the authority's key is private" mode_is 600 "$dir/ca/nodes-ca.key"
check "the directory is private" mode_is 700 "$dir/ca"
check "the authority lasts 3649 days" lasts "$dir/ca/nodes-ca.crt" 3649
check "a node has the authorities of nodes" same "$dir/ca/nodes-ca.crt" "$n1/nodes-ca.crt"
check "a node has the authorities of clients" same "$dir/ca/clients-ca.crt" "$n1/clients-ca.crt"
check "a node has no authority's key" is_missing "$n1/nodes-ca.key"
check "the peer certificate is for servers" verifies nodes-ca sslserver "$n1/peer.crt"
check "the peer certificate is for clients" verifies nodes-ca sslclient "$n1/peer.crt"
check "the peer certificate names the node" has "$n1/peer.crt" "URI:urn:relaykv:node:n1"
check "the client port's certificate is for servers" verifies clients-ca sslserver "$n1/client.crt"
check "the client port's certificate is not for clients" verifies_not clients-ca sslclient "$n1/client.crt"
check "the client port's certificate names no node" has_not "$n1/client.crt" urn:relaykv
check "nodes do not trust the clients' authority" verifies_not nodes-ca sslclient "$n1/client.crt"

cp -R "$dir" "$work/before"
run "$dir" n1=127.0.0.1 n3=127.0.0.1
check "a third node" exits 0
check "the authority stays" same "$work/before/ca/nodes-ca.crt" "$dir/ca/nodes-ca.crt"
check "a certificate stays" same "$work/before/n1/peer.crt" "$n1/peer.crt"
check ".. which is said" says "kept $n1/peer.crt"
check "the third node's certificate is of the same authority" verifies nodes-ca sslserver "$dir/n3/peer.crt"

run "$dir" --renew --days 90 n1=127.0.0.2
check "a renewed certificate" differ "$work/before/n1/peer.crt" "$n1/peer.crt"
check ".. with a new key" differ "$work/before/n1/peer.key" "$n1/peer.key"
check ".. of the same authority" verifies nodes-ca sslserver "$n1/peer.crt"
check ".. for the new address" is_for_ip "$n1/peer.crt" 127.0.0.2
check ".. lasts as long as was asked for" lasts_not "$n1/peer.crt" 91
check "the other nodes' stay" same "$work/before/n2/peer.crt" "$dir/n2/peer.crt"

cp "$work/before/n1/peer.crt" "$n1/peer.crt"
run "$dir" n1=127.0.0.1
check "what an interrupted run left is made anew" is_pair "$n1/peer"

run "$dir" --client app
check "a client's certificate" verifies clients-ca sslclient "$dir/clients/app.crt"
check "a client's certificate is not for servers" verifies_not clients-ca sslserver "$dir/clients/app.crt"
check "a client's key fits" is_pair "$dir/clients/app"
check "a client's key is private" mode_is 600 "$dir/clients/app.key"

mv "$dir/ca/nodes-ca.crt" "$work/nodes-ca.crt"
run "$dir" n5=127.0.0.1
check "of an authority's key its certificate is made" is_pair "$dir/ca/nodes-ca"
check ".. which others trust as they did the one before" openssl verify -CAfile "$work/nodes-ca.crt" "$dir/n5/peer.crt"

rm "$dir/ca/nodes-ca.key"
run "$dir" n4=127.0.0.1
check "an authority without its key is not replaced" says "there is $dir/ca/nodes-ca.crt without"
check "nothing is left over" is_empty "$(find "$dir" -name '.certs.*')"

if ((failures > 0)); then
  echo "$failures failed"
  exit 1
fi
