#!/usr/bin/env bash
# Tests cluster.sh without hosts: what it reads, refuses and sends, and in which order: deploy/test/cluster-test.sh. Stand-ins
# play ssh with the hosts behind it, and kv-shell; fleet-test.sh has real ones.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/cluster-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

export FAKE_HOSTS=$work/hosts
export RELAYKV_HOME=$work/home
export PATH=$work/bin:$PATH
dir="$work/a shop"
hosts=$dir/hosts.conf
mkdir -p "$work/bin" "$RELAYKV_HOME/bin" "$RELAYKV_HOME/lib/server" "$dir" "$FAKE_HOSTS"
install -m 755 "$here/fake-host" "$work/bin/ssh"
install -m 755 "$here/fake-members" "$RELAYKV_HOME/bin/kv-shell"
install -m 755 "$here/fake-kv-server" "$RELAYKV_HOME/bin/kv-server"
touch "$RELAYKV_HOME/lib/server/kv-server-1.0.jar"

# Runs cluster.sh with the hosts file; leaves $output and $status.
run() {
  status=0
  output=$("$here/../cluster.sh" "$hosts" "$@" 2>&1 </dev/null) || status=$?
}

mode_is() { [[ $(stat -c %a "$2" 2>/dev/null || stat -f %Lp "$2") == "$1" ]]; }
is_missing() { [[ ! -e $1 ]]; }
# The hosts that were called to do $1, in order.
called() { sed -n "s/^\([^ ]*\) $1\b.*/\1/p" "$FAKE_HOSTS/calls" | xargs; }
order_is() { [[ $(called "$1") == "$2" ]]; }
nobody_was_called() { [[ ! -e $FAKE_HOSTS/calls ]]; }
forget_calls() { rm -f "$FAKE_HOSTS"/{calls,shell-calls,arguments}; }
members_are() { [[ $(cut -d ' ' -f 1 "$FAKE_HOSTS/members" | sort | xargs) == "$1" ]]; }
runs() { [[ -e $FAKE_HOSTS/$1/running ]]; }
runs_not() { ! runs "$1"; }
has_line() { grep -qFx -- "$2" "$1"; }
has_no_line() { ! has_line "$@"; }
new_host() { rm -rf "${FAKE_HOSTS:?}/$1" && mkdir "$FAKE_HOSTS/$1"; }
# hosts_are NODE=HOST..
hosts_are() {
  local line
  {
    echo "# Of the shop."
    echo "cluster = shop"
    echo "heap = 2g"
    for line in "$@"; do echo "${line%=*} ${line#*=}	${line#*=}.example.org # a host"; done
  } >"$hosts"
}

# ---- The command line and the file

run up
check "a missing file is named" says "$hosts: not a file that can be read"
hosts_are n1=kv1 n2=kv2 n3=kv3
run
check "no command is a usage error" says "no command given"
run explode
check "an unknown command is one" says "no such command: explode"
run up n1
check "up takes no node" exits 2
run add
check "add needs a node" says "add needs a node"
run up --yes shop
check "--yes belongs to destroy" says "--yes belongs to destroy"
run logs n9
check "a node without a line is unknown" says "$hosts: n9 has no line"

