#!/usr/bin/env bash
# Tests local-cluster.sh with stand-ins for kv-server and kv-shell: deploy/test/local-cluster-test.sh
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/local-cluster-test.XXXXXX")
dir="$work/a \"cluster\""

export RELAYKV_HOME=$work/home
mkdir -p "$RELAYKV_HOME/bin"
cp "$here/fake-kv-server" "$RELAYKV_HOME/bin/kv-server"
cp "$here/fake-kv-shell" "$RELAYKV_HOME/bin/kv-shell"
cp "$here/fake-node.pl" "$RELAYKV_HOME"
chmod +x "$RELAYKV_HOME"/bin/*

finish() {
  local file pid
  "$here/../local-cluster.sh" clean --dir "$dir" >/dev/null 2>&1 || true
  # If that is what does not work: only what was started from here.
  for file in "$dir"/n*/pid; do
    [[ -f $file ]] || continue
    pid=$(<"$file")
    if ps -ww -o args= -p "$pid" | grep -qF "$work"; then kill -KILL "$pid"; fi
  done
  rm -rf "$work"
}
trap finish EXIT

# Runs local-cluster.sh for the test's directory; leaves $output and $status.
run() {
  status=0
  output=$("$here/../local-cluster.sh" "$@" --dir "$dir" 2>&1) || status=$?
}

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
is_closed() { ! is_open "$1"; }
# Leaves in $port the first of ports that are free, and below those that outgoing connections are given.
choose_port() {
  local offset tries=0 free=
  until [[ $free ]]; do
    ((tries++ < 100)) || { echo "found no free ports"; exit 1; }
    port=$((30000 + RANDOM % 2700))
    free=yes
    for offset in {0..2} {10..12} {20..22}; do
      if is_open $((port + offset)); then free=; fi
    done
  done
}
mode_is() { [[ $(stat -c %a "$2" 2>/dev/null || stat -f %Lp "$2") == "$1" ]]; }
is_missing() { [[ ! -e $1 ]]; }
lives() { kill -0 "$1" 2>/dev/null; }
called_once() { [[ $(wc -l <"$1") -eq 1 ]]; }

choose_port
run kill n1
check "a verb without a cluster names the command that makes one" says "no cluster in"
check ".. and fails" exits 1
run down
check "down without a cluster is no error" exits 0

run
check "no command is a usage error" exits 2
run up -n 0
check "a count out of range is a usage error" exits 2
run up --base-port x
check "a port that is no number is a usage error" exits 2
run kill
check "kill needs a node" exits 2
run up n1
check "up takes no node" exits 2

perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 1, ReuseAddr => 1)
  or die; sleep 1 while 1' $((port + 11)) &
squatter=$!
until is_open $((port + 11)); do
  lives "$squatter" || { echo "nothing listens on port $((port + 11))"; exit 1; }
  sleep 0.05
done
run up --base-port "$port"
check "a busy port stops up" exits 1
check "a busy port is named with its node" says "port $((port + 11)), the peer port of n2, is in use by"
check ".. and with its process" says "perl (pid $squatter)"
kill "$squatter"
wait "$squatter" 2>/dev/null || true

run up --base-port "$port"
check "up" exits 0
check "up says what it waits for" says "Healthy. 3 of 3 nodes up"
check "up says what to try" says "put greeting -s hello"
check "below /tmp is said" says "data.allow-temporary = true is set"
check "below /tmp is set" grep -q '^data.allow-temporary = true$' "$dir/n1/kv-server.conf"
check "nodes = [..] in client.conf" \
  grep -qFx "nodes = [\"127.0.0.1:$port\", \"127.0.0.1:$((port + 10))\", \"127.0.0.1:$((port + 20))\"]" "$dir/client.conf"
check "client.conf is private" mode_is 600 "$dir/client.conf"
check "admin.conf is private" mode_is 600 "$dir/admin.conf"
check "client.conf names the account's key" grep -qFx 'api-key-file = "demo.key"' "$dir/client.conf"
check "admin.conf names the admin key" grep -qFx 'api-key-file = "admin.key"' "$dir/admin.conf"
check "the keys are private" mode_is 600 "$dir/admin.key"
check ".. both" mode_is 600 "$dir/demo.key"
check "nodes know the hash of the admin key" grep -qFx 'security.admin-key-sha256 = ["00"]' "$dir/n3/kv-server.conf"
check "nodes have certificates" test -f "$dir/certs/n2/peer.crt"
check ".. and their configuration names them" \
  grep -qF "tls.peer.certificate = \"$work/a \\\"cluster\\\"/certs/n2/peer.crt\"" "$dir/n2/kv-server.conf"
check "clients trust their authority" grep -qFx 'tls.trust = "certs/ca/clients-ca.crt"' "$dir/client.conf"
check "all peers in a node's configuration" \
  grep -qF "{id = n3, client = \"127.0.0.1:$((port + 20))\", peer = \"127.0.0.1:$((port + 21))\"}" "$dir/n2/kv-server.conf"
