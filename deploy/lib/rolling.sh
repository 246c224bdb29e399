# shellcheck shell=bash
# Sourced by cluster.sh: upgrade and restart, one node after the other, so that the cluster serves all the while.

# A node that was away may have to be sent a snapshot.
readonly GATE_TIME=10m

# Of the roll that is under way: nodes that have had their turn, and nodes that wait for it.
done_nodes=()
waiting_nodes=()
# How the cluster was at the last gate, in one line.
verdict=

# roll TURN IS-DONE: gives each node its TURN unless IS-DONE says that it has had it. Those that do not run come first: they
# can only come back. Then the followers, and the leader last. In front of each turn, and at the end, there is a gate: all
# members are up and have caught up. It stops at the first doubt; run again, it goes on.
roll() {
  local turn=$1 is_done=$2 node state
  on_each look_at "${nodes[@]}" || doubt "a host cannot be looked at"
  for node in "${nodes[@]}"; do
    state=$(state_of "$node")
    if [[ $state == running ]] && "$is_done" "$node"; then
      tell "$node" "done before"
      done_nodes+=("$node")
    else
      waiting_nodes+=("$node")
    fi
  done
  for node in ${waiting_nodes[@]+"${waiting_nodes[@]}"}; do
    [[ $(state_of "$node") == running ]] || take_turn "$turn" "$node"
  done
  gate || doubt "$verdict"
  members_are_listed >"$work/strangers" || doubt "$(<"$work/strangers")"
  while ((${#waiting_nodes[@]} > 0)); do
    node=$(next_node) || doubt "nobody leads, or it cannot be told who does"
    hand_over "$node" || doubt "$node leads and could not hand over"
    take_turn "$turn" "$node"
    gate || doubt "$verdict"
  done
}

take_turn() {
  local turn=$1 node=$2 left=() other begun=$SECONDS
  ("$turn" "$node") >"$work/turn" 2>&1 || doubt "$node: $(<"$work/turn")"
  tell "$node" "up again after $((SECONDS - begun)) s"
  done_nodes+=("$node")
  for other in "${waiting_nodes[@]}"; do
    [[ $other == "$node" ]] || left+=("$other")
  done
  waiting_nodes=(${left[@]+"${left[@]}"})
}

# The first that waits and does not lead, or the one that does.
next_node() {
  local leads node
  leads=$(leader 2>/dev/null) || return 1
  for node in "${waiting_nodes[@]}"; do
    if [[ $node != "$leads" ]]; then
      echo "$node"
      return
    fi
  done
  echo "$leads"
}

# If the node leads, another one is made to: one that has had its turn, so that it keeps the lead.
hand_over() {
  local next
  [[ $(leader) == "$1" ]] || return 0
  next=$(shell leader transfer ${done_nodes[@]+"${done_nodes[0]}"}) || return 1
  tell "$1" "led; now $next does"
}

# Meanwhile kv-shell says on standard error what is missing.
gate() {
  local said status=0
  said=$(shell health --within "$GATE_TIME") || status=$?
  verdict=$(sed -n '$p' <<<"$said")
  verdict=${verdict:-kv-shell health could not tell how the cluster is.}
  return $status
}

doubt() {
  local verb=${command_words[0]}
  {
    echo
    echo "Stopped: $*"
    echo "Done: ${done_nodes[*]:-none}. Left: ${waiting_nodes[*]:-none}. The cluster serves as long as a majority is up."
    echo "Next: $(command_line status), $(command_line logs); mend that, then $(command_line "$verb") goes on."
  } >&2
  exit 1
}

# ---- What hosts run

# Leaves "STATE RELEASE DIGEST" of the node, as on-host.sh's look prints it.
look_at() {
  on "$1" look >"$work/look.$1" 2>"$work/look.$1.said" || {
    tell "$1" "UNREACHABLE: $(<"$work/look.$1.said")"
    return 1
  }
  # What is taken for down is started, or stopped without a gate.
  [[ $(<"$work/look.$1") =~ ^(running|stopped|absent)\ [A-Za-z0-9._-]+\ [A-Za-z0-9-]+$ ]] || {
    tell "$1" "cannot be understood: $(<"$work/look.$1")"
    return 1
  }
}

state_of() { cut -d ' ' -f 1 "$work/look.$1"; }
release_of() { cut -d ' ' -f 2 "$work/look.$1"; }
digest_of() { cut -d ' ' -f 3 "$work/look.$1"; }
