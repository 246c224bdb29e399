#!/usr/bin/env bash
# class-list.sh: writes deploy/lib/shell.classes anew, the list of the classes that kv-shell's class-data archive is made of
# (lib/class-data.sh). To be run when the shell, or what it depends on, has changed much: a class that is not in the list
# is loaded as ever, only slower, and one that is gone is left out. Takes some seconds; starts a cluster of its own.
set -euo pipefail

# shellcheck source=deploy/lib/distribution.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib/distribution.sh"

distribution_is_current || build_distribution
find_java
home=$(built_home)
work=$(mktemp -d)
trap '"$deploy/local-cluster.sh" clean --dir "$work/cluster" >/dev/null; rm -rf -- "$work"' EXIT
"$deploy/local-cluster.sh" up --dir "$work/cluster" --base-port "${1:-7450}" >&2

classpath=
for jar in "$home"/lib/shell/*.jar; do classpath=${classpath:+$classpath:}$jar; done

# What is run often, in the order in which it should start fast.
while read -r -a command; do
  "$java" -XX:DumpLoadedClassList="$work/list" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Drelaykv.terminals= \
    -cp "$classpath" io.relaykv.shell.KvShellMain --config "$work/cluster/client.conf" "${command[@]}" \
    >/dev/null 2>&1 </dev/null || true
  cat -- "$work/list"
done <<'END' | awk '!/^#/ && !/\$\$Lambda|\$Proxy|GeneratedConstructorAccessor|GeneratedMethodAccessor/ && !seen[$0]++' >"$work/all"
put greeting "hello"
get greeting
get nothing
keys --limit 10
delete greeting
status
health
-o json status
-o table keys
member list
get
help
END
mv -- "$work/all" "$deploy/lib/shell.classes"
wc -l "$deploy/lib/shell.classes" >&2
