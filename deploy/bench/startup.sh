#!/usr/bin/env bash
# How long a command of kv-shell takes, beside etcdctl if that is there: see usage below.
set -euo pipefail

usage() {
  cat <<'END'
usage: startup.sh [--rounds N] [--config FILE] [--dir DIR]

Runs "kv-shell get", "kv-shell status" and "kv-shell --version" in turn, each in a process of its own, and prints the medians of
wall and processor time, the Unix shell's view. With etcd and etcdctl on the PATH, "etcdctl get" from one etcd as well.

  --rounds N     how often each is run; 10 unless given
  --config FILE  a cluster that runs already; its key "greeting" is read. Unless given, three nodes are started on loopback,
                 with TLS, and stopped again
  --dir DIR      for the nodes; build/startup in the checkout unless given
END
}

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib/distribution.sh"
# shellcheck source=deploy/bench/options.sh
. "$deploy/bench/options.sh"

readonly BASE_PORT=7900
readonly ETCD_PORT=7990
readonly ARCHIVE_SECONDS=60

rounds=10
config=
dir=${deploy%/*}/build/startup
etcd=

cluster() {
  "$deploy/local-cluster.sh" "$@" --dir "$dir/cluster" >>"$dir/cluster.log" 2>&1 ||
    fail "local-cluster.sh $* has failed: see $dir/cluster.log"
}

shell() {
  "$home/bin/kv-shell" --config "$config" "$@"
}

stop() {
  if [[ -n $etcd ]]; then kill "$etcd" || true; fi
  if [[ -e $dir/cluster ]]; then cluster clean; fi
}

# With a single member, in plain text.
start_etcd() {
  local deadline=$((SECONDS + 30)) url=http://127.0.0.1:$ETCD_PORT
  rm -rf -- "$dir/etcd"
  etcd --data-dir "$dir/etcd" --listen-client-urls "$url" --advertise-client-urls "$url" \
    --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" >"$dir/etcd.log" 2>&1 &
  etcd=$!
  until etcd_get put greeting hello >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "etcd does not serve: see $dir/etcd.log"
    sleep 0.2
  done
}

etcd_get() {
  ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$ETCD_PORT" "$@"
}

# The first kv-shell has the archive of classes made in the background; none counts before it is there.
await_archive() {
  local deadline=$((SECONDS + ARCHIVE_SECONDS))
  shell get greeting >/dev/null
  while pgrep -f "$home/lib/class-data[.]sh" >/dev/null; do
    ((SECONDS < deadline)) || fail "the archive of kv-shell's classes is not made in $ARCHIVE_SECONDS s"
    sleep 0.2
  done
}

# Appends "NAME wall processor", in seconds, for one run of the rest.
timed() {
  local name=$1 TIMEFORMAT='%R %U %S' times
  shift
  times=$({ time "$@" >/dev/null 2>"$dir/err"; } 2>&1) || fail "$* has failed: $(<"$dir/err")"
  awk -v name="$name" '{ printf "%s\t%.3f\t%.3f\n", name, $1, $2 + $3 }' <<<"$times" >>"$dir/runs"
}

# The median of the column $2 of the runs called $1.
median() {
  awk -F '\t' -v name="$1" -v column="$2" '$1 == name { print $column }' "$dir/runs" | sort -n |
    awk '{ all[NR] = $1 } END { printf "%.2f", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

# ---- The command line

read_options "rounds config dir" "$@"
require_numbers "$rounds"
find_java
if ! distribution_is_current; then build_distribution; fi
home=$(built_home)
mkdir -p -- "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)
[[ ! -e $dir/cluster ]] || cluster clean
trap stop EXIT
if [[ -z $config ]]; then
  cluster up --base-port "$BASE_PORT"
  config=$dir/cluster/client.conf
  shell put greeting '"hello"'
fi
await_archive
if command -v etcd >/dev/null && command -v etcdctl >/dev/null; then start_etcd; fi
: >"$dir/runs"
for ((round = 1; round <= rounds; round++)); do
  timed "kv-shell get" shell get greeting
  timed "kv-shell status" shell status
  timed "kv-shell --version" shell --version
  if [[ -n $etcd ]]; then timed "etcdctl get" etcd_get get greeting; fi
done
{
  echo "| median of $rounds, seconds | wall | processor |"
  echo "|---|---|---|"
  cut -f 1 "$dir/runs" | awk '!seen[$0]++' | while read -r name; do
    printf '| %s | %s | %s |\n' "\`$name\`" "$(median "$name" 2)" "$(median "$name" 3)"
  done
} | tee "$dir/table.md"
