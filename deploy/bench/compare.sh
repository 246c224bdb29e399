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

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib/distribution.sh"

readonly KEYS=20000
harness=
rounds=3
secs=5
warm=3
first_warm=60
stores=relaykv,relaykv-tls,etcd,nats,zk,rheakv
dir=${deploy%/*}/build/compare
started=()

fail() {
  printf 'compare.sh: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'compare.sh: %s\n\n' "$*" >&2
  usage >&2
  exit 2
}

say() {
  printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2
}

# ---- What is needed

install_peers() {
  local packages=() store
  for store in ${stores//,/ }; do
    case $store in
      etcd) command -v etcd >/dev/null || packages+=(etcd-server) ;;
      nats) command -v nats-server >/dev/null || packages+=(nats-server) ;;
    esac
  done
  ((${#packages[@]} > 0)) || return 0
  say "installing ${packages[*]}"
  { apt-get install -y -qq "${packages[@]}" || { apt-get update -qq && apt-get install -y -qq "${packages[@]}"; }; } \
    >"$dir/apt.log" 2>&1 || fail "apt-get could not install ${packages[*]}: see $dir/apt.log"
}

# The harness is copied, so that nothing is built in a directory of somebody else's.
build() {
  if ! distribution_is_current; then build_distribution; fi
  say "building the harness"
  rm -rf -- "$dir/harness"
  cp -R -- "$harness" "$dir/harness"
  rm -rf -- "$dir/harness/target" "$dir/harness/rheakv/target"
  (cd "${deploy%/*}" && ./mvnw -q -B -f "$dir/harness/pom.xml" package) >&2
  if wants rheakv; then (cd "${deploy%/*}" && ./mvnw -q -B -f "$dir/harness/rheakv/pom.xml" package) >&2; fi
  mkdir -p -- "$dir/classes"
  "${java%java}javac" -d "$dir/classes" -cp "$dir/harness/target/classes:$(built_home)/lib/shell/*" \
    "$deploy"/bench/src/io/relaykv/bench/*.java
}

wants() {
  [[ ,$stores, == *",$1,"* ]]
}

# ---- The stores

port_of() {
  case $1 in
    relaykv) echo 7600 ;;
    relaykv-tls) echo 7700 ;;
  esac
}

start_store() {
  local store=$1 node options=()
  say "starting $store"
  mkdir -p -- "$dir/$store"
  # First, so that what comes up halfway is stopped as well.
  started+=("$store")
  case $store in
    relaykv | relaykv-tls)
      [[ $store == relaykv-tls ]] || options=(--plain-text)
      "$deploy/local-cluster.sh" up --dir "$dir/$store/cluster" --base-port "$(port_of "$store")" \
        ${options[@]+"${options[@]}"} >"$dir/$store/up.log" || fail "$store does not start: see $dir/$store/up.log"
      for node in n1 n2 n3; do
        ln -sf "cluster/$node/pid" "$dir/$store/$node.pid"
      done
      local port
      port=$(port_of "$store")
      echo "127.0.0.1:$port,127.0.0.1:$((port + 10)),127.0.0.1:$((port + 20))" >"$dir/$store/endpoints"
      ;;
    *)
      "$dir/harness/clusters/$store.sh" start "$dir/$store" >"$dir/$store/endpoints" ||
        fail "$store does not start: its logs are in $dir/$store"
      ;;
  esac
}

stop_stores() {
  local store
  for store in ${started[@]+"${started[@]}"}; do
    case $store in
      relaykv | relaykv-tls) "$deploy/local-cluster.sh" down --dir "$dir/$store/cluster" >/dev/null || true ;;
      *) "$dir/harness/clusters/$store.sh" stop "$dir/$store" || true ;;
    esac
  done
}

# What each acknowledges, for the reader of the table.
version_of() {
  case $1 in
    relaykv) echo "RelayKV $(git -C "${deploy%/*}" rev-parse --short HEAD 2>/dev/null || echo), plain text, API key: fsync at a majority before a put is acknowledged; gets are linearizable" ;;
    relaykv-tls) echo "RelayKV, the same with TLS between all" ;;
    etcd) echo "$(etcd --version | head -n 1): fsync at a majority; gets are linearizable; no TLS, no authentication" ;;
    nats) echo "$(nats-server --version), JetStream KV with 3 replicas: a majority has it, without fsync (every 2 min); gets may be stale" ;;
    zk) echo "ZooKeeper $(jar_version "$dir"/harness/target/lib/zookeeper-[0-9]*.jar): fsync at a majority; gets may be stale" ;;
    rheakv) echo "RheaKV $(jar_version "$dir"/harness/rheakv/target/lib/jraft-rheakv-core-*.jar): fsync at a majority; gets are linearizable (ReadIndex)" ;;
  esac
}

jar_version() {
  local name=${1##*/}
  name=${name%.jar}
  echo "${name##*-}"
}

