#!/usr/bin/env bash
# How long RelayKV and etcd take no puts when their leader goes: see usage below.
set -euo pipefail

usage() {
  cat <<'END'
usage: failover.sh --harness DIR [--rounds N] [--signal KILL|TERM|STOP] [--rest S] [--first-warm S] [--stores LIST]
                   [--dir DIR]

Starts three nodes of each store on loopback. While 16 clients put, one value at a time each, it takes the leader away,
N times for each store, and prints: the longest time without a successful put (median, p99, most of N), and by how much
the p99 of puts in the first 5 s after it is above that before.

  --harness DIR   as for compare.sh
  --rounds N      30 unless given
  --signal NAME   KILL, TERM for a stop in order, or STOP for a host that vanishes: it answers nobody; KILL unless given
  --rest S        how long the killed node has to come level before the next round; 8 unless given
  --first-warm S  how long each store gets puts and gets before the first round; 60 unless given
  --stores LIST   of relaykv, relaykv-tls, etcd with commas between; relaykv,etcd unless given
  --dir DIR       for data and results; build/failover in the checkout unless given
END
}

# shellcheck source=deploy/bench/stores.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/stores.sh"

harness=
rounds=30
signal=KILL
rest=8
first_warm=60
stores=relaykv,etcd
dir=${deploy%/*}/build/failover

# Prints the file that holds the process id $2 of the store $1.
pid_file() {
  local file
  for file in "$dir/$1"/*.pid; do
    if [[ $(<"$file") == "$2" ]]; then
      readlink -f -- "$file"
      return
    fi
  done
  return 1
}

# Ends the process $1, and leaves its command line and directory in $dir/again.*.
take_away() {
  tr '\0' '\n' <"/proc/$1/cmdline" >"$dir/again.arguments"
  readlink "/proc/$1/cwd" >"$dir/again.directory"
  kill "-$signal" "$1"
}

# Starts what take_away ended, as the store $1's process in the file $2.
bring_back() {
  local arguments
  mapfile -t arguments <"$dir/again.arguments"
  (
    cd -- "$(<"$dir/again.directory")"
    setsid nohup "${arguments[@]}" </dev/null >>"$dir/$1/again.log" 2>&1 &
    echo $! >"$2"
  )
}

await_end() {
  local deadline=$((SECONDS + 30))
  while kill -0 "$1" 2>/dev/null; do
    ((SECONDS < deadline)) || fail "process $1 does not end"
    sleep 0.05
  done
}

run() {
  local store=$1 round pid file line
  say "taking the leader of $store away, $rounds times"
  coproc clients { client "$store" io.relaykv.bench.Failover; }
  # shellcheck disable=SC2154
  local clients_pid=$clients_PID
  for ((round = 1; round <= rounds; round++)); do
    read -r line <&"${clients[0]}" || fail "the clients have ended: see $dir/$store/bench.log"
    [[ $line == steady ]] || fail "unexpected: $line"
    pid=$(leader_pid "$store") || fail "$store has no leader"
    file=$(pid_file "$store" "$pid") || fail "no process $pid of $store"
    echo go >&"${clients[1]}"
    read -r line <&"${clients[0]}"
    take_away "$pid"
    read -r line <&"${clients[0]}"
    printf '%s\n' "$line" | tee -a "$dir/results.jsonl" >&2
    [[ $signal != STOP ]] || kill -KILL "$pid"
    await_end "$pid"
    bring_back "$store" "$file"
    sleep "$rest"
    kill -0 "$(<"$file")" 2>/dev/null || fail "$store's node does not start again: see $dir/$store/again.log"
    echo next >&"${clients[1]}"
  done
  read -r line <&"${clients[0]}"
  echo "end" >&"${clients[1]}"
  read -r line <&"${clients[0]}"
  printf '%s\n' "$line" >>"$dir/rows"
  wait "$clients_pid" || true
}

read_options "harness rounds signal rest first-warm stores dir" "$@"
[[ $signal =~ ^(KILL|TERM|STOP)$ ]] || usage_error "no such signal: $signal"
for store in ${stores//,/ }; do
  [[ $store =~ ^(relaykv|relaykv-tls|etcd)$ ]] || usage_error "no such store: $store"
done
begin "$rounds" "$rest" "$first_warm"
warm_stores "$first_warm"
: >"$dir/results.jsonl"
: >"$dir/rows"
for store in ${stores//,/ }; do
  run "$store"
done
{
  for store in ${stores//,/ }; do
    echo "- \`$store\`: $(version_of "$store")"
  done
  echo
  echo "| SIG$signal | rounds | gap ms, median | p99 | most | p99 of puts just after, times that before |"
  echo "|---|---|---|---|---|---|"
  cat -- "$dir/rows"
} | tee "$dir/table.md"
