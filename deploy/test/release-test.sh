#!/usr/bin/env bash
# Tests what is published: see usage below. Takes some minutes.
set -euo pipefail

usage() {
  cat <<'END'
usage: release-test.sh [PACKAGES]

Builds the commit that is checked out twice, in different places and under different circumstances, and compares the packages.
Installs the .deb on a copy of this machine that lives in namespaces and in memory (machine.sh), starts a node under systemd,
reads and writes, kills it, upgrades, removes and purges. Needs root for that, and says so where it is skipped.

PACKAGES: a directory with relaykv-VERSION.tar.gz and relaykv_VERSION_all.deb, which are then taken instead of building any
END
}

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
checkout=${here%/deploy/test}
readonly DATA=/var/lib/relaykv
case ${1:-} in
  -*)
    usage
    exit 2
    ;;
esac
packages=${1:-}
work=$(mktemp -d "${TMPDIR:-/tmp}/release-test.XXXXXX")
machine=

cleanup() {
  if [[ -n $machine ]]; then
    kill -KILL "$(pgrep -P "$machine")" 2>/dev/null || true
    wait "$machine" 2>/dev/null || true
  fi
  rm -rf -- "$work"
  # In memory, where there is such a place.
  [[ -z ${second:-} ]] || rm -rf -- "$second"
}
trap cleanup EXIT

is() { [[ $output == "$1" ]]; }
# soon COMMAND..: for what takes a while, a minute at most.
soon() {
  local deadline=$((SECONDS + 60))
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

# ---- The same bytes from the same commit

# build DIR UMASK ZONE LANGUAGE
build() {
  git clone -q "$checkout" "$1/relaykv"
  (
    umask "$2"
    cd "$1/relaykv"
    TZ=$3 LC_ALL=$4 ./mvnw -q -B -Prelease -DskipTests package -pl deploy -am </dev/null
  )
}

# What differs between two archives, and in the jars of ours that do.
differences() {
  local side jar
  for side in 1 2; do
    mkdir "$work/side$side"
    tar -xzf "${!side}" -C "$work/side$side"
    (
      cd "$work/side$side"
      find . -type f -exec sha256sum {} + | sort -k 2
      for jar in ./*/lib/*/kv-*.jar; do unzip -Zl "$jar" | sed "s|^|$jar: |"; done
    ) >"$work/list$side"
  done
  diff "$work/list1" "$work/list2" | head -n 20 || true
  rm -r "$work/side1" "$work/side2"
}

if [[ -z $packages ]]; then
  second=$(mktemp -d "$(if [[ -w /dev/shm ]]; then echo /dev/shm; else echo "$work"; fi)/release-test.XXXXXX")
  mkdir "$work/first"
  build "$work/first" 022 UTC C
  build "$second" 077 Pacific/Auckland C.UTF-8
  packages=$work/first/relaykv/deploy/target
  output=$(differences "$packages"/relaykv-*.tar.gz "$second"/relaykv/deploy/target/relaykv-*.tar.gz)
  for file in "$packages"/relaykv-*.tar.gz "$packages"/relaykv_*.deb "$packages"/*.sha256; do
    check "built twice: ${file##*/}, $(stat -c %s "$file") bytes" cmp "$file" "$second/relaykv/deploy/target/${file##*/}"
  done
  rm -rf -- "$second"
fi

archive=$(echo "$packages"/relaykv-*.tar.gz)
deb=$(echo "$packages"/relaykv_*.deb)
# shellcheck disable=SC2016
check "checksums" sh -c 'cd "$1" && sha256sum --quiet -c ./*.sha256' sh "$packages"

# ---- The archive

tar -xzf "$archive" -C "$work"
home=$work/$(basename "$archive" .tar.gz)
output=$(cd "$home" && find . -maxdepth 2 -type d | sort | xargs)
check "what is in the archive" is ". ./bin ./conf ./lib ./lib/server ./lib/shell ./share ./share/doc ./share/licenses ./share/monitoring ./share/sbom ./share/systemd"
output=$(tar -tvzf "$archive" | awk '{print $1, $2}' | sort -u | xargs)
check "nobody else can write it, and it is nobody's" is "-rw-r--r-- root/root -rwxr-xr-x root/root drwxr-xr-x root/root"
output=$(ls "$home/lib/shell")
check "no RocksDB beside the shell" says_not rocksdb
check "nor Ratis" says_not ratis
output=$("$home/bin/kv-server" --version)
check "kv-server runs" says "kv-server "
output=$("$home/bin/kv-shell" --version)
check "kv-shell runs" says "kv-shell "
for part in server shell; do
  output=
  for jar in "$home/lib/$part"/*.jar; do
    name=$(basename "$jar" .jar | sed 's/-\([0-9]\)/:\1/')
    [[ $name == kv-* ]] || grep -qF -- ":$name " "$home/share/licenses/kv-$part.txt" || output+="$name "
  done
  check "the licence of all in lib/$part is named" is ""
  output=
  for jar in "$home/lib/$part"/*.jar; do
    hash=$(sha256sum <"$jar")
    [[ $jar == */kv-* ]] || grep -qF -- "${hash%% *}" "$home/share/sbom/kv-$part.cdx.json" || output+="${jar##*/} "
  done
  check "all in lib/$part is in its bill of materials" is ""