# bench STORE ARGUMENT.. : one run of the harness, its lines on stdout.
bench() {
  local store=$1 peer=$1 libraries="$dir/harness/target/lib/*"
  shift
  local classes=$dir/harness/target/classes
  case $store in
    relaykv | relaykv-tls)
      peer=io.relaykv.bench.RelayKvPeer
      libraries=$dir/classes:$(echo "$dir"/harness/target/lib/HdrHistogram-*.jar):$(built_home)/lib/shell/*
      export RELAYKV_BENCH_KEY=$dir/$store/cluster/demo.key
      unset RELAYKV_BENCH_TRUST
      [[ $store == relaykv ]] || export RELAYKV_BENCH_TRUST=$dir/$store/cluster/certs/ca/clients-ca.crt
      ;;
    rheakv)
      peer=bench.rheakv.RheaKv
      classes=$classes:$dir/harness/rheakv/target/classes
      libraries="$dir/harness/rheakv/target/lib/*"
      ;;
  esac
  "$java" -Xmx1g -Djava.util.concurrent.ForkJoinPool.common.parallelism=4 -cp "$classes:$libraries" \
    bench.peers.Bench --peer "$peer" --label "$store" --endpoints "$(<"$dir/$store/endpoints")" --pids "$dir/$store" \
    --keys $KEYS "$@" 2>>"$dir/$store/bench.log"
}

# All workloads of the table, once.
measure() {
  local store=$1
  bench "$store" --mode async --workload W,R,M --conc 256 --warm "$warm" --secs "$secs" --load false
  bench "$store" --mode async --workload W,R --conc 64 --warm "$warm" --secs "$secs" --load false
  bench "$store" --mode sync --workload W,R --conc 64 --opt conns=64 --warm "$warm" --secs "$secs" --load false
  bench "$store" --mode sync --workload W,R --conc 1 --warm "$warm" --secs "$secs" --load false
}

# ---- The command line

while (($# > 0)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --harness | --rounds | --secs | --warm | --first-warm | --stores | --dir)
      [[ -n ${2:-} ]] || usage_error "$1 needs a value"
      option=${1#--}
      printf -v "${option//-/_}" %s "$2"
      shift
      ;;
    *) usage_error "unknown argument $1" ;;
  esac
  shift
done
[[ -n $harness ]] || usage_error "--harness is missing"
[[ -x $harness/clusters/etcd.sh ]] || usage_error "no harness in $harness: there is no clusters/etcd.sh"
for number in "$rounds" "$secs" "$warm" "$first_warm"; do
  [[ $number =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "not a number from 1 to 9999: $number"
done
for store in ${stores//,/ }; do
  [[ $store =~ ^(relaykv|relaykv-tls|etcd|nats|zk|rheakv)$ ]] || usage_error "no such store: $store"
done
[[ ! -e $dir || -f $dir/.relaykv-compare || -z $(ls -A -- "$dir") ]] || fail "$dir holds something else: name another with --dir"
if [[ -f $dir/.relaykv-compare ]]; then
  # An earlier run's data would be loaded again, and its clusters may still run.
  for store in ${stores//,/ }; do
    if [[ -d $dir/$store ]]; then
      started=("$store")
      stop_stores
      rm -rf -- "${dir:?}/$store"
    fi
  done
  started=()
fi
mkdir -p -- "$dir"
touch -- "$dir/.relaykv-compare"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)
harness=$(CDPATH='' cd -- "$harness" && pwd -P)

find_java
install_peers
build
trap stop_stores EXIT
for store in ${stores//,/ }; do
  start_store "$store"
done
for store in ${stores//,/ }; do
  say "loading and warming $store"
  bench "$store" --mode async --workload M --conc 256 --warm "$first_warm" --secs 1 >/dev/null
done
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
