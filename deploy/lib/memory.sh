# shellcheck shell=sh
# Sourced by kv-server: how much memory a node may use, and how much of it is for the heap.

# memory_mib ROOT: prints the machine's memory in MiB, or the least limit that a control group sets (v1 or v2), if that is less;
# nothing if neither can be told. ROOT is what /proc and /sys are below: nothing, but for tests.
memory_mib() {
  memory_root=$1
  memory_least=
  if [ -r "$memory_root/proc/meminfo" ]; then
    while read -r memory_name memory_value _; do
      if [ "$memory_name" = MemTotal: ]; then memory_at_most $((memory_value * 1024)); fi
    done <"$memory_root/proc/meminfo"
  elif [ -z "$memory_root" ]; then
    memory_at_most "$(sysctl -n hw.memsize 2>/dev/null)" # macOS
  fi
  if [ -r "$memory_root/proc/self/cgroup" ]; then
    while IFS=: read -r _ memory_controllers memory_group; do
      case ,$memory_controllers, in
        ,,)
          memory_limits "$memory_root/sys/fs/cgroup" "$memory_group"
          memory_limits "$memory_root/sys/fs/cgroup/unified" "$memory_group"
          ;;
        *,memory,*) memory_limits "$memory_root/sys/fs/cgroup/memory" "$memory_group" ;;
      esac
    done <"$memory_root/proc/self/cgroup"
  fi
  [ -z "$memory_least" ] || echo $((memory_least / 1048576))
}

# The limits of the group $2 and of all that it is part of, below the mount point $1. In a container the names of outer groups
# may be known, and their files not; its own are then at the mount point.
memory_limits() {
  memory_path=${2%/}
  while :; do
    for memory_file in memory.max memory.high memory.limit_in_bytes; do
      if [ -r "$1$memory_path/$memory_file" ]; then
        read -r memory_value <"$1$memory_path/$memory_file" || memory_value=
        memory_at_most "$memory_value"
      fi
    done
    [ -n "$memory_path" ] || break
    memory_path=${memory_path%/*}
  done
}

# Takes the number of bytes $1 into account, if it is one: "max" and what has more digits than a shell can count are no limits.
memory_at_most() {
  case $1 in '' | *[!0-9]* | ???????????????????*) return ;; esac
  if [ -z "$memory_least" ] || [ "$1" -lt "$memory_least" ]; then memory_least=$1; fi
}

# heap_mib MEMORY-MIB: a third, since buffers of the network may take as much again and RocksDB and the JVM itself need the rest.
# The least is what the nodes of our tests run with, the most what all has been measured with (docs/performance.md).
heap_mib() {
  heap=$((${1:-3072} / 3))
  if [ "$heap" -lt 256 ]; then heap=256; fi
  if [ "$heap" -gt 1024 ]; then heap=1024; fi
  echo "$heap"
}
