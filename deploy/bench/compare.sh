#!/usr/bin/env bash
# RelayKV beside etcd, NATS KV, ZooKeeper and RheaKV, on this machine, in one run: see usage below.
set -euo pipefail

usage() {
  cat <<'END'
usage: compare.sh --harness DIR [--rounds N] [--secs S] [--warm S] [--first-warm S] [--stores LIST] [--dir DIR]

Starts three nodes of each store on loopback, gives each the same workloads in turn, A B C A B C, and prints a table of
medians with the ratios of RelayKV to each.

  --harness DIR   the harness that drives the stores through one interface (bench.peers), with its scripts
  --rounds N      how often each store is measured; 3 unless given
  --secs S        how long each workload is measured in each round; 5 unless given
  --warm S        how long it runs before that, in each round, uncounted; 3 unless given
  --first-warm S  how long each store gets puts and gets before the first round; 60 unless given
  --stores LIST   of relaykv, relaykv-tls, etcd, nats, zk, rheakv with commas between; all unless given
  --dir DIR       for data and results, on the disk to be measured; build/compare in the checkout unless given

etcd and nats-server are installed with apt-get if they are missing; the rest comes from Maven Central. The results are
in DIR/results.jsonl, one line for each measurement, and in DIR/table.md.
END
}

# shellcheck source=deploy/bench/stores.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/stores.sh"

harness=
rounds=3
secs=5
warm=3
first_warm=60
stores=relaykv,relaykv-tls,etcd,nats,zk,rheakv
dir=${deploy%/*}/build/compare

# All workloads of the table, once.
measure() {
  local store=$1
  bench "$store" --mode async --workload W,R,M --conc 256 --warm "$warm" --secs "$secs" --load false
  bench "$store" --mode async --workload W,R --conc 64 --warm "$warm" --secs "$secs" --load false
  bench "$store" --mode sync --workload W,R --conc 64 --opt conns=64 --warm "$warm" --secs "$secs" --load false
  bench "$store" --mode sync --workload W,R --conc 1 --warm "$warm" --secs "$secs" --load false
}

# ---- The command line

read_options "harness rounds secs warm first-warm stores dir" "$@"
for store in ${stores//,/ }; do
  [[ $store =~ ^(relaykv|relaykv-tls|etcd|nats|zk|rheakv)$ ]] || usage_error "no such store: $store"
done
begin "$rounds" "$secs" "$warm" "$first_warm"
warm_stores "$first_warm"
: >"$dir/results.jsonl"
for ((round = 1; round <= rounds; round++)); do
  for store in ${stores//,/ }; do
    say "round $round of $rounds: $store"
    measure "$store" >>"$dir/results.jsonl"
  done
done
{
  for store in ${stores//,/ }; do
    echo "- \`$store\`: $(version_of "$store")"
  done
  echo
  "$java" -cp "$dir/classes:$(built_home)/lib/shell/*" io.relaykv.bench.Table "$dir/results.jsonl"
} | tee "$dir/table.md"
