# shellcheck shell=sh
# Sourced by the scripts: finds a Java that is new enough. Reads its release file where there is one, because
# asking the JVM for its version takes longer than a whole get.

java_minimum=17

# Patterns of the Javas to choose from when there is none on the PATH, or an old one; the first that is new enough wins.
java_places="/usr/lib/jvm/*/bin/java /usr/java/*/bin/java /opt/java/*/bin/java /opt/*/bin/java
  /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java"

# find_java [EXIT-CODE]: sets $java, or ends the script with EXIT-CODE, 1 unless given, and one line that says why there is none.
# Who sets JAVA_HOME means that Java and no other.
find_java() {
  java_exit=${1:-1}
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || no_java "JAVA_HOME is $JAVA_HOME, which has no bin/java; RelayKV needs Java $java_minimum or newer"
    is_new_java "$java" || no_java "$java $java_is (JAVA_HOME); RelayKV needs Java $java_minimum or newer"
    return
  fi
  java_refused=
  if java=$(command -v java); then
    if is_new_java "$java"; then return; fi
    java_refused="$java $java_is"
  fi
  # shellcheck disable=SC2086
  for java in $java_places; do
    [ -x "$java" ] || continue
    if is_new_java "$java"; then return; fi
    java_refused=${java_refused:-$java $java_is}
  done
  no_java "${java_refused:-no java found}; RelayKV needs Java $java_minimum or newer"
}

# Whether the java $1 will do; what it is stands in $java_is.
is_new_java() {
  java_major=$(java_major "$1")
  java_is="does not tell its version"
  [ -n "$java_major" ] || return 1
  java_is="is Java $java_major"
  [ "$java_major" -ge "$java_minimum" ]
}

# The major version of the java $1: 8 for 1.8.0_402, 17 for 17.0.15, nothing if it cannot be told.
java_major() {
  java_real=$(readlink -f "$1" 2>/dev/null) || java_real=$1
  java_release=${java_real%/bin/java}/release
  java_version=
  if [ "$java_release" != "$java_real/release" ] && [ -r "$java_release" ]; then
    while IFS='=' read -r java_name java_value; do
      if [ "$java_name" = JAVA_VERSION ]; then java_version=$java_value; fi
    done <"$java_release"
  fi
  if [ -z "$java_version" ]; then
    java_version=$("$1" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p') || java_version=
  fi
  java_version=${java_version#\"}
  java_version=${java_version#1.}
  printf '%s\n' "${java_version%%[!0-9]*}"
}

no_java() {
  printf '%s: %s: install one, or set JAVA_HOME to it\n' "${0##*/}" "$1" >&2
  exit "$java_exit"
}