# line TEXT..: the file has these lines and three good ones.
line() {
  printf '%s\n' "$@" "n1 kv1 kv1.example.org" "n2 kv2 kv2.example.org" "n3 kv3 kv3.example.org" >"$hosts"
  run up
}
line "port = 1" "cluster = Shop" "heap = lots" "client-port = 70000" "data-dir = /" "user ="
check "all mistakes are told at once, with file and line" exits 2
check ".. an unknown setting" says "$hosts:1: unknown setting port: there are cluster user"
check ".. a name" says "$hosts:2: cluster = Shop is not a name"
check ".. a size" says "$hosts:3: heap = lots is not a size"
check ".. a port" says "$hosts:4: client-port = 70000 is not a port"
check ".. a directory that destroy would better not delete" says "$hosts:5: data-dir = / must be a directory of its own"
check ".. no value" says "$hosts:6: user has no value"
line "data-dir = /srv/kv" "install-dir = /srv/kv/program"
check "directories in one another" says "$hosts:2: /srv/kv/program lies in /srv/kv"
line "peer-port = 7400"
check "one port twice" says "$hosts:1: client-port, peer-port and http-port must differ"
line "cluster = a" "cluster = b"
check "a setting twice" says "$hosts:2: cluster is set already"
line "tls.peer.ca = mine.crt"
check "what follows from the file is not set" says "$hosts:1: tls.peer.ca is not set here"
line "distribution = none.tar.gz"
check "a distribution that is missing" says "distribution: there is no $dir/none.tar.gz"
line "n4 kv4" "N5 kv5 kv5" "n6 -oProxyCommand=x kv6" "n7 kv7 kv7:7400" "n8 kv1 kv8" "n9 kv9 kv9 more"
check "half a node" says "$hosts:1: neither a setting"
check "a name that is none" says "$hosts:2: N5 is not the name of a node"
check "an option is no destination" says "$hosts:3: -oProxyCommand=x is no destination"
check "an address has no port" says "$hosts:4: kv7:7400 is neither a host name nor an IP address"
check "two nodes on one host" says "$hosts:7: kv1 is the host of n8 (line 5)"
check "more words than a node has" says "$hosts:6: neither a setting"
line "n1 kv0 kv0"
check "a name twice" says "$hosts:2: n1 stands in line 1 already"
echo "cluster = shop" >"$hosts"
run up
check "no node at all" says "there is no node"
hosts_are n1=kv1 n2=kv2
run up
check "two nodes are too few" says "with three one may fail"
check "after all these nobody was called" nobody_was_called
check "and nothing was made" is_missing "$dir/.relaykv-cluster"
hosts_are n1=kv1 n2=kv2 n3=kv3
run upgrade
check "without a cluster there is nothing to upgrade" says "there is no cluster yet"

# ---- Checks

new_host kv1
new_host kv2
touch "$FAKE_HOSTS/kv2/asks"
run up
check "unfit hosts stop up" exits 3
check ".. a host that cannot be reached" says "n3         PROBLEM: ssh kv3 fails without being asked anything: ssh: Could not resolve"
check ".. one where sudo asks" says "sudo asks kv2 for a password"
check ".. and what is well is said, too" says "n1         Java 17"
check ".. and nothing was changed" is_missing "$dir/certs"
new_host kv2
new_host kv3
echo "problem port 7400 is in use by nginx (pid 80)" >"$FAKE_HOSTS/kv1/found"
echo "warning its xfs is not mounted with wsync" >"$FAKE_HOSTS/kv2/found"
echo 61500 >"$FAKE_HOSTS/kv3/ahead"
run up
check "what hosts say of themselves" says "n1         PROBLEM: port 7400 is in use by nginx (pid 80)"
check ".. as a warning" says "n2         warning: its xfs is not mounted with wsync"
check "a clock that is a minute ahead" says "n3         PROBLEM: its clock is 61 s ahead of that of n"
echo -61500 >"$FAKE_HOSTS/kv3/ahead"
run up
check "a clock that is a minute behind" says "n3         PROBLEM: its clock is 61 s behind that of n"
check ".. is not the measure of the others" says_not "n1         PROBLEM: its clock"
echo "what?" >"$FAKE_HOSTS/kv1/found"
run up
check "a host that says nothing of use is not fit" says "n1         PROBLEM: what it says of itself cannot be understood"
echo "nodes[\$(touch $work/taken)]" >"$FAKE_HOSTS/kv1/clock"
run up
check "what a host says is not carried out here" is_missing "$work/taken"
rm "$FAKE_HOSTS/kv1/clock"
rm "$FAKE_HOSTS"/kv?/{found,ahead} 2>/dev/null || true

# ---- Up

