#!/usr/bin/env bash
# Tests how kv-server chooses a Java and how much memory it gives to it, with stand-ins for Java, /proc and /sys:
# deploy/test/kv-server-test.sh
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/kv-server-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

home="$work/a home"
mkdir -p "$home/bin" "$home/lib/server"
cp "$here/../bin/kv-server" "$here/../bin/kv-shell" "$home/bin"
cp "$here/../lib/java.sh" "$here/../lib/memory.sh" "$home/lib"
jdk=${JAVA_HOME:-$(dirname -- "$(dirname -- "$(readlink -f -- "$(command -v javac)")")")}
unset JAVA_HOME JAVA_OPTS RELAYKV_JAVA_OPTS

# make_java DIR VERSION: a Java that tells its arguments, one a line.
make_java() {
  mkdir -p "$1/bin"
  [[ -z $2 ]] || echo "JAVA_VERSION=\"$2\"" >"$1/release"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nif [ "$1" = -version ]; then exit; fi\nfor argument; do echo "$argument"; done\n' >"$1/bin/java"
  chmod +x "$1/bin/java"
}

server() {
  status=0
  output=$("$home/bin/kv-server" "$@" 2>&1) || status=$?
}
says() { [[ $output == "$1" ]]; }
passes() { [[ $'\n'$output$'\n' == *$'\n'"$1"$'\n'* ]]; }
passes_not() { ! passes "$1"; }
# The last of the arguments that look like it counts for the JVM.
last_is() { [[ $(grep -- "$1" <<<"$output" | tail -n 1) == "$2" ]]; }

# ---- Which Java. The PATH has what the scripts need, and no Java unless one is put there.

mkdir "$work/tools" "$work/places"
for tool in sh dirname readlink sed sysctl ls cksum; do
  if path=$(command -v "$tool"); then ln -s "$path" "$work/tools/$tool"; fi
done
# Sets $output to the Java that is found, with $1 in front of the PATH and the directories below $work/places.
find_java() {
  status=0
  output=$(PATH=${1:+$1:}$work/tools sh -c \
    '. "$1/lib/java.sh"; java_places="$2/places/*/bin/java"; find_java 9; echo "$java"' \
    kv-server "$home" "$work" 2>&1) || status=$?
}

needs="RelayKV needs Java 17 or newer: install one, or set JAVA_HOME to it"
find_java ""
check "none" says "kv-server: no java found; $needs"
check "none: exit code" exits 9
make_java "$work/old" 1.8.0_402
find_java "$work/old/bin"
check "an old one on the PATH" says "kv-server: $work/old/bin/java is Java 8; $needs"
check "an old one: exit code" exits 9
make_java "$work/places/a" 11.0.2
find_java ""
check "an old one elsewhere" says "kv-server: $work/places/a/bin/java is Java 11; $needs"
make_java "$work/places/b" 17
find_java "$work/old/bin"
check "one elsewhere, rather than an old one on the PATH" says "$work/places/b/bin/java"
make_java "$work/new" 25.0.1
find_java "$work/new/bin"
check "that on the PATH, rather than one elsewhere" says "$work/new/bin/java"
make_java "$work/mute" ""
export JAVA_HOME=$work/mute
find_java "$work/new/bin"
check "one that does not tell" says "kv-server: $work/mute/bin/java does not tell its version (JAVA_HOME); $needs"
JAVA_HOME=$work/nothing
find_java "$work/new/bin"
check "JAVA_HOME without one" says "kv-server: JAVA_HOME is $work/nothing, which has no bin/java; $needs"
JAVA_HOME=$work/old
server start
check "no other than that of JAVA_HOME" says "kv-server: $work/old/bin/java is Java 8 (JAVA_HOME); $needs"
check "kv-server could not start" exits 1
status=0
output=$("$home/bin/kv-shell" get a 2>&1) || status=$?
check "kv-shell ends as after an internal error" exits 10
JAVA_HOME=$work/new

# ---- How much memory

# memory GROUPS [FILE=LIMIT..]: makes a root with 8 GiB, the control groups GROUPS (lines of /proc/self/cgroup) and their limits.
memory() {
  local file root=$work/root
  rm -rf "$root"
  mkdir -p "$root/proc/self"
  printf 'MemTotal:        8388608 kB\nMemFree:         1048576 kB\n' >"$root/proc/meminfo"
  printf '%s' "$1" >"$root/proc/self/cgroup"
  shift
  for file; do
    mkdir -p "$root/sys/fs/cgroup/$(dirname "${file%=*}")"
    echo "${file#*=}" >"$root/sys/fs/cgroup/${file%=*}"
  done
  status=0
  # shellcheck disable=SC2016
  output=$(sh -euc '. "$1/lib/memory.sh"; memory_mib "$2"' sh "$home" "$root" 2>&1) || status=$?
}

