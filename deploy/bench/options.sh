# shellcheck shell=bash
# Sourced by the scripts beside it, each of which has a function "usage".

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

usage_error() {
  printf '%s: %s\n\n' "${0##*/}" "$*" >&2
  usage >&2
  exit 2
}

say() {
  printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2
}

# read_options "NAME .." ARGUMENT.. : sets the variable of each option --NAME VALUE, with _ for - in its name.
read_options() {
  local known=" $1 " name
  shift
  while (($# > 0)); do
    if [[ $1 == -h || $1 == --help ]]; then
      usage
      exit 0
    fi
    name=${1#--}
    [[ $1 == --* && $known == *" $name "* ]] || usage_error "unknown argument $1"
    [[ -n ${2:-} ]] || usage_error "$1 needs a value"
    printf -v "${name//-/_}" %s "$2"
    shift 2
  done
}

# Each of the arguments must be a number that is not too large for a count or for seconds.
require_numbers() {
  local number
  for number in "$@"; do
    [[ $number =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "not a number from 1 to 9999: $number"
  done
}