done

# ---- The .deb

if command -v lintian >/dev/null; then
  output=$(lintian --allow-root --tag-display-limit 0 --suppress-tags-from-file "$here/../debian/lintian-ignored" "$deb" 2>&1) || true
  check "lintian" is ""
else
  echo "SKIPPED lintian, which is not installed"
fi

if ((EUID != 0)) || ! command -v dpkg >/dev/null || [[ ! -x /lib/systemd/systemd ]]; then
  echo "SKIPPED the .deb is not installed anywhere: this needs root, on a Debian with systemd"
  ((failures == 0)) || exit 1
  exit 0
fi

mkdir "$work/machine"
"$here/machine.sh" "$work/machine" >"$work/machine.log" 2>&1 &
machine=$!
inside() {
  local init
  init=$(pgrep -P "$machine") && nsenter --all --root --wd -t "$init" -- "$@"
}
has_booted() { inside test -S /run/systemd/private 2>/dev/null; }
soon has_booted
inside systemctl is-system-running --wait >/dev/null || {
  cat -- "$work/machine.log"
  inside systemctl --failed --no-pager || true
}

run() { output=$(inside "$@" 2>&1); }
show() { output=$(inside systemctl show --value -p "$1" kv-server) && [[ $output == "$2" ]]; }
is_active() { show ActiveState active; }
has_failed() { show ActiveState failed; }
journal_says() { output=$(inside journalctl -q -o cat -u kv-server) && [[ $output == *"$1"* ]]; }
shell() { run kv-shell --config /root/"$1".conf "${@:2}"; }
serves() { shell client get greeting && [[ $output == '"hello"' ]]; }
node() { inside systemctl show --value -p MainPID kv-server; }

inside sh -c 'cat >/root/relaykv.deb' <"$deb"
# Nothing of an earlier installation on this machine; an operator may have made the directory for the data.
inside rm -rf "$DATA" /etc/relaykv /etc/default/kv-server
inside mkdir "$DATA"
check "it is installed" run dpkg -i /root/relaykv.deb
check "and says what comes next" says "nothing was started"
run stat -c '%U %G %a' "$DATA" /etc/relaykv /etc/relaykv/kv-server.conf /usr/share/relaykv/bin/kv-server
check "whose is what" is $'relaykv relaykv 700\nroot relaykv 750\nroot root 644\nroot root 755'
check "it does not run" show ActiveState inactive
check "nor will it" show UnitFileState disabled
check "the unit, installed" run systemd-analyze verify kv-server.service
check "without a complaint" says_not "kv-server.service:"

inside systemctl start kv-server
check "a node that nobody has made is refused" soon has_failed
check "with the reason" soon journal_says "$DATA holds no RelayKV node"
check "once" show NRestarts 0

