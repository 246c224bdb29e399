#!/usr/bin/env bash
# A cluster on this machine, to try RelayKV out and to break it: see usage below. What it starts are ordinary
# kv-server processes, one directory each.
set -euo pipefail

usage() {
  cat <<'END'
usage: local-cluster.sh up [-n COUNT] [--plain-text]
                                           build if needed, start what is not running, wait until it serves
       local-cluster.sh kill NODE|leader   SIGKILL
       local-cluster.sh stop-node NODE     SIGTERM, and wait
       local-cluster.sh start NODE
       local-cluster.sh status
       local-cluster.sh down               stop all nodes; the data stays
       local-cluster.sh clean              stop all nodes and remove the directory

NODE is n1, n2, ..  Each with:
  --dir DIR       where the nodes live; build/local-cluster in the checkout unless given
  --base-port P   node i listens on P+10*(i-1) for clients, +1 for peers, +2 for HTTP; 7400 unless given
COUNT (3 unless given) and P are remembered in DIR.

The first "up" also makes what keeps others out: certificates in DIR/certs (plain text on loopback if there is no
openssl, or with --plain-text), an admin key, and an account demo with an API key. DIR/client.conf and DIR/admin.conf name them.
END
}

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/distribution.sh"

readonly MAIN_CLASS=io.relaykv.server.KvServerMain
readonly MARKER=.relaykv-local-cluster
# Of what is in the directory; raised when an older one can no longer be used.
readonly FORMAT=2
readonly UP_SECONDS=60
readonly REST_SECONDS=10
readonly STOP_SECONDS=15

