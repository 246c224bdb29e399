#!/usr/bin/env bash
# Certificates for a cluster, from two authorities of its own: see usage below. Enough for a test or a small
# installation; who has a PKI uses that, with the same names and usages (docs/security.md).
set -euo pipefail
umask 077

usage() {
  cat <<'END'
usage: certs.sh DIR NODE=HOST[,HOST..] ..   make what is missing; what is there stays
       certs.sh DIR --renew NODE=HOST[,HOST..] ..
                                            make new keys and certificates of these nodes
       certs.sh DIR --client NAME           make a client's certificate in DIR/clients

NODE is a node.id, each HOST a name or an IP address by which clients or other nodes reach it.
  --days N    how long the certificates are valid; 825 unless given (those of the authorities: 3650)

DIR/ca    nodes-ca.{crt,key}, clients-ca.{crt,key}: keep the keys off the nodes
DIR/NODE  client.{crt,key}, peer.{crt,key}, nodes-ca.crt, clients-ca.crt: for the node's directory

Both ports' certificates come from these authorities: a node's client port is trusted by clients that trust
clients-ca.crt, its peer port by nodes that trust nodes-ca.crt.
END
}

readonly CA_DAYS=3650
readonly NODE_URN=urn:relaykv:node:

dir=
days=825
renew=
client=
nodes=()

fail() {
  printf 'certs.sh: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'certs.sh: %s\n\n' "$*" >&2
  usage >&2
  exit 2
}

# ---- Names

is_ip() {
  [[ $1 =~ ^[0-9]+(\.[0-9]+){3}$ || $1 == *:* ]]
}

