# shellcheck shell=bash
# Sourced by the scripts of a checkout: where the distribution is built, and how.

deploy=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=deploy/lib/java.sh
. "$deploy/lib/java.sh"

built_home() {
  printf '%s\n' "$deploy/target/relaykv"
}

# Whether there is a distribution, and nothing that goes into it has changed since. The build makes the directory
# anew each time, so its age is that of the build.
distribution_is_current() {
  local home checkout=${deploy%/*}
  home=$(built_home)
  [[ -x $home/bin/kv-server && -x $home/bin/kv-shell ]] || return 1
  [[ -z $(find "$checkout"/pom.xml "$checkout"/kv-{protocol,client,statemachine,server,shell}/{pom.xml,src/main} \
    "$deploy"/{pom.xml,README.md,certs.sh,assembly,bin,conf,systemd,lib/{java.sh,memory.sh,class-data.sh,shell.classes}} -type f -newer "$home" -print -quit 2>/dev/null) ]]
}

# All output goes to stderr: the caller's stdout is for results.
build_distribution() {
  find_java
  [[ -x ${java%/*}/javac ]] || command -v javac >/dev/null ||
    no_java "building RelayKV needs a JDK; $java is only a runtime"
  echo "Building RelayKV: a minute or two the first time .." >&2
  (cd "${deploy%/*}" && ./mvnw -q -B -DskipTests package -pl deploy -am </dev/null >&2) || {
    printf '%s: the build failed\n' "${0##*/}" >&2
    exit 1
  }
}