check "a quote in the path is escaped" grep -qF 'a \"cluster\"/n2/data"' "$dir/n2/kv-server.conf"

first_pid=$(<"$dir/n1/pid")
run up
check "up twice is harmless" exits 0
check "up twice makes one account and one key" called_once "$dir/fake-account/keys"
check "up twice says so" says "already running: n1 n2 n3"
check "up twice starts nothing" lives "$first_pid"
run up -n 5
check "another count is refused" says "has 3 nodes"
run up --base-port 7400
check "another port is refused" says "has base port $port"
run start n1
check "start of a running node" says "n1 is already running (pid $first_pid)"

run kill leader
check "kill leader kills the leader" says "killed n1 (pid $first_pid)"
check "its port is closed" is_closed "$port"
run kill n1
check "killing a dead node is no error" exits 0
check ".. and is said" says "n1 is not running"
run status
check "status passes the exit code on" exits 7
run kill n4
check "an unknown node is a usage error" exits 2

sleep 300 &
foreign=$!
echo "$foreign" >"$dir/n1/pid"
run kill n1
check "a foreign process with the pid of a stale file is not killed" lives "$foreign"
run start n1
check "start after a kill" says "started n1"
check "its port is open" is_open "$port"
kill "$foreign"

run stop-node n2
check "stop-node" says "stopped n2"
check "the port of n2 is closed" is_closed $((port + 10))
echo "$(<"$dir/n3/pid")" >"$dir/n2/pid"
run kill n2
check "a pid file with another node's pid kills nobody" is_open $((port + 20))
rm -f "$dir/n2/pid"

mv "$dir/n2/data" "$work/lost"
run up
check "lost data stops up" exits 1
check "lost data is named" says "n2 has lost its data directory"
check "lost data is not made anew" is_missing "$dir/n2/data"
run start n2
check "lost data stops start" says "n2 has lost its data directory"
rm -r "$dir/n2"
run up
check "a lost directory of a node stops up" says "n2 has lost its data directory"
mkdir -p "$dir/n2"
mv "$work/lost" "$dir/n2/data"
run up
check "up starts what is not running" says "starting: n2"
check ".. and only that" says "already running: n1 n3"
check "no node was bootstrapped twice" called_once "$dir/n2/data/calls"

run down
check "down" says "stopped: n1 n2 n3"
check "down stops them" is_closed "$port"
FAKE_DIES=1 run up
check "a node that ends at once stops up" exits 1
check ".. with the end of its log" says "no disk, no fun"
run down

FAKE_DEAF=1 run up
run clean
check "clean kills what does not stop" exits 0
check "clean removes the directory" is_missing "$dir"
check "clean leaves no process" is_closed "$port"

mkdir -p "$work/bin"
for tool in $(compgen -c | sort -u); do
  path=$(type -P "$tool") && [[ $tool != openssl ]] && ln -sf "$path" "$work/bin/$tool"
done 2>/dev/null || true
PATH=$work/bin run up --base-port "$port"
check "without openssl there is a cluster all the same" exits 0
check ".. and it is said what that means" says "openssl is not installed: this cluster uses plain text"
check ".. and clients do not look for TLS" bash -c '! grep -q tls "$1"' - "$dir/client.conf"
run up
check "a cluster without TLS stays so" bash -c '! grep -q tls "$1"' - "$dir/n1/kv-server.conf"
run up --plain-text
check ".. and may be asked for as it is" exits 0
rm "$dir/demo.key" "$dir/client.conf"
FAKE_NO_KEYS=1 run up
check "a key that cannot be made stops up" says "could not make the account demo and its key"
check ".. and no client.conf names it" is_missing "$dir/client.conf"
run up
check "a lost key of the account is made anew" mode_is 600 "$dir/demo.key"
rm "$dir/admin.key"
run up
check "a lost admin key is not" says "the nodes accept no other"
sed -i.bak '/^nodes/d' "$dir/.relaykv-local-cluster"
run clean
check "nothing is removed while it is not known what runs there" says "is damaged"
mv "$dir/.relaykv-local-cluster.bak" "$dir/.relaykv-local-cluster"
sed -i.bak '/^format/d' "$dir/.relaykv-local-cluster"
run up
check "a directory of an older version is refused" says "made by another version of RelayKV"
run clean
check ".. but can be removed" is_missing "$dir"

run up --plain-text --base-port "$port"
check "plain text can be asked for" bash -c '! grep -q tls "$1" "$2"' - "$dir/n1/kv-server.conf" "$dir/client.conf"
run status --plain-text
check "--plain-text belongs to up" exits 2
run clean
run up --base-port "$port"
run up --plain-text
check "a cluster with TLS does not become one without" says "uses TLS; to begin anew"
run clean

mkdir -p "$dir"
touch "$dir/mine"
run clean
check "clean leaves a foreign directory alone" exits 1
check ".. with its files" test -f "$dir/mine"
run up
check "up does not use a foreign directory" says "holds something else"
rm -r "$dir"

if ((failures > 0)); then
  echo "$failures failed"
  exit 1
fi