check_node() {
  local id=${1%%=*} hosts=${1#*=} host
  [[ $id =~ ^[a-z0-9][a-z0-9-]{0,62}$ ]] ||
    usage_error "$id is not the name of a node: lower-case letters, digits and inner or final dashes"
  [[ $id != ca && $id != clients ]] || usage_error "a node cannot be called $id here: that directory has another use"
  [[ -n $hosts ]] || usage_error "$id has no host"
  # Nothing in it that the shell or openssl's configuration would understand.
  [[ $hosts =~ ^[A-Za-z0-9.:,-]+$ ]] || usage_error "$hosts, of $id, is no list of host names and IP addresses"
  for host in ${hosts//,/ }; do
    [[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ || $host =~ ^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$ ]] ||
      usage_error "$host, of $id, is neither a host name nor an IP address"
  done
}

# The subject alternative names of the hosts $1, separated by commas.
alternative_names() {
  local host separator=''
  for host in ${1//,/ }; do
    if is_ip "$host"; then printf '%sIP:%s' "$separator" "$host"; else printf '%sDNS:%s' "$separator" "$host"; fi
    separator=,
  done
}

# ---- Certificates. Keys are written by openssl itself and never appear on a command line.

# run_openssl ARGUMENT..: what it says is shown only if it fails.
run_openssl() {
  local said
  said=$(openssl "$@" 2>&1) || fail "openssl $1 failed: $said"
}

new_key() {
  run_openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -out "$1"
}

# Makes the authority $1 unless it is there. Of a key without a certificate, which a run that was interrupted leaves, the
# certificate is made: whoever trusts another one of that key trusts what it signs.
authority() {
  local base=$dir/ca/$1
  if [[ -f $base.crt && -f $base.key ]]; then return 0; fi
  [[ ! -e $base.crt ]] ||
    fail "there is $base.crt without $base.key: put that back; a new authority would be one that nobody trusts yet"
  mkdir -p -- "$dir/ca"
  cat >"$work/ca.cnf" <<END
[req]
prompt = no
distinguished_name = name
x509_extensions = authority
[name]
CN = RelayKV $1
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
END
  if [[ ! -e $base.key ]]; then
    new_key "$work/ca.key"
    mv -- "$work/ca.key" "$base.key"
  fi
  run_openssl req -new -x509 -sha256 -config "$work/ca.cnf" -key "$base.key" -days $CA_DAYS \
    -set_serial "$(serial)" -out "$work/ca.crt"
  mv -- "$work/ca.crt" "$base.crt"
  echo "made $base.crt"
}

serial() {
  printf '0x00%s' "$(openssl rand -hex 15)"
}

# Whether $1.crt and $1.key are there and belong together: a run that was interrupted may have left one of them.
is_pair() {
  [[ -f $1.crt && -f $1.key ]] || return 1
  [[ $(openssl x509 -in "$1.crt" -noout -pubkey 2>&1) == "$(openssl pkey -in "$1.key" -pubout 2>&1)" ]]
}

# issue BASE AUTHORITY NAME USAGES [ALTERNATIVE-NAMES]: makes BASE.key and BASE.crt unless they are there.
issue() {
  local base=$1 authority=$dir/ca/$2
  if [[ -z $renew ]] && is_pair "$base"; then
    echo "kept $base.crt"
    return
  fi
  cat >"$work/leaf.cnf" <<END
[req]
prompt = no
distinguished_name = name
[name]
CN = $3
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = $4
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
${5:+subjectAltName = $5}
END
  new_key "$work/leaf.key"
  run_openssl req -new -sha256 -config "$work/leaf.cnf" -key "$work/leaf.key" -out "$work/leaf.csr"
  run_openssl x509 -req -sha256 -in "$work/leaf.csr" -CA "$authority.crt" -CAkey "$authority.key" \
    -set_serial "$(serial)" -days "$days" -extfile "$work/leaf.cnf" -extensions leaf -out "$work/leaf.crt"
  mv -f -- "$work/leaf.key" "$base.key"
  mv -f -- "$work/leaf.crt" "$base.crt"
  echo "made $base.crt"
}

issue_node() {
  local id=${1%%=*} names name
  names=$(alternative_names "${1#*=}")
  mkdir -p -- "$dir/$id"
  issue "$dir/$id/client" clients-ca "$id" serverAuth "$names"
  issue "$dir/$id/peer" nodes-ca "$id" serverAuth,clientAuth "$names,URI:$NODE_URN$id"
  for name in nodes-ca clients-ca; do
    cmp -s -- "$dir/ca/$name.crt" "$dir/$id/$name.crt" || cp -- "$dir/ca/$name.crt" "$dir/$id/$name.crt"
  done
}

issue_client() {
  mkdir -p -- "$dir/clients"
  issue "$dir/clients/$client" clients-ca "$client" clientAuth
}

# ---- The command line

while (($# > 0)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --renew) renew=yes ;;
    --days)
      (($# > 1)) || usage_error "--days needs a number"
      days=$2
      shift
      ;;
    --client)
      (($# > 1)) || usage_error "--client needs a name"
      client=$2
      [[ $client =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ ]] || usage_error "$client is not a name for a client"
      shift
      ;;
    -*) usage_error "unknown option $1" ;;
    *=*)
      check_node "$1"
      nodes+=("$1")
      ;;
    *)
      [[ -z $dir ]] || usage_error "$1 is not NODE=HOST"
      dir=$1
      ;;
  esac
  shift
done
[[ -n $dir ]] || usage_error "no directory"
[[ $days =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "--days must be a number from 1 to 9999"
((${#nodes[@]} > 0)) || [[ -n $client ]] || usage_error "no node and no client"
command -v openssl >/dev/null ||
  fail "needs openssl, 1.1.1 or newer: install it with your system's packages (apt install openssl, dnf install" \
    "openssl, brew install openssl)"

[[ -z $renew || -d $dir/ca ]] || fail "there is no authority in $dir/ca whose certificates could be renewed"
mkdir -p -- "$dir"
# Beside the results, so that they are moved into place at once, and never half of a file is there.
work=$(mktemp -d "$dir/.certs.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

authority nodes-ca
authority clients-ca
for node in ${nodes[@]+"${nodes[@]}"}; do
  issue_node "$node"
done
[[ -z $client ]] || issue_client