home=${RELAYKV_HOME:-$(built_home)}
dir=${deploy%/*}/build/local-cluster
count=
base_port=
tls=
plain_text=
bootstrapped=" "

fail() {
  printf 'local-cluster.sh: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'local-cluster.sh: %s\n\n' "$*" >&2
  usage >&2
  exit 2
}

# ---- The directory: DIR/.relaykv-local-cluster says that it is ours, and what was asked for.

read_marker() {
  local name value format=1 known_count='' known_port=''
  while read -r name value; do
    case $name in
      format) format=$value ;;
      tls) tls=$value ;;
      nodes) known_count=$value ;;
      base-port) known_port=$value ;;
      bootstrapped) bootstrapped+="$value " ;;
    esac
  done <"$dir/$MARKER"
  [[ $known_count =~ ^[1-9]$ ]] || fail "$dir/$MARKER is damaged"
  if [[ $verb == clean || $verb == down ]]; then
    count=$known_count
    return
  fi
  [[ $format == "$FORMAT" ]] ||
    fail "$dir was made by another version of RelayKV; to begin anew: $(command_line clean)"
  [[ ($tls == yes || $tls == no) && $known_port =~ ^[1-9][0-9]*$ ]] || fail "$dir/$MARKER is damaged"
  # As long as no node has ever started, flags may still change what an earlier "up" wanted.
  if [[ $bootstrapped == " " ]]; then
    count=${count:-$known_count}
    base_port=${base_port:-$known_port}
    if [[ -n $plain_text ]]; then tls=no; fi
    write_marker
    return
  fi
  [[ -z $plain_text || $tls == no ]] || fail "the cluster in $dir uses TLS; to begin anew: $(command_line clean)"
  [[ -z $count || $count == "$known_count" ]] ||
    fail "the cluster in $dir has $known_count nodes; to begin anew with $count: $(command_line clean)"
  [[ -z $base_port || $base_port == "$known_port" ]] ||
    fail "the cluster in $dir has base port $known_port; to begin anew with $base_port: $(command_line clean)"
  count=$known_count
  base_port=$known_port
}

is_ours() {
  [[ -f $dir/$MARKER ]]
}

make_dir() {
  count=${count:-3}
  base_port=${base_port:-7400}
  [[ ! -e $dir || -d $dir ]] || fail "$dir is not a directory"
  [[ ! -d $dir || -z $(ls -A -- "$dir") ]] ||
    fail "$dir holds something else: name an empty or a new directory with --dir"
  mkdir -p -- "$dir"
  tls=yes
  if [[ -n $plain_text ]] || ! command -v openssl >/dev/null; then tls=no; fi
  write_marker
}

write_marker() {
  cat >"$dir/$MARKER" <<END
# Made by deploy/local-cluster.sh, whose "clean" removes this directory.
format $FORMAT
tls $tls
nodes $count
base-port $base_port
END
}

nodes() {
  local i
  for ((i = 1; i <= count; i++)); do echo "n$i"; done
}

check_node() {
  [[ $1 =~ ^n[1-9]$ && ${1#n} -le $count ]] || usage_error "no node \"$1\": the nodes are $(nodes | xargs)"
}

# Port number $2 of the node $1: 0 client, 1 peer, 2 HTTP.
port() {
  echo $((base_port + 10 * (${1#n} - 1) + $2))
}

config_of() {
  printf '%s\n' "$dir/$1/kv-server.conf"
}

# This script with the verb $1, for the same cluster, to be shown to people.
command_line() {
  local shown=${BASH_SOURCE[0]}
  printf '%q %s' "$shown" "$*"
  [[ $dir == "${deploy%/*}/build/local-cluster" ]] || printf ' --dir %q' "$dir"
}

# ---- Keys and certificates

make_certificates() {
  local node nodes_and_hosts=()
  if [[ $tls == no ]]; then
    [[ -n $plain_text ]] || echo "openssl is not installed: this cluster uses plain text, on this machine only."
    return
  fi
  for node in $(nodes); do
    # What certs.sh makes last.
    [[ -f $dir/certs/$node/clients-ca.crt ]] || nodes_and_hosts+=("$node=localhost,127.0.0.1,::1")
  done
  ((${#nodes_and_hosts[@]} > 0)) || return 0
  "$deploy/certs.sh" "$dir/certs" "${nodes_and_hosts[@]}" >"$dir/certs.log" || fail "no certificates: see $dir/certs.log"
}

# Leaves the key of operators in DIR/admin.key, and the line by which nodes accept it in DIR/admin-key.conf.
make_admin_key() {
  [[ ! -f $dir/admin.key || ! -f $dir/admin-key.conf ]] || return 0
  [[ $bootstrapped == " " ]] ||
    fail "$dir/admin.key or admin-key.conf is gone, and the nodes accept no other. Put it back, or begin anew: $(command_line clean)"
  rm -f -- "$dir/admin.key.new"
  "$home/bin/kv-server" keygen -O "$dir/admin.key.new" </dev/null >"$dir/admin-key.conf"
  mv -- "$dir/admin.key.new" "$dir/admin.key"
}

# The account demo, and a key that may read and write in DIR/demo.key.
make_account() {
  local log=$dir/account.log deadline=$((SECONDS + REST_SECONDS))
  [[ ! -f $dir/demo.key ]] || return 0
  # Once more if the leader was lost meanwhile; the account may be there by then.
  until { shell account show demo || shell account create demo; } >"$log" 2>&1 &&
    shell apikey create --account demo --allow read,write --label "of local-cluster.sh" -O "$dir/demo.key" \
      >>"$log" 2>&1; do
    ((SECONDS < deadline)) || {
      cat -- "$log" >&2
      fail "could not make the account demo and its key"
    }
    sleep 0.3
  done
  rm -f -- "$log"
}

# ---- Configuration files

# $1 as a HOCON string.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

write_node_config() {
  local node peer name separator='' file
  node=$1
  file=$(config_of "$node")
  [[ $bootstrapped != *" $node "* || ! -f $file ]] || return 0
  mkdir -p -- "$dir/$node"
  {
    echo "# Written by deploy/local-cluster.sh; stays as it is until \"clean\"."
    echo "node.id = $node"
    echo "data.dir = $(quoted "$dir/$node/data")"
    if below_tmp; then echo "data.allow-temporary = true"; fi
    echo "disk.stop-writes = 256MiB"
    echo "disk.resume-writes = 320MiB"
    echo 'cluster.name = "local"'
    echo "cluster.peers = ["
    for peer in $(nodes); do
      printf '%s  {id = %s, client = "127.0.0.1:%s", peer = "127.0.0.1:%s"}' \
        "$separator" "$peer" "$(port "$peer" 0)" "$(port "$peer" 1)"
      separator=$',\n'
    done
    printf '\n]\n'
    echo "listen.client = \"127.0.0.1:$(port "$node" 0)\""
    echo "listen.peer = \"127.0.0.1:$(port "$node" 1)\""
    echo "listen.http = \"127.0.0.1:$(port "$node" 2)\""
    cat -- "$dir/admin-key.conf"
    if [[ $tls == yes ]]; then
      for name in client.certificate:client.crt client.key:client.key \
        peer.certificate:peer.crt peer.key:peer.key peer.ca:nodes-ca.crt; do
        echo "tls.${name%%:*} = $(quoted "$dir/certs/$node/${name#*:}")"
      done
    fi
  } >"$file.new"
  mv -- "$file.new" "$file"
}

# What a client needs, in the file $1, showing the key in the file $2.
write_client_config() {
  local node separator=''
  (
    umask 077
    {
      printf 'nodes = ['
      for node in $(nodes); do
        printf '%s"127.0.0.1:%s"' "$separator" "$(port "$node" 0)"
        separator=', '
      done
      printf ']\n'
      echo "api-key-file = \"$2\""
      if [[ $tls == yes ]]; then echo 'tls.trust = "certs/ca/clients-ca.crt"'; fi
    } >"$dir/$1.new"
  )
  mv -- "$dir/$1.new" "$dir/$1"
}

below_tmp() {
  [[ $dir == /tmp/* || $dir == /private/tmp/* ]]
}

# ---- Processes

# The arguments of process $1, one a line and with a line break around each; nothing if there is none.
arguments() {
  if [[ -d /proc/self ]]; then
    [[ -r /proc/$1/cmdline ]] || return 0
    printf '\n'
    { tr '\0' '\n' <"/proc/$1/cmdline"; } 2>/dev/null || true
  else
    # Arguments that hold a blank fall apart here: such a process is then taken for a foreign one.
    printf '\n'
    ps -ww -o args= -p "$1" 2>/dev/null | tr ' ' '\n' || true
  fi
}

# Prints the process id of the node $1 if it runs. A pid file alone proves nothing: the number may by now be that
# of another process, which nobody wants to see killed.
pid_of() {
  local pid='' args
  [[ -f $dir/$1/pid ]] || return 1
  read -r pid <"$dir/$1/pid" || true
  [[ $pid =~ ^[1-9][0-9]*$ ]] || return 1
  args=$(arguments "$pid")$'\n'
  [[ $args == *$'\n'"$MAIN_CLASS"$'\n'* && $args == *$'\n'"$(config_of "$1")"$'\n'* ]] || return 1
  echo "$pid"
}

# Starts the node $1, whose process id it leaves in DIR/NODE/pid.
launch() {
  local detach=(nohup)
  if command -v setsid >/dev/null; then detach+=(setsid); fi
  "${detach[@]}" "$home/bin/kv-server" start --config "$(config_of "$1")" </dev/null >>"$dir/$1/log" 2>&1 &
  echo $! >"$dir/$1/pid"
}

# Waits for the end of the node $1 until $SECONDS is $2.
await_end() {
  while pid_of "$1" >/dev/null; do
    ((SECONDS < $2)) || return 1
    sleep 0.1
  done
  rm -f -- "$dir/$1/pid"
}

# Sends signal $2 to the node $1.
signal() {
  local pid
  pid=$(pid_of "$1") || return 0
  kill "-$2" "$pid" 2>/dev/null || true
}

is_open() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Who listens on the port $1, as far as this user may know it.
port_user() {
  local pid='' args
  if command -v ss >/dev/null; then
    pid=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | sed -n 1p) || true
  elif command -v lsof >/dev/null; then
    pid=$(lsof -nP -t -iTCP:"$1" -sTCP:LISTEN 2>/dev/null | sed -n 1p) || true
  fi
  if [[ -z $pid ]]; then
    echo "another process"
    return
  fi
  args=$(arguments "$pid")
  if [[ $args == *"$MAIN_CLASS"* ]]; then
    echo "another RelayKV node (pid $pid, $(printf '%s' "$args" | sed -n '$p'))"
  else
    echo "$(ps -o comm= -p "$pid" 2>/dev/null || echo "a process") (pid $pid)"
  fi
}

check_ports() {
  local i names=(client peer HTTP) busy=0
  for i in 0 1 2; do
    if is_open "$(port "$1" "$i")"; then
      printf 'local-cluster.sh: port %s, the %s port of %s, is in use by %s\n' \
        "$(port "$1" "$i")" "${names[i]}" "$1" "$(port_user "$(port "$1" "$i")")" >&2
      busy=1
    fi
  done
  return $busy
}

# A directory that lost its data must not quietly become a new, empty node: it would vote as if it had never
# acknowledged anything.
check_data() {
  [[ $bootstrapped != *" $1 "* || -d $dir/$1/data ]] ||
    fail "$1 has lost its data directory $dir/$1/data. It is not made anew: a node that forgot what it" \
      "acknowledged could undo writes. Put the data back, or begin anew: $(command_line clean)"
}

bootstrap() {
  [[ $bootstrapped != *" $1 "* ]] || return 0
  if [[ ! -d $dir/$1/data ]]; then
    "$home/bin/kv-server" bootstrap --config "$(config_of "$1")" </dev/null >>"$dir/$1/log" 2>&1 || {
      show_log "$1"
      fail "kv-server bootstrap failed for $1"
    }
  fi
  echo "bootstrapped $1" >>"$dir/$MARKER"
  bootstrapped+="$1 "
}

show_log() {
  printf -- '---- the end of %s\n' "$dir/$1/log" >&2
  tail -n 20 -- "$dir/$1/log" >&2 || true
  printf -- '----\n' >&2
}

shell() {
  "$home/bin/kv-shell" --config "$dir/admin.conf" "$@"
}

need_distribution() {
  if [[ -z ${RELAYKV_HOME:-} ]] && ! distribution_is_current; then
    build_distribution
  fi
  [[ -x $home/bin/kv-server && -x $home/bin/kv-shell ]] || fail "no bin/kv-server and bin/kv-shell in $home"
}

# ---- Verbs

up() {
  local node running=() started=()
  if is_ours; then read_marker; else make_dir; fi
  ((base_port + 10 * (count - 1) + 2 <= 65535)) || fail "base port $base_port leaves no room for $count nodes"
  for node in $(nodes); do
    check_data "$node"
  done
  local busy=0
  for node in $(nodes); do
    if pid_of "$node" >/dev/null; then
      running+=("$node")
    else
      started+=("$node")
      check_ports "$node" || busy=1
    fi
  done
  ((busy == 0)) || fail "stop what uses these ports, or choose others with --base-port P"
  need_distribution
  find_java

  make_certificates
  make_admin_key
  write_client_config admin.conf admin.key
  if below_tmp; then
    echo "$dir lies below /tmp, which may be emptied at any time: data.allow-temporary = true is set."
  fi
  if ((${#running[@]} > 0)); then echo "already running: ${running[*]}"; fi
  for node in ${started[@]+"${started[@]}"}; do
    write_node_config "$node"
    bootstrap "$node"
  done
  for node in ${started[@]+"${started[@]}"}; do
    launch "$node"
  done
  if ((${#started[@]} > 0)); then echo "starting: ${started[*]}"; fi
  await_serving ${started[@]+"${started[@]}"}
  make_account
  write_client_config client.conf demo.key
  show_next_steps
}

# Waits until all nodes serve; a majority is enough if the others take much longer. The arguments are the nodes
# that were just started, the children of this process.
await_serving() {
  local deadline=$((SECONDS + UP_SECONDS)) rest='' answer verdict shown='' node
  while true; do
    for node in "$@"; do
      kill -0 "$(<"$dir/$node/pid")" 2>/dev/null || {
        show_log "$node"
        fail "$node ended right after its start"
      }
    done
    answer=$(shell -t 2s status 2>&1) || true
    verdict=$(grep -m 1 -E '^(Healthy|Degraded|Unavailable)\.' <<<"$answer" || sed -n '$p' <<<"$answer")
    if [[ -n $verdict && $verdict != "$shown" ]]; then
      echo "$verdict"
      shown=$verdict
    fi
    case $verdict in
      Healthy.*) return ;;
      Degraded.*)
        rest=${rest:-$((SECONDS + REST_SECONDS))}
        ((SECONDS < rest)) || return 0
        ;;
      *) rest='' ;;
    esac
    if ((SECONDS >= deadline)); then
      for node in $(nodes); do show_log "$node"; done
      fail "the cluster does not serve after $UP_SECONDS s"
    fi
    sleep 0.3
  done
}

show_next_steps() {
  local kv_shell
  kv_shell=$(printf '%q' "${BASH_SOURCE[0]%local-cluster.sh}kv-shell")
  [[ $dir == "${deploy%/*}/build/local-cluster" ]] || kv_shell+=$(printf ' --config %q' "$dir/client.conf")
  cat <<END

Try it:
  $kv_shell put greeting -s hello
  $kv_shell get greeting
  $kv_shell status
  $(command_line kill leader)
  $(command_line up)
  $(command_line down)
END
}

kill_node() {
  local node=$1 pid
  if [[ $node == leader ]]; then node=$(leader) || exit 1; fi
  check_node "$node"
  pid=$(pid_of "$node") || {
    echo "$node is not running"
    return
  }
  kill -KILL "$pid"
  await_end "$node" $((SECONDS + STOP_SECONDS)) || fail "$node (pid $pid) does not end"
  echo "killed $node (pid $pid)"
}

leader() {
  local status
  status=$(shell -o json status 2>/dev/null) || true
  [[ $status =~ \"leader\":\"(n[1-9])\" ]] || fail "there is no leader at the moment: $(command_line status)"
  echo "${BASH_REMATCH[1]}"
}

stop_node() {
  local pid
  check_node "$1"
  pid=$(pid_of "$1") || {
    echo "$1 is not running"
    return
  }
  signal "$1" TERM
  await_end "$1" $((SECONDS + STOP_SECONDS)) || fail "$1 (pid $pid) still runs after $STOP_SECONDS s: $(command_line kill "$1")"
  echo "stopped $1 (pid $pid)"
}

start() {
  local node=$1 pid deadline=$((SECONDS + UP_SECONDS))
  check_node "$node"
  if pid=$(pid_of "$node"); then
    echo "$node is already running (pid $pid)"
    return
  fi
  [[ $bootstrapped == *" $node "* ]] || fail "$node has never been started: $(command_line up)"
  check_data "$node"
  check_ports "$node" || exit 1
  need_distribution
  find_java
  launch "$node"
  pid=$(<"$dir/$node/pid")
  until is_open "$(port "$node" 0)"; do
    kill -0 "$pid" 2>/dev/null || {
      show_log "$node"
      fail "$node ended right after its start"
    }
    ((SECONDS < deadline)) || {
      show_log "$node"
      fail "$node does not listen on port $(port "$node" 0) after $UP_SECONDS s"
    }
    sleep 0.2
  done
  echo "started $node (pid $pid)"
}

stop_all() {
  local node stopped=() left=() deadline
  for node in $(nodes); do
    if pid_of "$node" >/dev/null; then
      signal "$node" TERM
      stopped+=("$node")
    fi
  done
  deadline=$((SECONDS + STOP_SECONDS))
  for node in ${stopped[@]+"${stopped[@]}"}; do
    await_end "$node" "$deadline" || left+=("$node")
  done
  if ((${#left[@]} > 0)); then
    echo "local-cluster.sh: still running after $STOP_SECONDS s: ${left[*]}" >&2
    return 1
  fi
  if ((${#stopped[@]} > 0)); then echo "stopped: ${stopped[*]}"; else echo "no node was running"; fi
}

clean() {
  local node
  # What does not stop is killed: its data goes anyway.
  stop_all || for node in $(nodes); do
    signal "$node" KILL
    await_end "$node" $((SECONDS + STOP_SECONDS)) || fail "$node does not end; $dir stays"
  done
  rm -rf -- "$dir"
  echo "removed $dir"
}

# ---- The command line

(($# > 0)) || usage_error "no command given"
verb=
argument=
while (($# > 0)); do
  case $1 in
    -h | --help | help)
      usage
      exit 0
      ;;
    --plain-text) plain_text=yes ;;
    -n | --dir | --base-port)
      [[ -n ${2:-} ]] || usage_error "$1 needs a value"
      case $1 in
        -n) count=$2 ;;
        --dir) dir=$2 ;;
        --base-port) base_port=$2 ;;
      esac
      shift
      ;;
    -*) usage_error "unknown option $1" ;;
    *)
      if [[ -z $verb ]]; then
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

case $verb in
  up | status | down | clean) [[ -z $argument ]] || usage_error "$verb takes no argument: $argument" ;;
  kill | stop-node | start) [[ -n $argument ]] || usage_error "$verb needs a node" ;;
  *) usage_error "no such command: $verb" ;;
esac
[[ -z $count || $verb == up ]] || usage_error "-n belongs to up"
[[ -z $plain_text || $verb == up ]] || usage_error "--plain-text belongs to up"
[[ -z $count || $count =~ ^[1-9]$ ]] || usage_error "-n takes 1 to 9 nodes, not $count"
[[ -z $base_port || $base_port =~ ^[1-9][0-9]{0,4}$ ]] || usage_error "--base-port takes a port, not $base_port"

# One spelling of the directory, whoever calls from where: the processes are known by it.
parent=$(dirname -- "$dir")
if [[ $verb == up ]]; then mkdir -p -- "$parent"; fi
if [[ -d $dir ]]; then
  dir=$(CDPATH='' cd -- "$dir" && pwd -P)
elif [[ -d $parent ]]; then
  dir=$(CDPATH='' cd -- "$parent" && pwd -P)/$(basename -- "$dir")
fi

if [[ $verb != up ]]; then
  if ! is_ours; then
    case $verb in
      down | clean)
        [[ ! -e $dir || $verb == down ]] || fail "$dir was not made by this script and is left alone"
        echo "no cluster in $dir"
        exit 0
        ;;
    esac
    fail "no cluster in $dir: $(command_line up)"
  fi
  read_marker
fi

case $verb in
  up) up ;;
  kill) kill_node "$argument" ;;
  stop-node) stop_node "$argument" ;;
  start) start "$argument" ;;
  status)
    need_distribution
    exec "$home/bin/kv-shell" --config "$dir/admin.conf" status
    ;;
  down) stop_all || fail "to end them: $(command_line kill NODE)" ;;
  clean) clean ;;
esac
