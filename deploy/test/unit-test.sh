#!/usr/bin/env bash
# Tests the systemd unit as far as that goes without running it: deploy/test/unit-test.sh
# Needs systemd-analyze, of systemd 250 or newer; says so and ends with 0 where there is none.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# In tenths. Without any hardening it would be 9.6; of what is left, most is that a node uses the network.
readonly EXPOSURE=14
failures=0

if ! systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
  echo "SKIPPED: kv-server.service is not checked, as there is no systemd-analyze that can (systemd 250)"
  exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/unit-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
unit=$work/kv-server.service
# kv-server is not installed here.
sed "s|^ExecStart=kv-server |ExecStart=$here/../bin/kv-server |" "$here/../systemd/kv-server.service" >"$unit"

# check NAME COMMAND..: the command has to end with 0 and to find no fault with a line of the unit.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1) && ! grep -q 'kv-server\.service:[0-9]' <<<"$output"; then
    echo "ok      $name"
  else
    echo "FAILED  $name:"$'\n'"$output"
    failures=$((failures + 1))
  fi
}

check "systemd understands all of it" systemd-analyze verify "$unit"
check "its exposure is low" systemd-analyze security --no-pager --offline=yes --threshold="$EXPOSURE" "$unit"

((failures == 0)) || exit 1
