# shellcheck shell=bash
# Sourced by the tests of scripts. What a test runs leaves what it printed in $output and its exit code in $status.

failures=0
output=
status=0

# check NAME CONDITION..: the condition is a command.
check() {
  local name=$1
  shift
  if "$@"; then
    echo "ok      $name"
  else
    echo "FAILED  $name (exit code $status): $output"
    failures=$((failures + 1))
  fi
}

exits() { [[ $status == "$1" ]]; }
says() { [[ $output == *"$1"* ]]; }
says_not() { ! says "$1"; }