echo "no space left" >"$FAKE_HOSTS/kv3/fails.install"
run up
check "a host that fails stops up" exits 1
check ".. with what it said" says "n3         FAILED to install 1.0-"
rm "$FAKE_HOSTS/kv3/fails.install"
new_host kv4
sed -i.bak 's/^n2 kv2.*/n2 kv2 kv2.example.com/; s/^n3 kv3.*/n4 kv4 kv4.example.org/' "$hosts" && rm "$hosts.bak"
echo "no space left" >"$FAKE_HOSTS/kv4/fails.install"
run up
check "before any node has begun another may take its place" has_line "$dir/.relaykv-cluster" "founder n4 kv4.example.org"
check ".. and have another address" has_line "$dir/.relaykv-cluster" "founder n2 kv2.example.com"
names_host() { openssl x509 -in "$1" -noout -ext subjectAltName | grep -qF "DNS:$2"; }
check ".. and certificates that name it" names_host "$dir/certs/n2/peer.crt" kv2.example.com
rm -r "$FAKE_HOSTS/kv4"
hosts_are n1=kv1 n2=kv2 n3=kv3
forget_calls
run up
check "up goes on" exits 0
check ".. says how it is" says "Healthy. 3 of 3 nodes up"
check ".. and how to connect" says "apikey create --account demo"
check ".. and does not install twice" order_is install kv3
printf '%s\n%s' "Welcome" "to kv2" >"$FAKE_HOSTS/kv2/greets"
check "certificates" test -f "$FAKE_HOSTS/kv2/etc/peer.key"
check "the configuration names all" grep -qF '{id = n3, client = "kv3.example.org:7400", peer = "kv3.example.org:7401"}' "$FAKE_HOSTS/kv1/etc/kv-server.conf"
check ".. and the hash of the admin key" has_line "$FAKE_HOSTS/kv1/etc/kv-server.conf" 'security.admin-key-sha256 = ["00"]'
check "the heap" grep -q -- '-Xms2g -Xmx2g' "$FAKE_HOSTS/kv1/etc/environment"
check "admin.conf" has_line "$dir/admin.conf" 'nodes = ["kv1.example.org:7400", "kv2.example.org:7400", "kv3.example.org:7400"]'
check ".. is private" mode_is 600 "$dir/admin.conf"
check "the admin key is private" mode_is 600 "$dir/admin.key"
no_argument_has_secrets() {
  local file
  for file in "$dir/admin.key" "$dir"/certs/n?/*.key "$dir"/certs/ca/*.key; do
    ! grep -qF -- "$(sed -n 2p "$file")$(sed -n 1p "$file" | grep -v -- -----)" "$FAKE_HOSTS/arguments" || return 1
  done
}
check "no secret among the arguments of ssh" no_argument_has_secrets
no_host_has() { ! grep -rqF --exclude-dir=releases -- "$1" "$FAKE_HOSTS"; }
check "no host has the authorities' keys" no_host_has "$(sed -n 2p "$dir/certs/ca/nodes-ca.key")"
check "no host has the admin key" no_host_has "$(<"$dir/admin.key")"
forget_calls
run up
check "up twice is harmless" exits 0
check ".. and starts nothing" order_is start ""
check ".. and bootstraps nothing" order_is bootstrap ""
rm "$FAKE_HOSTS/kv2/running"
forget_calls
run up
check "up starts what does not run" order_is start kv2
check "what was bootstrapped must have its data" grep -q "^kv2 check used -" "$FAKE_HOSTS/calls"
rm "$FAKE_HOSTS/kv2/running"
mv "$FAKE_HOSTS/kv3" "$FAKE_HOSTS/kv3.away"
run up
check "a host that is gone keeps no other down" runs kv2
check ".. and is told" says "Left out, as the host is not fit: n3. How the others are:"
check ".. as a failure" exits 1
mv "$FAKE_HOSTS/kv3.away" "$FAKE_HOSTS/kv3"
sed -i.bak 's/kv1.example.org/kv1.example.com/' "$hosts" && rm "$hosts.bak"
run up
check "an address is for good" says "$hosts: line 4: the others know n1 at kv1.example.org"
hosts_are n1=kv1 n2=kv2 n3=kv3
mv "$dir/certs/ca" "$work/ca"
rm -r "$dir/certs/n3"
run up
check "a lost authority is not made anew" says "the nodes trust no other authority"
mv "$work/ca" "$dir/certs/ca"
mv "$dir/admin.key" "$work/admin.key"
run up
check "nor an admin key" says "the nodes accept no other"
mv "$work/admin.key" "$dir/admin.key"
hosts_are n1=kv1 n2=kv2 n3=kv3 n4=kv4
run up
check "up adds nobody" says "$hosts: line 7: n4 is none of the nodes that the cluster began with"
hosts_are n1=kv1 n2=kv2
run up
check "nor does it forget one" says "n3 is a node of the cluster and has no line"
hosts_are n1=kv1 n2=kv2 n3=kv3
sed -i.bak 's/= shop/= toys/' "$hosts" && rm "$hosts.bak"
run up
check "a directory is that of one cluster" says "this directory is that of cluster shop"
hosts_are n1=kv1 n2=kv2 n3=kv3
run status
check "status" says "n2         runs 1.0-"

# ---- Restart and upgrade

echo n1 >"$FAKE_HOSTS/leader"
forget_calls
run restart
check "restart" exits 0
check ".. takes the leader last" order_is stop "kv2 kv3 kv1"
check ".. after it has handed over to one that was restarted" grep -qx "leader transfer n2" "$FAKE_HOSTS/shell-calls"
gates() { [[ $(grep -c '^health' "$FAKE_HOSTS/shell-calls") == "$1" ]]; }
check ".. with a gate around each turn" gates 4
hosts_are n1=kv1 n2=kv2 n3=kv3
sed -i.bak 's/^heap.*/heap = 3g/' "$hosts" && rm "$hosts.bak"
run status
check "settings that nodes do not have yet" says "with older settings"
run restart
run status
check "restart brings them" says_not "with older settings"
echo "it ended right after its start" >"$FAKE_HOSTS/kv3/fails.start"
run restart
check "a restart that breaks off" says "Done: n2. Left:"
rm "$FAKE_HOSTS/kv3/fails.start"
sed -i.bak 's/^heap.*/heap = 1g/' "$hosts" && rm "$hosts.bak"
run restart
run status
check ".. and goes on with other settings brings them to all" says_not "with older settings"
echo "stopped? running?" >"$FAKE_HOSTS/kv2/look"
forget_calls
run restart
check "a host that cannot be understood stops a restart" says "n2         cannot be understood"
check ".. before anything is stopped" order_is stop ""
rm "$FAKE_HOSTS/kv2/look"

cp "$RELAYKV_HOME/lib/server/kv-server-1.0.jar" "$RELAYKV_HOME/lib/server/kv-server-2.0.jar"
rm "$RELAYKV_HOME/lib/server/kv-server-1.0.jar"
echo n1 >"$FAKE_HOSTS/leader"
echo "it ended right after its start" >"$FAKE_HOSTS/kv3/fails.start"
forget_calls
run upgrade
check "a node that does not come back stops upgrade" exits 1
check ".. which says why" says "Stopped: n3: it ended right after its start"
check ".. and what is done" says "Done: n2. Left: n1 n3"
check ".. and how to go on" says "upgrade goes on"
check ".. and leaves the leader alone" runs kv1
rm "$FAKE_HOSTS/kv3/fails.start"
forget_calls
run upgrade
check "upgrade goes on" exits 0
check ".. with the node that is down, the leader last" order_is stop "kv3 kv1"
check ".. and says what was done before" says "n2         done before"
all_run() { [[ $(cat "$FAKE_HOSTS"/kv[123]/running | cut -d - -f 1 | sort -u) == "$1" ]]; }
check "all run the new version" all_run 2.0
touch "$FAKE_HOSTS/unhealthy"
forget_calls
run restart
check "nothing is restarted while not all is well" order_is stop ""
check ".. which is said" says "Stopped: Degraded."
rm "$FAKE_HOSTS/unhealthy"
echo "n9 kv9" >>"$FAKE_HOSTS/members"
new_host kv9
touch "$FAKE_HOSTS/kv9/running"
run restart
check "nor with a member that has no line" says "n9 is a member and has no line"
sed -i.bak /n9/d "$FAKE_HOSTS/members"

# ---- Members

new_host kv4
hosts_are n1=kv1 n2=kv2 n3=kv3 n4=kv4
run add n5
check "add takes a node that has a line" says "n5 has no line"
forget_calls
run add n4
check "add" says "Added n4. Healthy. 4 of 4 nodes up"
check ".. starts it to join" has_line "$FAKE_HOSTS/kv4/etc/environment" 'KV_SERVER_OPTIONS="--join"'
check ".. which the others were not" has_line "$FAKE_HOSTS/kv1/etc/environment" 'KV_SERVER_OPTIONS=""'
check ".. alone" has_no_line "$FAKE_HOSTS/kv4/etc/kv-server.conf" '  {id = n1, client = "kv1.example.org:7400", peer = "kv1.example.org:7401"}'
check ".. without bootstrap" order_is bootstrap ""
check ".. and is a member" members_are "n1 n2 n3 n4"
check "clients learn of it" grep -q kv4 "$dir/client.conf"
run add n4
check "add twice is harmless" says "n4 is a node of the cluster already. Healthy."
run remove n7
check "remove takes a node of the cluster" exits 2
run remove n4
check "remove" exits 0
check ".. says what to do with the line" says "take its line out"
check ".. and stops it" runs_not kv4
touch "$FAKE_HOSTS/kv4/running"
run remove n4
check ".. also when that was interrupted" runs_not kv4
run up
check "a name is used once" says "n4 was removed from the cluster"
hosts_are n1=kv1 n2=kv2 n3=kv3
new_host kv2
run replace n2
check "replace wants the line of the successor" says "let that of its successor, under a new name, take its place"
hosts_are n1=kv1 n3=kv3
run replace n2
check ".. and exactly one" says "there is: none"
new_host kv4
hosts_are n1=kv1 n7=kv4 n3=kv3
echo "the disk is on fire" >"$FAKE_HOSTS/kv4/fails.start"
run replace n2
check "a successor that fails" says "FAILED: the disk is on fire"
new_host kv5
hosts_are n1=kv1 n5=kv5 n3=kv3
run replace n2
check "replace" exits 0
check "the members" members_are "n1 n3 n5"
run replace n2
check "replace twice is harmless" exits 0
new_host kv3
hosts_are n1=kv1 n5=kv5 n6=kv3
run replace n3
check "the same host with an empty disk" exits 0
check ".. may have been that of the old node" grep -q "^kv3 check any n3" "$FAKE_HOSTS/calls"

# ---- The rest

run logs
check "logs" says "n1         a line of kv1"
check ".. of all nodes" says "n6         a line of kv3"
run logs n5
check "logs of one node" says_not kv1
run destroy
check "destroy asks" exits 1
check ".. and says what it deletes" says "n6         kv3: the node, /var/lib/relaykv, /etc/relaykv, /opt/relaykv"
run destroy --yes shop2
check ".. for the name of the cluster" says "nothing was deleted"
check ".. and deletes nothing else" runs kv1
echo "it still runs" >"$FAKE_HOSTS/kv1/fails.destroy"
run destroy --yes shop
check "a host that fails" exits 1
check ".. can be tried again" test -f "$dir/admin.key"
rm "$FAKE_HOSTS/kv1/fails.destroy"
run destroy --yes shop
check "destroy" exits 0
check ".. leaves nothing but the file" test "$(ls -A "$dir")" = hosts.conf

# ---- What a host says of itself: lib/on-host.sh, here

# on_host WORD..: leaves $output and $status.
on_host() {
  status=0
  {
    printf '%s\n' node=n1 cluster=shop "user=$(id -un)" "data_dir=$work/data" "install_dir=$work/program" "config_dir=$work/etc" \
      "java_home=${JAVA_HOME:-}" java_options= client_port=1 peer_port=2 "http_port=$port" install_mib=1 "data_mib=${data_mib:-1}" read_power_cut=
    cat "$here/../lib/java.sh" "$here/../lib/on-host.sh"
    echo "$*"
  } >"$work/script"
  output=$(sh "$work/script" 2>&1) || status=$?
}
# data_of NODE CLUSTER STARTED
data_of() { printf '%s\n' "node.id=$1" "cluster.name=$2" "started=$3" >"$work/data/node.properties"; }

if [[ $(uname -s) == Linux ]]; then
  port=3
  mkdir "$work/data" "$work/etc"
  on_host check none -
  check "a new host is fit" says_not problem
  check ".. and says what it has" says "fact Java "
  on_host check used -
  check "a node that has lost its data" says "problem n1 has lost its data"
  touch "$work/data/mine"
  on_host check none -
  check "a directory with something else in it" says "problem $work/data holds something else"
  data_of n2 toys true
  on_host check used -
  check "another node's data" says "problem $work/data holds data of n2 of cluster toys"
  data_of n1 shop true
  on_host check none -
  check "data of a node that nobody remembers" says "knows nothing: bring back that directory"
  on_host check used -
  check "a node's own data" says_not problem
  printf 'node.id = n7\ncluster.name = "shop"\n' >"$work/etc/kv-server.conf"
  on_host check used -
  check "another node's host" says "problem it is the host of n7 of cluster shop already"
  on_host check used n7
  check ".. which is to be replaced" says_not problem
  perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) or die; $| = 1; print $s->sockport, "\n";
    sleep 1 while 1' >"$work/port" &
  until [[ -s $work/port ]]; do kill -0 $!; done
  port=$(<"$work/port")
  on_host check used n7
  check "a port that is in use" says "problem port $port is in use by "
  kill $!
  port=3
  data_mib=1000000000 on_host check used n7
  check "a disk without room" says "MiB free and needs 1000000000"
  on_host look
  check "a host where nothing is installed" says "absent - -"
  mkdir -p "$work/program/1.0/bin"
  touch "$work/program/1.0/bin/kv-server"
  chmod +x "$work/program/1.0/bin/kv-server"
  on_host use 1.0
  on_host look
  check "a host where nothing runs" says "stopped 1.0 -"
  mkdir -p "$work/program"/{jdk-17,2.0/bin,3.0/bin}
  for release in 2.0 3.0; do install -m 755 /dev/null "$work/program/$release/bin/kv-server"; done
  touch -d 2000-01-01 "$work/program"/{1.0,jdk-17}
  touch -d 2001-01-01 "$work/program/2.0"
  on_host use 3.0
  check "the version before stays" test -e "$work/program/2.0"
  check ".. the one before that goes" is_missing "$work/program/1.0"
  check ".. and what is not ours stays" test -e "$work/program/jdk-17"
  mkdir -p "$work/release/bin" "$work/program/4.0/lib"
  install -m 755 /dev/null "$work/release/bin/kv-server"
  tar -cf "$work/release.tar" -C "$work/release" .
  on_host install 4.0 <"$work/release.tar"
  check "half of a version that is there is no hindrance" test -x "$work/program/4.0/bin/kv-server"
  check ".. and does not stay" is_missing "$work/program/4.0/lib"
  data_of n1 toys true
  printf 'node.id = n1\ncluster.name = "shop"\n' >"$work/etc/kv-server.conf"
  on_host destroy
  check "destroy deletes nothing of another cluster's" says "holds something else; nothing is deleted"
  check ".. and nothing else either" test -e "$work/program/3.0"
  data_of n1 shop true
  mkdir -p "$work/data/raft" "$work/data/lost+found"
  on_host destroy
  check "destroy deletes the node" is_missing "$work/data/raft"
  check ".. and its versions" is_missing "$work/program/3.0"
  check ".. and what is not ours stays" test -e "$work/program/jdk-17"
  check ".. nor is a file system's own directory touched" test -d "$work/data/lost+found"
  on_host check none -
  check "a file system by itself is a new host" says_not problem
fi

if ((failures > 0)); then
  echo "$failures failed"
  exit 1
fi
