# shellcheck shell=bash
# Sourced by the scripts beside it: the stores that are compared, and the harness that drives them. Its variables:
# dir for data and results, harness as it was named, stores with commas between.
# shellcheck disable=SC2154

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib/distribution.sh"
# shellcheck source=deploy/bench/options.sh
. "$deploy/bench/options.sh"

readonly KEYS=20000
started=()

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

# client STORE CLASS ARGUMENT.. : runs CLASS, told how to reach the store; its lines on stdout.
client() {
  local store=$1 class=$2 peer=$1 libraries="$dir/harness/target/lib/*"
  shift 2
  local classes=$dir/harness/target/classes environment=()
  case $store in
    relaykv | relaykv-tls)
      peer=io.relaykv.bench.RelayKvPeer
      libraries="$(echo "$dir"/harness/target/lib/HdrHistogram-*.jar):$(built_home)/lib/shell/*"
      # Not exported: a node that is started later refuses what it does not know.
      environment=("RELAYKV_BENCH_KEY=$dir/$store/cluster/demo.key")
      [[ $store == relaykv ]] || environment+=("RELAYKV_BENCH_TRUST=$dir/$store/cluster/certs/ca/clients-ca.crt")
      ;;
    rheakv)
      peer=bench.rheakv.RheaKv
      classes=$classes:$dir/harness/rheakv/target/classes
      libraries="$dir/harness/rheakv/target/lib/*"
      ;;
  esac
  env ${environment[@]+"${environment[@]}"} "$java" -Xmx1g -Djava.util.concurrent.ForkJoinPool.common.parallelism=4 -cp "$classes:$dir/classes:$libraries" \
    "$class" --peer "$peer" --label "$store" --endpoints "$(<"$dir/$store/endpoints")" --pids "$dir/$store" \
    --keys $KEYS "$@" 2>>"$dir/$store/bench.log"
}

# The process id of the leader of the store $1.
leader_pid() {
  local node metrics
  case $1 in
    relaykv | relaykv-tls)
      node=$("$(built_home)/bin/kv-shell" --config "$dir/$1/cluster/admin.conf" leader show) || return 1
      cat -- "$dir/$1/cluster/${node%% *}/pid"
      ;;
    etcd)
      for node in 1 2 3; do
        metrics=$(curl -sf --max-time 2 "http://127.0.0.1:2100$node/metrics") || continue
        if [[ $metrics == *$'\n'"etcd_server_is_leader 1"$'\n'* ]]; then
          cat -- "$dir/$1/etcd$node.pid"
          return
        fi
      done
      return 1
      ;;
  esac
}

# bench STORE ARGUMENT.. : one run of the harness; its results, without what a store's own client prints beside them.
bench() {
  local store=$1
  shift
  client "$store" bench.peers.Bench "$@" | grep '^{'
}

# ---- A run

# Checks what was asked for, makes the directory, builds, and starts the stores; they are stopped when the script ends.
begin() {
  local store
  [[ -n $harness ]] || usage_error "--harness is missing"
  [[ -x $harness/clusters/etcd.sh ]] || usage_error "no harness in $harness: there is no clusters/etcd.sh"
  require_numbers "$@"
  [[ ! -e $dir || -f $dir/.relaykv-compare || -z $(ls -A -- "$dir") ]] ||
    fail "$dir holds something else: name another with --dir"
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
}

# Gives each store puts and gets for $1 seconds, which do not count.
warm_stores() {
  local store
  for store in ${stores//,/ }; do
    say "loading and warming $store"
    bench "$store" --mode async --workload M --conc 256 --warm "$1" --secs 1 >/dev/null
  done
}
