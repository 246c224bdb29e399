# shellcheck shell=bash
# Sourced by cluster.sh: what the cluster says of itself, through kv-shell, and what this directory remembers of it.

shell() {
  "$home/bin/kv-shell" --config "$dir/admin.conf" "$@" </dev/null
}

# ---- The directory: .relaykv-cluster beside the hosts file remembers what no host can be asked for.
#   cluster NAME              whose directory it is
#   founder NODE ADDRESS      the nodes that the cluster begins with; the same for all of them, and for good
#   bootstrapped NODE         has had a data directory: without one it has lost its data
#   joined NODE ADDRESS       was added later
#   replacing NODE NEW        under way, or done
#   removed NODE              its name is never used again

remember() {
  printf '%s\n' "$*" >>"$dir/$MARKER"
}

remembers() {
  grep -qxF -- "$*" "$dir/$MARKER" 2>/dev/null
}

# The first word after $1 in each of its lines.
remembered() {
  [[ ! -f $dir/$MARKER ]] || sed -n "s/^$1 \([^ ]*\).*/\1/p" "$dir/$MARKER"
}

is_founder() {
  remembered founder | grep -qxF -- "$1"
}

is_known() {
  is_founder "$1" || has_joined "$1"
}

has_joined() {
  remembered joined | grep -qxF -- "$1"
}

# The address by which the others know the node, if they do.
remembered_address() {
  sed -n -e "s/^founder $1 //p" -e "s/^joined $1 //p" "$dir/$MARKER"
}

exists() {
  [[ -n $(remembered bootstrapped) ]]
}

# What the hosts file says against what was done before. $1 is a node that may be missing, $2 one that may have been removed.
check_hosts_against_memory() {
  local name node address
  name=$(remembered cluster)
  [[ -z $name || $name == "$cluster" ]] ||
    hosts_error "this directory is that of cluster $name ($dir/$MARKER), not $cluster: give each cluster a directory of its own"
  for node in "${nodes[@]}"; do
    ! remembers "removed $node" || [[ $node == "${2:-}" ]] ||
      hosts_error "line $(line_of "$node"): $node was removed from the cluster, and no name is used twice: take the line out, or give it another name"
  done
  exists || return 0
  for node in "${nodes[@]}"; do
    address=$(remembered_address "$node")
    [[ -z $address || $address == "$(address_of "$node")" ]] ||
      hosts_error "line $(line_of "$node"): the others know $node at $address, and addresses are never changed: put that back, or replace $node by a node of another name"
  done
  for node in $(remembered founder) $(remembered joined); do
    is_listed "$node" || remembers "removed $node" || [[ $node == "${1:-}" ]] ||
      hosts_error "$node is a node of the cluster and has no line: put it back, or \"$(command_line remove "$node")\", or let a line of another name take its place and \"$(command_line replace "$node")\""
  done
}

# Nodes of the hosts file that the cluster has not heard of.
newcomers() {
  local node
  for node in "${nodes[@]}"; do
    is_known "$node" || echo "$node"
  done
}

# ---- The cluster

# Lines "NAME CLIENT-ADDRESS PEER-ADDRESS ROLE".
members() {
  shell -o jsonl member list |
    sed -n 's/^{"name":"\([^"]*\)","clientAddress":"\([^"]*\)","peerAddress":"\([^"]*\)","role":"\([^"]*\)".*/\1 \2 \3 \4/p'
}

is_member() {
  members | grep -q "^$1 "
}

leader() {
  shell leader show
}

# Whether members and hosts file are the same, by name and addresses; says what is not.
members_are_listed() {
  local name client peer expected list
  list=$(members) || {
    echo "the members could not be listed"
    return 1
  }
  while read -r name client peer _; do
    is_listed "$name" || {
      echo "$name is a member and has no line in $hosts_file"
      return 1
    }
    expected="$(host_and_port "$(address_of "$name")" "$client_port") $(host_and_port "$(address_of "$name")" "$peer_port")"
    [[ "$client $peer" == "$expected" ]] || {
      echo "$name is at $client and $peer for the cluster, not at $expected: addresses are never changed; replace the node instead"
      return 1
    }
  done <<<"$list"
  for name in "${nodes[@]}"; do
    grep -q "^$name " <<<"$list" || {
      echo "$name is no member"
      return 1
    }
  done
}
