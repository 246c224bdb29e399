# shellcheck shell=bash
# Sourced by cluster.sh: what is made on the operator's machine: certificates, keys, configuration files.

readonly MARKER=.relaykv-cluster
# What goes into the configuration directory of a node, besides kv-server.conf and environment.
readonly NODE_CERTIFICATES="client.crt client.key peer.crt peer.key nodes-ca.crt clients-ca.crt"

# ---- The distribution

# Sets $home and $release, its name on the hosts: version and digest, as a version that is being worked on has many contents.
find_distribution() {
  local version
  home=${distribution:-${RELAYKV_HOME:-$(built_home)}}
  if [[ -f $home ]]; then
    mkdir -- "$work/distribution"
    tar -xzf "$home" -C "$work/distribution" --strip-components 1 || fail "$home is no archive of a distribution (.tar.gz)"
    home=$work/distribution
  elif [[ -z $distribution && -z ${RELAYKV_HOME:-} ]] && ! distribution_is_current; then
    build_distribution
  fi
  [[ -x $home/bin/kv-server && -x $home/bin/kv-shell ]] || fail "no bin/kv-server and bin/kv-shell in $home"
  find_java
  version=$(basename -- "$home"/lib/server/kv-server-*.jar .jar)
  version=${version#kv-server-}
  [[ $version =~ ^[A-Za-z0-9._-]+$ ]] || fail "$home/lib/server has not one kv-server-VERSION.jar"
  release=$version-$(distribution_digest)
}

distribution_digest() {
  (cd -- "$home" && find . -type f -exec openssl dgst -sha256 -r {} + | LC_ALL=C sort | openssl dgst -sha256 -r | cut -c 1-8)
}

# ---- Certificates and keys. The authorities' keys and the admin key never leave this directory.

# make_certificates NODE..
make_certificates() {
  local node missing=()
  for node in "$@"; do
    # What certs.sh makes last.
    [[ -f $dir/certs/$node/clients-ca.crt ]] || missing+=("$node=$(address_of "$node")")
  done
  ((${#missing[@]} > 0)) || return 0
  [[ -d $dir/certs/ca ]] || ! exists ||
    fail "$dir/certs/ca is gone, and the nodes trust no other authority: put it back"
  "$here/certs.sh" "$dir/certs" "${missing[@]}" >"$work/certs.log" || fail "no certificates"
  echo "made certificates for ${missing[*]%%=*} in $dir/certs"
}

# Leaves the key of operators in admin.key, and the line by which nodes accept it in admin-key.conf.
make_admin_key() {
  [[ ! -f $dir/admin.key || ! -f $dir/admin-key.conf ]] || return 0
  ! exists || fail "$dir/admin.key or admin-key.conf is gone, and the nodes accept no other: put it back" \
    "(docs/accounts.md, \"Another admin key\", says how to change it on the nodes)"
  rm -f -- "$dir/admin.key.new"
  "$home/bin/kv-server" keygen -O "$dir/admin.key.new" </dev/null >"$dir/admin-key.conf"
  mv -- "$dir/admin.key.new" "$dir/admin.key"
  echo "made $dir/admin.key"
}

# write_client_configs NODE..: admin.conf and client.conf, with these nodes.
write_client_configs() {
  write_client_config admin.conf admin.key "$@"
  write_client_config client.conf client.key "$@"
}

write_client_config() {
  local file=$1 key=$2 node separator=''
  shift 2
  {
    printf 'nodes = ['
    for node in "$@"; do
      printf '%s"%s"' "$separator" "$(host_and_port "$(address_of "$node")" "$client_port")"
      separator=', '
    done
    printf ']\napi-key-file = "%s"\ntls.trust = "certs/ca/clients-ca.crt"\n' "$key"
  } >"$dir/$file.new"
  mv -- "$dir/$file.new" "$dir/$file"
}

# ---- Configuration of a node

# Makes all that goes into the configuration directory of a node, in $work/NODE.
make_node_files() {
  local node=$1 name
  mkdir -p -- "$work/$node"
  kv_server_conf "$node" >"$work/$node/kv-server.conf"
  node_environment "$node" >"$work/$node/environment"
  for name in $NODE_CERTIFICATES; do
    cp -- "$dir/certs/$node/$name" "$work/$node/$name" || fail "$dir/certs/$node/$name is gone: put it back"
  done
}

kv_server_conf() {
  local node=$1 setting any=0.0.0.0
  # A name stands for what its host has; the host's own idea of it may be a loopback address.
  [[ $(address_of "$node") != *:* ]] || any='[::]'
  echo "# Written by cluster.sh, from its hosts file; change it there."
  echo "node.id = $node"
  echo "data.dir = \"$data_dir\""
  echo "cluster.name = \"$cluster\""
  echo "cluster.peers = ["
  if is_founder "$node"; then
    sed -n 's/^founder //p' "$dir/$MARKER" | while read -r name address; do peer "$name" "$address"; done
  else
    peer "$node" "$(address_of "$node")"
  fi
  echo "]"
  echo "listen.client = \"$any:$client_port\""
  echo "listen.peer = \"$any:$peer_port\""
  echo "listen.http = \"$(host_and_port "$http_address" "$http_port")\""
  echo "tls.client.certificate = client.crt"
  echo "tls.client.key = client.key"
  echo "tls.peer.certificate = peer.crt"
  echo "tls.peer.key = peer.key"
  echo "tls.peer.ca = nodes-ca.crt"
  cat -- "$dir/admin-key.conf"
  for setting in ${server_settings[@]+"${server_settings[@]}"}; do
    printf '%s\n' "${setting#* }"
  done
}

peer() {
  printf '  {id = %s, client = "%s", peer = "%s"}\n' "$1" "$(host_and_port "$2" "$client_port")" "$(host_and_port "$2" "$peer_port")"
}

# Read by systemd and by sh. The digest is how a running node is known to have these settings.
node_environment() {
  local options
  options="-Drelaykv.configuration=$(configuration_digest "$1")${heap:+ -Xms$heap -Xmx$heap}${java_options:+ $java_options}"
  printf 'RELAYKV_JAVA_OPTS="%s"\n' "$options"
  [[ -z $java_home ]] || printf 'JAVA_HOME="%s"\n' "$java_home"
  # One that did not found the cluster waits to be made a member.
  printf 'KV_SERVER_OPTIONS="%s"\n' "$(is_founder "$1" || echo --join)"
}

configuration_digest() {
  { kv_server_conf "$1"; echo "$heap $java_home $java_options"; } | openssl dgst -sha256 -r | cut -c 1-8
}
