# shellcheck shell=sh
# Sourced by the scripts: finds a Java that is new enough. Reads its release file where there is one, because
# asking the JVM for its version takes longer than a whole get.

java_minimum=17

# Sets $java, or ends the script with one line saying why there is none.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || no_java "JAVA_HOME is $JAVA_HOME, which has no bin/java; RelayKV needs Java $java_minimum or newer"
  else
    java=$(command -v java) || no_java "no java found: install Java $java_minimum or newer, or set JAVA_HOME"
  fi
  java_major=$(java_major "$java")
  [ -n "$java_major" ] || no_java "$java does not tell its version; RelayKV needs Java $java_minimum or newer"
  [ "$java_major" -ge "$java_minimum" ] ||
    no_java "$java is Java $java_major; RelayKV needs Java $java_minimum or newer (set JAVA_HOME)"
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
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}
