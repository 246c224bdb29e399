#!/usr/bin/env bash
# Tests how kv-shell makes and uses its class-data archive, with a stand-in for Java: deploy/test/class-data-test.sh
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/class-data-test.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

home="$work/a home"
export XDG_CACHE_HOME=$work/cache JAVA_HOME=$work/java LOG=$work/log
cache=$XDG_CACHE_HOME/relaykv
mkdir -p "$home/bin" "$home/lib/shell" "$JAVA_HOME/bin"
cp "$here/../bin/kv-shell" "$home/bin"
cp "$here/../lib/java.sh" "$here/../lib/class-data.sh" "$home/lib"
chmod +x "$home/bin/kv-shell" "$home/lib/class-data.sh"
echo java/lang/Object >"$home/lib/shell.classes"
echo one >"$home/lib/shell/one.jar"
echo two >"$home/lib/shell/two.jar"
echo 'JAVA_VERSION="17.0.1"' >"$JAVA_HOME/release"
# Says which archive it was started with; makes one when it is told to, slowly and noisily.
cat >"$JAVA_HOME/bin/java" <<'END'
#!/bin/sh
archive=none
for argument; do
  case $argument in
    -Xshare:dump) dump=yes ;;
    -XX:SharedArchiveFile=*) archive=${argument#*=} ;;
  esac
done
if [ -z "${dump:-}" ]; then
  echo "archive: ${archive##*/}"
  exit
fi
echo dump >>"$LOG"
echo noise
echo noise >&2
sleep "${FAKE_SECONDS:-0}"
[ -z "${FAKE_FAILS:-}" ] || exit 1
echo archive >"$archive"
END
chmod +x "$JAVA_HOME/bin/java"

shell() { output=$("$home/bin/kv-shell" get a 2>&1); }
says() { [[ $output == "$1" ]]; }
uses_one() { [[ $output == "archive: kv-shell-"*.jsa ]]; }
dumps() { [[ $(grep -c . "$LOG" 2>/dev/null || true) == "$1" ]]; }
# Nothing but finished archives: so many.
archives() { [[ $(find "$cache" -type f 2>/dev/null | grep -c '\.jsa$') == "$1" && -z $(find "$cache" -type f ! -name '*.jsa' 2>/dev/null) ]]; }
# For what happens in the background: 10 s at most.
soon() {
  local i
  for ((i = 0; i < 100; i++)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  return 1
}
anew() { rm -rf "$XDG_CACHE_HOME" "$LOG"; }

shell
check "the first one starts without, and says nothing else" says "archive: none"
check "an archive is made" soon archives 1
shell
check "the next one uses it" uses_one
check "only its owner can write it" test "$(stat -c %a "$cache")" = 700
check "it was made once" dumps 1

echo changed >>"$home/lib/shell/two.jar"
shell
check "it is not used with other jars" says "archive: none"
check "another one is made for them" soon archives 2
shell
check "and is used" uses_one

anew
FAKE_SECONDS=2
export FAKE_SECONDS
for i in 1 2 3 4 5; do
  "$home/bin/kv-shell" get a >"$work/out.$i" 2>&1 &
  sleep 0.2
done
wait
check "several at once make one archive" soon archives 1
check "and make it once" dumps 1
check "and all of them go on without" test "$(cat "$work"/out.* | sort -u)" = "archive: none"
FAKE_SECONDS=0

name=$(basename "$cache"/*.jsa)
anew
mkdir -p "$cache"
echo half >"$cache/$name.999999999"
shell
check "what one that was killed has left goes" soon archives 1
shell
check "and does no harm" uses_one

anew
FAKE_FAILS=yes
export FAKE_FAILS
shell
check "where none can be made, nothing is said" says "archive: none"
check "and an empty file says so" soon archives 1
shell
shell
check "so that nobody tries again" dumps 1
check "and it is not used" says "archive: none"
unset FAKE_FAILS

anew
echo "in the way" >"$XDG_CACHE_HOME"
shell
check "where nothing can be written, nothing is said" says "archive: none"
rm -f "$XDG_CACHE_HOME"

XDG_CACHE_HOME="$work/a:b"
shell
check "nor where the JVM would not understand the name" says "archive: none"
check "and nothing is made there" test ! -e "$work/a:b"

unset XDG_CACHE_HOME
output=$(env -u HOME "$home/bin/kv-shell" get a 2>&1)
check "nor without a home" says "archive: none"

export XDG_CACHE_HOME=$work/cache
anew
echo archive >"$home/lib/kv-shell.jsa"
shell
check "an archive beside the jars, of an image, is used" says "archive: kv-shell.jsa"
check "and none is made" test ! -e "$cache"

((failures == 0)) || exit 1
