#!/usr/bin/env bash
# A cluster on machines of your own, over ssh and without anything of its own running there: see usage below and
# docs/cluster.md. This file has the verbs; lib/hosts-file.sh reads HOSTS.conf, lib/node-files.sh makes what the nodes get,
# lib/ssh.sh brings it there, lib/on-host.sh is what runs there, lib/rolling.sh goes from node to node, lib/members.sh asks
# the cluster.
set -euo pipefail
umask 077

usage() {
  cat <<'END'
usage: cluster.sh HOSTS.conf up            check all hosts, install, start what does not run, wait until all is well
       cluster.sh HOSTS.conf status
       cluster.sh HOSTS.conf upgrade       to the version of this checkout, or that HOSTS.conf names; node by node
       cluster.sh HOSTS.conf restart       node by node, with the settings that HOSTS.conf has now
       cluster.sh HOSTS.conf add NODE      which has a line in HOSTS.conf and is no member yet
       cluster.sh HOSTS.conf remove NODE
       cluster.sh HOSTS.conf replace NODE  by the one that has a line in HOSTS.conf and is no member yet
       cluster.sh HOSTS.conf logs [-f] [-n LINES] [NODE]
       cluster.sh HOSTS.conf destroy [--yes CLUSTER]

HOSTS.conf has a line for each node: its name, where ssh reaches its host (as root, or with sudo that does not ask), and the
address at which clients and other nodes do:

    n1   root@kv1.example.org   kv1.example.org

and before them, if wanted, settings "NAME = VALUE": cluster, user, client-port, peer-port, http-port, http-address,
data-dir, install-dir, config-dir, heap, java-home, java-options, distribution, and any of kv-server's (docs/cluster.md).
Certificates, the admin key, admin.conf and client.conf are beside it.

Whatever was interrupted or has failed goes on when the same command is given again.
Exit codes: 0 done, 1 failed on the way, 2 command line or HOSTS.conf is wrong, 3 a host is not fit (nothing was changed),
7 status: not healthy, 130 interrupted.
END
}

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly lib=$here/lib
# shellcheck source=deploy/lib/distribution.sh
. "$lib/distribution.sh"
# shellcheck source=deploy/lib/hosts-file.sh
. "$lib/hosts-file.sh"
# shellcheck source=deploy/lib/ssh.sh
. "$lib/ssh.sh"
# shellcheck source=deploy/lib/node-files.sh
. "$lib/node-files.sh"
# shellcheck source=deploy/lib/members.sh
. "$lib/members.sh"
# shellcheck source=deploy/lib/rolling.sh
. "$lib/rolling.sh"

# What the clocks of two hosts may differ by: kv-shell doctor's limits.
readonly CLOCK_WARNING_MS=1000
readonly CLOCK_PROBLEM_MS=60000
readonly LOG_LINES=20

fail() {
  printf 'cluster.sh: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'cluster.sh: %s\n\n' "$*" >&2
  usage >&2
  exit 2
}

# This script with these words for the same hosts, to be shown to people.
command_line() {
  printf '%q %q %s' "${BASH_SOURCE[0]}" "$hosts_file" "$*"
}

# ---- Checks

# check_hosts EXPECTED-DATA REPLACED NODE..: looks at all of them at once, and tells all that was found. Which of them are fit
# is in $fit, which are not in $unfit.
check_hosts() {
  local expected_data=$1 replaced_node=$2 node
  shift 2
  fit=()
  unfit=()
  echo "Checking hosts"
  on_each check_host "$@" || true
  on_each measure_clock "${nodes[@]}" || true
  compare_clocks
  for node in "$@"; do
    if grep -q '^problem' "$work/check.$node"; then unfit+=("$node"); else fit+=("$node"); fi
    if grep -q '^fact' "$work/check.$node"; then
      tell "$node" "$(sed -n 's/^fact //p' "$work/check.$node" | paste -s -d , - | sed 's/,/, /g')"
    fi
    sed -n 's/^warning /warning: /p; s/^problem /PROBLEM: /p' "$work/check.$node" | while read -r line; do tell "$node" "$line"; done
  done
}