# shellcheck disable=SC2016
inside sh -euc '
  cd /root
  kv-server keygen -O admin.key >/root/admin-key.line
  sed -i "/^cluster.peers/,/^\]/d" /etc/relaykv/kv-server.conf
  cat /root/admin-key.line - >>/etc/relaykv/kv-server.conf <<END
cluster.peers = [{id = n1, client = "127.0.0.1:7400", peer = "127.0.0.1:7401"}]
END
  for name in admin client; do printf "nodes = [\"127.0.0.1:7400\"]\napi-key-file = %s.key\n" "$name" >"$name.conf"; done
'
check "a node is made" run runuser -u relaykv -- kv-server bootstrap --config /etc/relaykv/kv-server.conf
inside systemctl enable --now --quiet kv-server
check "it serves" soon shell admin health --within 1m
shell admin account create shop
shell admin apikey create --account shop --allow read,write -O /root/client.key
check "it takes a write" shell client put greeting '"hello"'
check "and gives it back" serves

# shellcheck disable=SC2016
run sh -c 'grep -E "^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):" "/proc/$1/status" | xargs; grep "Max core" "/proc/$1/limits"' sh "$(node)"
uid=$(inside id -u relaykv)
check "as its own user" says "Uid: $uid $uid $uid $uid"
check "without any capability" says "CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2"
check "without core dumps" says "Max core file size        0                    0 "
run find "$DATA" ! -user relaykv
check "its files are its own" is ""
# A jar that is replaced while the node runs must not matter to it.
# shellcheck disable=SC2016
run sh -c 'for jar in /usr/share/relaykv/lib/server/*.jar; do
  ls -l "/proc/$1/fd" | grep -qF -- "-> $jar" || echo "$jar"; done' sh "$(node)"
check "it has all of its program open" is ""

before=$(node)
inside kill -KILL "$before"
check "killed, it is started again" soon journal_says "Scheduled restart job"
check "and serves" soon serves
check "as another process" test "$before" != "$(node)"

before=$(node)
check "it is upgraded" run dpkg -i /root/relaykv.deb
check "with a word on what to do" says "one node at a time"
check "and goes on" test "$before" = "$(node)"
check "and serves" serves
run grep -c '^security.admin-key-sha256' /etc/relaykv/kv-server.conf
check "its configuration stays" is 1

inside systemctl stop kv-server
check "it stops in order" show Result success
check "with 0" show ExecMainStatus 0
inside sh -c 'echo no.such.setting = 1 >>/etc/relaykv/kv-server.conf'
inside systemctl start kv-server
check "a wrong configuration is refused" soon has_failed
check "with 2" show ExecMainStatus 2
check "once" show NRestarts 0
inside sed -i '/^no.such.setting/d' /etc/relaykv/kv-server.conf
inside systemctl restart kv-server
check "put right, it serves" soon serves

check "it is removed" run dpkg -r relaykv
check "and ends" test -z "$(inside pgrep -u relaykv || true)"
check "its data stays" inside test -f "$DATA/node.properties"
check "its configuration stays" inside test -f /etc/relaykv/kv-server.conf
inside touch /etc/relaykv/client.key
check "it is purged" run dpkg -P relaykv
check "and says that the data is there" says "the data of a node stays in $DATA"
check "and what else is" says "what you have put into /etc/relaykv stays there"
check "it is there" inside test -f "$DATA/node.properties"
check "the configuration is gone" inside test ! -e /etc/relaykv/kv-server.conf
run find /etc /lib /opt /usr /var '(' -name '*relaykv*' -o -name '*kv-server*' -o -name '*kv-shell*' ')' \
  -newer /etc/machine-id -not -path "$DATA*" -not -path '/etc/relaykv*'
check "nothing else is left" is ""

check "it is installed once more" run dpkg -i /root/relaykv.deb
inside rm -r "$DATA" /etc/relaykv/client.key
check "and purged, with nothing to keep" run dpkg -P relaykv
check "without a word of it" says_not "stays"
check "it leaves no directory" inside test ! -e /etc/relaykv -a ! -e "$DATA"

((failures == 0)) || exit 1
