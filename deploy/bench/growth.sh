#!/usr/bin/env bash
# What a cluster costs while it is idle, and what becomes of it when it holds more: see usage below.
set -euo pipefail

usage() {
  cat <<'END'
usage: growth.sh [--keys LIST] [--secs S] [--dir DIR]

Starts three nodes on loopback and prints tables of: CPU and memory of an idle node; for each number of keys how long
gets and puts take, what a node needs of memory and disk, and how long one takes to serve again after a restart; how long
puts take while snapshots are taken; how fast a node gets a snapshot that has fallen behind the log; large values.

  --keys LIST     numbers of keys, rising, with commas between; 10000,1000000,10000000 unless given
  --secs S        how long each is measured; 20 unless given
  --dir DIR       for the nodes and results; build/growth in the checkout unless given. 10 million keys take 10 GB.
END
}

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib/distribution.sh"
# shellcheck source=deploy/bench/options.sh
. "$deploy/bench/options.sh"

readonly BASE_PORT=7800
readonly IDLE_SECONDS=60
readonly READY_SECONDS=120

keys=10000,1000000,10000000
secs=20
dir=${deploy%/*}/build/growth

cluster() {
  "$deploy/local-cluster.sh" "$@" --dir "$dir/cluster" >>"$dir/cluster.log" 2>&1 ||
    fail "local-cluster.sh $* has failed: see $dir/cluster.log"
}

growth() {
  "$java" -Xmx1g -Djava.util.concurrent.ForkJoinPool.common.parallelism=4 \
    -cp "$dir/classes:$(built_home)/lib/shell/*" io.relaykv.bench.Growth \
    "127.0.0.1:$BASE_PORT,127.0.0.1:$((BASE_PORT + 10)),127.0.0.1:$((BASE_PORT + 20))" "$dir/cluster/demo.key" \
    "$@" 2>>"$dir/growth.log" || fail "the client has failed: see $dir/growth.log"
}

pid_of() {
  echo "$(<"$dir/cluster/$1/pid")"
}

# Of CPU time that the node $1 has used, hundredths of a second.
ticks() {
  awk '{ print $14 + $15 }' "/proc/$(pid_of "$1")/stat"
}

# Memory of the node that has most, in MiB: $1 is VmRSS, now, or VmHWM, the most there was.
memory() {
  local node most=0 kib
  for node in n1 n2 n3; do
    kib=$(awk -v what="$1:" '$1 == what { print $2 }' "/proc/$(pid_of "$node")/status")
    if ((kib > most)); then most=$kib; fi
  done
  echo $((most / 1024))
}

disk_mb() {
  du -sm --apparent-size -- "$dir/cluster/$1/data" | cut -f 1
}

# Milliseconds until the node $1, which has just been started, is ready: it knows a leader, and has caught up.
await_ready() {
  local begin=$1 node=$2 deadline=$((SECONDS + READY_SECONDS))
  until curl -sf -o /dev/null --max-time 2 "http://127.0.0.1:$((BASE_PORT + 10 * (${node#n} - 1) + 2))/readyz"; do
    ((SECONDS < deadline)) || fail "$node is not ready after $READY_SECONDS s"
    sleep 0.05
  done
  echo $(($(date +%s%3N) - begin))
}

a_follower() {
  local leader node
  leader=$("$(built_home)/bin/kv-shell" --config "$dir/cluster/admin.conf" leader show) || fail "there is no leader"
  for node in n1 n2 n3; do
    if [[ $node != "${leader%% *}" ]]; then
      echo "$node"
      return
    fi
  done
}

# Starts the node $1; prints the milliseconds until it is ready.
start_timed() {
  local begin
  begin=$(date +%s%3N)
  cluster start "$1"
  await_ready "$begin" "$1"
}

measure_idle() {
  local node before
  say "idle for $IDLE_SECONDS s"
  sleep "$IDLE_SECONDS"
  node=$(a_follower)
  before=$(ticks "$node")
  sleep "$IDLE_SECONDS"
  printf 'An idle node: %s %% of a core, %s MiB\n' \
    "$(awk -v t=$(($(ticks "$node") - before)) -v s=$IDLE_SECONDS 'BEGIN { printf "%.2f", t / s }')" "$(memory VmRSS)"
}

measure_size() {
  local from=$1 keys=$2 loaded cells node restart
  say "loading $((keys - from)) keys"
  loaded=$(growth load "$from" "$keys")
  say "took $loaded s; measuring"
  cells=$(growth measure "$keys" "$secs")
  node=$(a_follower)
  cluster stop-node "$node"
  restart=$(start_timed "$node")
  printf '| %s | %s | %s | %s | %s | %s |\n' "$keys" "$cells" "$(memory VmRSS)" "$(memory VmHWM)" "$(disk_mb n1)" "$restart"
}

# Until each node has taken a snapshot.
measure_busy() {
  local keys=$1 before seconds=$secs cells
  before=$(snapshots)
  while true; do
    say "puts for $seconds s"
    cells=$(growth busy "$keys" "$seconds")
    if (($(snapshots) >= before + 3)); then
      break
    fi
    seconds=$((seconds * 2))
    before=$(snapshots)
  done
  printf '| %s | %s | %s |\n' "$seconds" $(($(snapshots) - before)) "$cells"
}

# With all the log that it lacks gone, a follower needs a snapshot: that is sure when both others have taken two.
measure_snapshot() {
  local keys=$1 node before size took
  node=$(a_follower)
  cluster stop-node "$node"
  before=$(snapshots)
  while (($(snapshots) < before + 4)); do
    say "writing until there are snapshots without $node"
    growth load 0 "$((keys < 1000000 ? keys : 1000000))" >/dev/null
  done
  took=$(start_timed "$node")
  size=$(disk_mb "$node")
  grep -q "has installed a snapshot" "$dir/cluster/$node/log" || say "$node did not need a snapshot"
  printf '%s MB of snapshot and log in %s ms from the start of the node until it was ready: %s MB/s\n' "$size" "$took" \
    $((size * 1000 / took))
}

snapshots() {
  cat -- "$dir"/cluster/n?/log | grep -c "has taken a snapshot" || true
}

# ---- The command line

read_options "keys secs dir" "$@"
[[ $keys =~ ^[1-9][0-9]{0,7}(,[1-9][0-9]{0,7})*$ ]] || usage_error "not numbers of keys: $keys"
require_numbers "$secs"
find_java
if ! distribution_is_current; then build_distribution; fi
mkdir -p -- "$dir/classes"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)
[[ ! -e $dir/cluster ]] || cluster clean
"${java%java}javac" -d "$dir/classes" -cp "$(built_home)/lib/shell/*" "$deploy/bench/src/io/relaykv/bench/Growth.java"
trap 'cluster clean' EXIT
cluster up --plain-text --base-port "$BASE_PORT"
{
  measure_idle
  echo
  echo "| keys | get p50 us | p99 | put p50 us | p99 | memory MiB | most MiB | disk MB | restart ms |"
  echo "|---|---|---|---|---|---|---|---|---|"
  previous=0
  for size in ${keys//,/ }; do
    measure_size "$previous" "$size"
    previous=$size
  done
  echo
  echo "| seconds of puts, 64 outstanding | snapshots | puts/s | p50 ms | p99.9 ms | most ms |"
  echo "|---|---|---|---|---|---|"
  measure_busy "$previous"
  echo
  measure_snapshot "$previous"
  echo
  echo "| value bytes | put MB/s | p50 ms | p99 ms | get MB/s | p50 ms | p99 ms | most memory MiB |"
  echo "|---|---|---|---|---|---|---|---|"
  for bytes in 65536 1048576; do
    say "values of $bytes bytes"
    cells=$(growth values "$bytes" "$secs")
    printf '| %s | %s | %s |\n' "$bytes" "$cells" "$(memory VmHWM)"
  done
} | tee "$dir/tables.md"