gib=$((1024 * 1024 * 1024))
memory ""
check "all of the machine" says 8192
memory $'0::/system.slice/kv-server.service\n' system.slice/memory.max=max system.slice/kv-server.service/memory.max=$((2 * gib))
check "a limit, v2" says 2048
memory $'0::/a/b\n' a/memory.max=$gib a/b/memory.max=$((2 * gib))
check "the limit of an outer group, v2" says 1024
memory $'0::/a\n' a/memory.high=$((3 * gib)) a/memory.max=$((4 * gib))
check "above which there is little, v2" says 3072
memory $'0::/\n' memory.max=$gib
check "in a container, v2" says 1024
memory $'0::/a\n' a/memory.max=max
check "no limit, v2" says 8192
memory $'0::/a\n' a/memory.max=$((16 * gib))
check "a limit above what there is" says 8192
memory $'9:cpu,cpuacct:/\n4:memory:/a:b/c\n1:name=systemd:/\n0::/\n' memory/a:b/c/memory.limit_in_bytes=$((2 * gib)) cpu/memory.max=1
check "a limit, v1" says 2048
memory $'4:memory:/a/b\n' memory/a/memory.limit_in_bytes=$gib memory/a/b/memory.limit_in_bytes=9223372036854771712
check "the limit of an outer group, v1" says 1024
memory $'4:memory:/docker/0123\n' memory/memory.limit_in_bytes=$gib
check "in a container, v1" says 1024
memory $'4:memory:/\n' memory/memory.limit_in_bytes=9223372036854771712
check "no limit, v1" says 8192
memory $'4:memory:/\n' memory/memory.limit_in_bytes=18446744073709551615
check "no limit, old v1" says 8192
memory $'0::/a\n' unified/a/memory.max=$gib
check "a limit, v2 beside v1" says 1024

# heap MIB..: sets $output to the heaps of as much memory.
heap() {
  # shellcheck disable=SC2016
  output=$(sh -euc '. "$1/lib/memory.sh"; shift; for mib; do heap_mib "$mib"; done' sh "$home" "$@" | xargs)
}
heap 128 768 1024 2048 3072 65536 ""
check "heaps: a third, within bounds" says "256 256 341 682 1024 1024 1024"

# ---- What the JVM is told

here_mib=$(sh -c '. "$1/lib/memory.sh"; heap_mib "$(memory_mib "")"' sh "$home")
server start --config "a b"
check "the heap is that of this machine" passes "-Xmx${here_mib}m"
check "half of it from the start" passes "-Xms$((here_mib / 2))m"
check "arguments stay whole" last_is '^a' "a b"
export JAVA_OPTS="-Da=1 /bi*" RELAYKV_JAVA_OPTS=-Da=2
server start
check "JAVA_OPTS, without expansion" passes "/bi*"
check "RELAYKV_JAVA_OPTS wins" last_is -Da= -Da=2
for option in -Xmx2g -Xms64m -XX:MaxHeapSize=1g -XX:MaxRAMPercentage=50; do
  RELAYKV_JAVA_OPTS=$option
  server start
  check "with $option: it" passes "$option"
  check "with $option: no other" passes_not "-Xmx${here_mib}m"
  check "with $option: no other at the start" passes_not "-Xms$((here_mib / 2))m"
done
JAVA_OPTS=-Xmx300m RELAYKV_JAVA_OPTS=
server start
check "a heap in JAVA_OPTS" passes_not "-Xmx${here_mib}m"
check "one collector" passes -XX:+UseParallelGC
JAVA_OPTS=-XX:+UseZGC
server start
check "another collector" passes_not -XX:+UseParallelGC

# ---- With a real JVM

mkdir -p "$work/classes/io/relaykv/server"
cat >"$work/classes/io/relaykv/server/KvServerMain.java" <<'END'
package io.relaykv.server;
class KvServerMain {
  public static void main(String[] arguments) {
    for (var all = new java.util.ArrayList<byte[]>(); ; ) all.add(new byte[1 << 20]);
  }
}
END
"$jdk/bin/javac" -d "$work/classes" "$work/classes/io/relaykv/server/KvServerMain.java"
"$jdk/bin/jar" --create --file "$home/lib/server/kv-server.jar" -C "$work/classes" .
JAVA_HOME=$jdk JAVA_OPTS=-Xmx16m
server start
check "without memory it is killed, and does not say that its data is damaged" exits 137

((failures == 0)) || exit 1