# Ends the script unless all that were looked at are fit.
require_fit() {
  ((${#unfit[@]} == 0)) || {
    printf 'cluster.sh: hosts are not fit; nothing was changed. Mend what is called PROBLEM, and give the same command again\n' >&2
    exit 3
  }
}

# Leaves what the host of the node says of itself in $work/check.NODE.
check_host() {
  local node=$1 out=$work/check.$1 expected=$expected_data
  if [[ $expected == remembered ]]; then
    expected=none
    if remembers "bootstrapped $node" || has_joined "$node"; then expected=used; fi
  fi
  if ! on "$node" check "$expected" "$replaced_node" >"$out" 2>"$out.said"; then
    if grep -q '^sudo:' "$out.said"; then
      echo "problem sudo asks $(destination_of "$node") for a password: let ssh log in as root, or sudo not ask"
    else
      echo "problem ssh $(destination_of "$node") fails without being asked anything: $(tr '\n' ' ' <"$out.said")"
    fi >>"$out"
  elif ! grep -q -e '^fact ' -e '^problem ' "$out"; then
    echo "problem what it says of itself cannot be understood: $(tr '\n' ' ' <"$out")" >>"$out"
  fi
}

# Leaves by how many ms the clock of the node's host is ahead of this machine's, as far as the way there lets one tell.
measure_clock() {
  local before now after
  before=$(now_ms)
  now=$(on "$1" clock 2>/dev/null) || return 0
  # Whatever else a host says would be carried out here as soon as it is reckoned with.
  [[ $now =~ ^[0-9]{1,15}$ ]] || return 0
  after=$(now_ms)
  if ((now < before)); then
    echo $((now - before))
  elif ((now > after)); then
    echo $((now - after))
  else
    echo 0
  fi >"$work/clock.$1"
}

now_ms() {
  local ns
  ns=$(date +%s%N)
  case $ns in *[!0-9]*) ns=$(date +%s)000000000 ;; esac
  echo "${ns%??????}"
}

# With the one in the middle: a single clock that is wrong is not the measure of the others.
compare_clocks() {
  local node middle middle_node ahead level
  read -r middle middle_node < <(
    for node in "${nodes[@]}"; do
      [[ ! -s $work/clock.$node ]] || echo "$(<"$work/clock.$node") $node"
    done | sort -n | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'
  ) || return 0
  [[ -n $middle ]] || return 0
  for node in "${nodes[@]}"; do
    [[ -s $work/clock.$node && -f $work/check.$node ]] || continue
    ahead=$(($(<"$work/clock.$node") - middle))
    level=warning
    if ((${ahead#-} > CLOCK_PROBLEM_MS)); then level=problem; fi
    ((${ahead#-} <= CLOCK_WARNING_MS)) ||
      echo "$level its clock is $((${ahead#-} / 1000)) s $( ((ahead > 0)) && echo "ahead of" || echo behind) that of" \
        "$middle_node: have both set by NTP" >>"$work/check.$node"
  done
}

# ---- Steps on one host; on_each runs them on several at once

install_release() {
  local node=$1
  if on "$node" has_release "$release" 2>/dev/null; then
    tell "$node" "has $release"
  elif tar -cf - -C "$home" . | feed "$node" install "$release" >"$work/install.$node" 2>&1; then
    tell "$node" "installed $release"
  else
    tell "$node" "FAILED to install $release: $(<"$work/install.$node")"
    return 1
  fi
}

# What a node that has never run is to run; another one keeps its version until "upgrade".
install_if_new() {
  if [[ $(state_of "$1") == absent ]] || { ! is_known "$1" && [[ $(state_of "$1") != running ]]; }; then
    install_release "$1" && on "$1" use "$release"
  fi
}

prepare() {
  step "$1" "has $data_dir, of user $user" prepare
}

# Sends its files; the node reads all but its certificates when it starts.
configure() {
  local node=$1
  make_node_files "$node"
  tar -cf - -C "$work/$node" . | feed "$node" configure >"$work/configure.$node" 2>&1 || {
    tell "$node" "FAILED to write its configuration: $(<"$work/configure.$node")"
    return 1
  }
}

bootstrap() {
  is_founder "$1" || return 0
  if remembers "bootstrapped $1"; then return; fi
  step "$1" "bootstrapped" bootstrap && remember "bootstrapped $1"
}

start() {
  if [[ $(state_of "$1") != running ]]; then
    step "$1" "started" start
  elif [[ $(digest_of "$1") == "$(configuration_digest "$1")" ]]; then
    tell "$1" "runs"
  else
    tell "$1" "runs with older settings: $(command_line restart)"
  fi
}

# ---- Verbs

up() {
  local node
  check_server_settings
  if ! exists; then
    ((${#nodes[@]} >= 3)) || fail "$hosts_file has ${#nodes[@]} nodes; with three one may fail, with five two"
    ((${#nodes[@]} % 2 == 1)) || echo "Note: ${#nodes[@]} nodes bear no more failures than $((${#nodes[@]} - 1))."
  else
    for node in $(newcomers); do
      hosts_error "line $(line_of "$node"): $node is none of the nodes that the cluster began with: $(command_line add "$node")"
    done
  fi
  check_hosts remembered - "${nodes[@]}"
  # A cluster that is there is not kept down by one of its hosts.
  if ! exists || ((${#fit[@]} == 0)); then require_fit; fi
  exists || found
  make_certificates "${nodes[@]}"
  make_admin_key
  write_client_configs "${nodes[@]}"
  echo "Installing"
  {
    on_each look_at "${fit[@]}" && on_each install_if_new "${fit[@]}" && on_each prepare "${fit[@]}" &&
      on_each configure "${fit[@]}" && on_each bootstrap "${fit[@]}"
  } || unfinished
  echo "Starting"
  on_each start "${fit[@]}" || unfinished
  ((${#unfit[@]} == 0)) || unfinished "Left out, as the host is not fit: ${unfit[*]}. How the others are: $(command_line status)."
  gate || unfinished "$verdict"
  members_are_listed >"$work/strangers" || fail "$(<"$work/strangers")"
  show_next_steps
  echo "$verdict"
}

# Until one of them has been bootstrapped, the hosts file says which nodes the cluster begins with.
found() {
  local node address
  for node in "${nodes[@]}"; do
    address=$(remembered_address "$node" 2>/dev/null) || address=
    # Its certificates name another host.
    [[ -z $address || $address == "$(address_of "$node")" ]] || rm -rf -- "$dir/certs/$node"
  done
  {
    echo "# Made by cluster.sh, which needs it. Keep it, and what is beside it."
    echo "cluster $cluster"
    for node in "${nodes[@]}"; do echo "founder $node $(address_of "$node")"; done
  } >"$dir/$MARKER.new"
  mv -- "$dir/$MARKER.new" "$dir/$MARKER"
}

unfinished() {
  fail "${1:+$1 }Not done. Mend what is said above ($(command_line logs)) and give the same command again"
}

show_next_steps() {
  local kv_shell
  kv_shell=$(printf '%q' "$home/bin/kv-shell")
  [[ $home != "$(built_home)" ]] || kv_shell=$(printf '%q' "$here/kv-shell")
  [[ $home != "$work"* ]] || kv_shell=kv-shell
  cat <<END

To connect, make an account and an API key, whose place client.conf names:
  $kv_shell --config $(printf %q "$dir/admin.conf") account create demo
  $kv_shell --config $(printf %q "$dir/admin.conf") apikey create --account demo --allow read,write -O $(printf %q "$dir/client.key")
  $kv_shell --config $(printf %q "$dir/client.conf") put greeting -s hello

END
}

status() {
  local node
  on_each look_at "${nodes[@]}" || true
  for node in "${nodes[@]}"; do
    [[ -s $work/look.$node ]] || continue
    case $(state_of "$node") in
      absent) tell "$node" "nothing is installed" ;;
      stopped) tell "$node" "does not run ($(release_of "$node"))" ;;
      running)
        if [[ $(digest_of "$node") == "$(configuration_digest "$node")" ]]; then
          tell "$node" "runs $(release_of "$node")"
        else
          tell "$node" "runs $(release_of "$node") with older settings: $(command_line restart)"
        fi
        ;;
    esac
  done
  echo
  shell status
}

upgrade() {
  check_server_settings
  echo "Installing"
  on_each install_release "${nodes[@]}" || unfinished
  echo "Upgrading to $release"
  roll upgrade_node is_upgraded
  rm -f -- "$dir/.relaykv-restart"
  echo "All nodes run $release. $verdict"
}

is_upgraded() {
  [[ $(release_of "$1") == "$release" && $(digest_of "$1") == "$(configuration_digest "$1")" ]]
}

upgrade_node() {
  configure "$1" && on "$1" stop && on "$1" use "$release" && on "$1" start
}

# Which nodes have been restarted is known from a file, in case it breaks off.
restart() {
  local begun=$dir/.relaykv-restart
  check_server_settings
  if [[ -s $begun ]]; then
    echo "Going on with a restart that was $(sed -n 1p "$begun"); to begin anew, remove $begun"
  else
    echo "begun on $(date '+%Y-%m-%d at %H:%M')" >"$begun"
    echo "Restarting"
  fi
  roll restart_node is_restarted
  rm -f -- "$begun"
  echo "All nodes were restarted. $verdict"
}

is_restarted() {
  grep -qxF -- "$1" "$dir/.relaykv-restart" 2>/dev/null && [[ $(digest_of "$1") == "$(configuration_digest "$1")" ]]
}

restart_node() {
  configure "$1" && on "$1" stop && on "$1" start && echo "$1" >>"$dir/.relaykv-restart"
}

add() {
  local node=$1
  is_listed "$node" || hosts_error "$node has no line: write one first"
  if is_known "$node"; then
    admin_conf_of_members
    gate || unfinished "$verdict"
    echo "$node is a node of the cluster already. $verdict"
    return
  fi
  check_server_settings
  check_hosts any - "$node"
  require_fit
  join "$node"
  gate || unfinished "$verdict"
  echo "Added $node. $verdict"
}

# Installs and starts a node, and makes it a member.
join() {
  local node=$1
  make_certificates "$node"
  echo "Installing"
  { look_at "$node" && install_if_new "$node" && prepare "$node" && configure "$node"; } || unfinished
  echo "Starting"
  { look_at "$node" && start "$node"; } || unfinished
  admin_conf_of_members
  shell member add "$node" "$(host_and_port "$(address_of "$node")" "$client_port")" \
    "$(host_and_port "$(address_of "$node")" "$peer_port")" || unfinished "$node could not be added."
  remember "joined $node $(address_of "$node")"
  tell "$node" "is a member"
  admin_conf_of_members
}

# The confs name nodes of the hosts file that are, or were, members.
admin_conf_of_members() {
  local node listed=()
  for node in "${nodes[@]}"; do
    if is_known "$node" && ! remembers "removed $node"; then listed+=("$node"); fi
  done
  write_client_configs "${listed[@]}"
}

remove() {
  local node=$1
  # One that was about to replace another may be a member, and not known here.
  is_known "$node" || is_member "$node" || hosts_error "$node is none of the nodes of the cluster"
  if ! remembers "removed $node"; then
    shell member remove "$node" || unfinished "$node could not be removed."
    remember "removed $node"
  fi
  tell "$node" "is no member"
  admin_conf_of_members
  if ! is_listed "$node"; then
    echo "Removed $node. Its host has no line any more, and is left as it is: a node that is no member does not start."
  elif step "$node" "stopped; its data is still in $data_dir" retire; then
    echo "Removed $node. Now take its line out of $hosts_file."
  else
    echo "Removed $node; its host does not answer. Now take its line out of $hosts_file: a node that is no member does not start."
  fi
}

replace() {
  local old=$1 new
  is_known "$old" || hosts_error "$old is none of the nodes of the cluster"
  ! is_listed "$old" || hosts_error "$old has a line: let that of its successor, under a new name, take its place"
  new=$(sed -n "s/^replacing $old //p" "$dir/$MARKER" | sed -n '$p')
  # The successor may have been lost itself, before it was one.
  if [[ -z $new ]] || { ! is_known "$new" && ! is_listed "$new"; }; then new=$(newcomers | xargs); fi
  [[ $new =~ ^[a-z0-9-]+$ ]] ||
    hosts_error "there must be one node that the cluster has not heard of, in the place of $old; there is: ${new:-none}"
  is_listed "$new" || hosts_error "$new, which is to replace $old, has no line any more"
  check_server_settings
  if ! is_known "$new"; then
    check_hosts any "$old" "$new"
    require_fit
    remembers "replacing $old $new" || remember "replacing $old $new"
    make_room "$old" "$new"
    join "$new"
  fi
  if ! remembers "removed $old"; then
    shell member remove "$old" || unfinished "$new is a member, but $old could not be removed."
    remember "removed $old"
  fi
  tell "$old" "is no member"
  gate || unfinished "$verdict"
  echo "$new has taken the place of $old. $verdict"
}

# On the same host, the old node must not take the ports.
make_room() {
  on "$2" evict "$1" || unfinished
}

logs() {
  local node pids=()
  if [[ -n $follow ]]; then
    for node in "$@"; do
      on "$node" follow_log "$lines" 2>&1 | prefixed "$node" &
      pids+=($!)
    done
    wait
    return
  fi
  on_each fetch_log "$@" || true
  for node in "$@"; do prefixed "$node" <"$work/log.$node"; done
}

fetch_log() {
  on "$1" show_log "$lines" >"$work/log.$1" 2>&1
}

prefixed() {
  local line
  while IFS= read -r line; do printf '%-10s %s\n' "$1" "$line"; done
}

destroy() {
  local node answer failed=0
  cat <<END
This deletes cluster $cluster with all of its data, which cannot be brought back:
$(for node in "${nodes[@]}"; do
    printf '  %-10s %s: the node, %s, %s, %s\n' "$node" "$(destination_of "$node")" "$data_dir" "$config_dir" "$install_dir"
  done)
  here       in $dir: certs, admin.key, admin-key.conf, admin.conf, client.conf
The user $user stays on the hosts.
END
  if [[ -z $confirmed ]]; then
    [[ -t 0 ]] || fail "nobody is there to be asked; in scripts: $(command_line destroy --yes "$cluster")"
    read -rp "Type the name of the cluster to go on: " answer
    confirmed=$answer
  fi
  [[ $confirmed == "$cluster" ]] || fail "$confirmed is not the name of the cluster; nothing was deleted"
  on_each destroy_node "${nodes[@]}" || failed=1
  ((failed == 0)) || fail "not all is deleted; what is here stays, so that the same command can go on"
  rm -rf -- "$dir/certs"
  rm -f -- "$dir"/{admin.key,admin-key.conf,admin.conf,client.conf,.relaykv-restart,"$MARKER"}
  echo "Deleted cluster $cluster."
}

destroy_node() {
  step "$1" "deleted" destroy
}

# ---- The command line

hosts_file=
verb=
argument=
confirmed=
follow=
lines=$LOG_LINES
command_words=()
while (($# > 0)); do
  case $1 in
    -h | --help | help)
      usage
      exit 0
      ;;
    --yes | -n)
      [[ -n ${2:-} ]] || usage_error "$1 needs a value"
      if [[ $1 == -n ]]; then lines=$2; else confirmed=$2; fi
      shift
      ;;
    -f) follow=yes ;;
    -*) usage_error "unknown option $1" ;;
    *)
      if [[ -z $hosts_file ]]; then
        hosts_file=$1
      elif [[ -z $verb ]]; then
        verb=$1
      elif [[ -z $argument ]]; then
        argument=$1
      else
        usage_error "one argument too many: $1"
      fi
      ;;
  esac
  shift
done
[[ -n $hosts_file ]] || usage_error "no hosts file given"
[[ -n $verb ]] || usage_error "no command given"
case $verb in
  up | status | upgrade | restart | destroy) [[ -z $argument ]] || usage_error "$verb takes no argument: $argument" ;;
  add | remove | replace) [[ -n $argument ]] || usage_error "$verb needs a node" ;;
  logs) ;;
  *) usage_error "no such command: $verb" ;;
esac
[[ -z $confirmed || $verb == destroy ]] || usage_error "--yes belongs to destroy"
[[ -z $follow || $verb == logs ]] || usage_error "-f belongs to logs"
[[ $lines =~ ^[1-9][0-9]{0,5}$ ]] || usage_error "-n takes a number of lines, not $lines"

read_hosts_file "$hosts_file"
dir=$(CDPATH='' cd -- "$(dirname -- "$hosts_file")" && pwd -P)
[[ -z $argument || $verb != logs ]] || is_listed "$argument" || hosts_error "$argument has no line"
# Short, as sockets lie in it.
work=$(mktemp -d /tmp/relaykv.XXXXXX)
locked=
command_words=("$verb" ${argument:+"$argument"})

finish() {
  close_connections
  rm -rf -- "$work"
  [[ -z $locked ]] || rm -f -- "$dir/$MARKER.lock"
}
trap finish EXIT
trap 'echo; echo "Interrupted. What is done stays; to go on: $(command_line "${command_words[@]}")" >&2; exit 130' INT TERM
open_connections

# Two at once would take turns at the same nodes.
lock() {
  local lock=$dir/$MARKER.lock other
  if ! (set -C && echo $$ >"$lock") 2>/dev/null; then
    [[ -f $lock ]] || fail "$dir cannot be written to"
    other=$(<"$lock")
    ! kill -0 "$other" 2>/dev/null || fail "process $other is at work on $dir already; if it is no cluster.sh, delete $lock"
    echo $$ >"$lock"
  fi
  locked=yes
}

case $verb in
  up) check_hosts_against_memory ;;
  status | logs) ;;
  destroy) ;;
  *)
    exists || fail "there is no cluster yet: $(command_line up)"
    if [[ $verb == remove ]]; then check_hosts_against_memory "$argument" "$argument"; else check_hosts_against_memory "$argument"; fi
    ;;
esac
case $verb in
  status)
    exists || fail "there is no cluster yet: $(command_line up)"
    find_distribution
    ;;
  logs) ;;
  destroy) lock ;;
  *)
    lock
    find_distribution
    ;;
esac
case $verb in
  up) up ;;
  status) status ;;
  upgrade) upgrade ;;
  restart) restart ;;
  add) add "$argument" ;;
  remove) remove "$argument" ;;
  replace) replace "$argument" ;;
  logs) if [[ -n $argument ]]; then logs "$argument"; else logs "${nodes[@]}"; fi ;;
  destroy) destroy ;;
esac
