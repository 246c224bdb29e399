#!/usr/bin/env bash
# How long backups take: see usage below.
set -euo pipefail

usage() {
  cat <<'END'
usage: backup.sh [--keys N] [--rounds N] [--dir DIR]

Starts three nodes on loopback, imports keys with values of 100 bytes, and prints how long "kv-shell backup create", "verify" and
"restore", into a second, empty cluster of three, take, each with the start of kv-shell: medians, and megabytes of the file a second.

  --keys N        how many; 1000000 unless given
  --rounds N      how often each is run, the restore into a cluster made anew each time; 3 unless given
  --dir DIR       for the nodes, the lines and the file; build/backup in the checkout unless given. A million keys take 2 GB.
END
}

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib/distribution.sh"
# shellcheck source=deploy/bench/options.sh
. "$deploy/bench/options.sh"

readonly BASE_PORT=7900
readonly SECOND_PORT=7950

keys=1000000
rounds=3
dir=${deploy%/*}/build/backup

# cluster NAME ARGUMENT..
cluster() {
  local name=$1
  shift
  "$deploy/local-cluster.sh" "$@" --dir "$dir/$name" >>"$dir/cluster.log" 2>&1 ||
    fail "local-cluster.sh $* has failed: see $dir/cluster.log"
}

# shell CONFIG ARGUMENT.. : its progress goes to a file.
shell() {
  local config=$1
  shift
  "$home/bin/kv-shell" --config "$dir/$config" "$@" >>"$dir/shell.log" 2>&1 ||
    fail "kv-shell $* has failed: see $dir/shell.log"
}

stop() {
  local name
  for name in first second; do
    if [[ -e $dir/$name ]]; then cluster "$name" clean; fi
  done
  rm -f -- "$dir/lines" "$dir/file"
}

# Letters that do not compress to nothing; with the quotes that make them JSON, 100 bytes.
lines() {
  awk -v keys="$keys" 'BEGIN {
    srand(1)
    for (i = 0; i < 100000; i++) letters = letters sprintf("%c", 97 + int(rand() * 26))
    for (i = 0; i < keys; i++)
      printf "{\"key\":\"keys/%07d\",\"value\":\"%s\"}\n", i, substr(letters, 1 + int(rand() * 99900), 98)
  }'
}

# Appends the seconds that the rest takes to the file $1.
timed() {
  local name=$1 begin
  shift
  begin=$(date +%s%N)
  "$@"
  awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.2f\n", ns / 1e9 }' >>"$dir/$name.seconds"
}

# | what | seconds | MB/s | for the file $1, called $2.
row() {
  local seconds
  seconds=$(sort -n "$dir/$1.seconds" | awk '{ all[NR] = $1 } END { printf "%.2f", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }')
  printf '| %s | %s | %s | %s |\n' "$2" "$seconds" "$(sort -n "$dir/$1.seconds" | tr '\n' ' ' | sed 's/ $//')" \
    "$(awk -v b="$bytes" -v s="$seconds" 'BEGIN { printf "%.0f", b / 1e6 / s }')"
}

# ---- The command line

read_options "keys rounds dir" "$@"
[[ $keys =~ ^[1-9][0-9]{0,7}$ ]] || usage_error "not a number of keys: $keys"
require_numbers "$rounds"
find_java
if ! distribution_is_current; then build_distribution; fi
home=$(built_home)
mkdir -p -- "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)
rm -f -- "$dir"/*.seconds "$dir/shell.log" "$dir/cluster.log"
stop
trap stop EXIT
cluster first up --plain-text --base-port "$BASE_PORT"
say "importing $keys keys"
lines >"$dir/lines"
timed import shell first/client.conf import "$dir/lines"
for ((round = 1; round <= rounds; round++)); do
  say "round $round of $rounds"
  timed create shell first/admin.conf backup create "$dir/file" --replace
  timed verify shell first/admin.conf backup verify "$dir/file"
done
# So that only one cluster has the machine.
cluster first down
for ((round = 1; round <= rounds; round++)); do
  say "restore $round of $rounds"
  cluster second up --plain-text --base-port "$SECOND_PORT"
  shell second/admin.conf account delete demo --yes
  timed restore shell second/admin.conf backup restore "$dir/file"
  shell second/admin.conf verify
  cluster second clean
done
bytes=$(stat -c %s "$dir/file")
{
  echo "$keys keys with values of 100 bytes; the file has $((bytes / 1000000)) MB"
  echo
  echo "| | seconds, median | all | MB/s of the file |"
  echo "|---|---|---|---|"
  row import "\`import\`"
  row create "\`backup create\`"
  row verify "\`backup verify\`"
  row restore "\`backup restore\`, which verifies first"
} | tee "$dir/table.md"
