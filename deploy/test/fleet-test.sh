#!/usr/bin/env bash
# Tests cluster.sh for real, as root: deploy/test/fleet-test.sh. Four hosts, each with a network, a host name, processes and a
# file system of its own, and an sshd; on two of them runs systemd. They come up, are upgraded under load, die, are replaced.
# Everything lives in name spaces of this script's process: when it ends, however that may be, the kernel ends all of it.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=deploy/test/check.sh
. "$here/check.sh"
readonly checkout=${here%/*/*}
readonly NETWORK=10.77.0
readonly WRITERS=8
# Of each writer between two operations, in seconds.
readonly PAUSE=0.04

skip() {
  printf 'SKIPPED: fleet-test.sh: %s\n' "$*" >&2
  exit 0
}

# ---- Outside: what is needed, and name spaces

# Sets $sshd and where the libraries are that it needs: the system's, or one that is taken out of Debian's packages, as installing
# them would start it.
find_sshd() {
  local unpacked=$checkout/build/tools/sshd
  sshd=$(PATH=$PATH:/usr/sbin command -v sshd) && return
  sshd=$unpacked/usr/sbin/sshd
  [[ -x $sshd ]] || unpack_sshd "$unpacked" || return 1
  sshd_libraries=$(echo "$unpacked"/usr/lib/*-linux-gnu*)
}

unpack_sshd() (
  mkdir -p -- "$1" && cd -- "$1" || return 1
  rm -f -- *.deb
  timeout 300 apt-get -q download openssh-server libwrap0 >/dev/null 2>&1 || return 1
  for package in *.deb; do dpkg-deb -x "$package" . || return 1; done
  rm -f -- *.deb
)

sshd_libraries=
find_sshd || skip "there is no sshd (apt install openssh-server)"
if [[ ${1:-} != inside ]]; then
  [[ $EUID == 0 ]] || skip "it needs root, for hosts with networks and file systems of their own"
  for tool in ip unshare nsenter ssh ssh-keygen su useradd openssl; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null || skip "there is no $tool"
  done
  grep -qw overlay /proc/filesystems || skip "this kernel has no overlayfs"
  unshare -n -m -p -u -i -C --fork true 2>/dev/null || skip "no name spaces can be made here"
  PATH=$PATH:/usr/sbin unshare -n sh -c 'ip link add v0 type veth peer name v1 && ip link add br0 type bridge' 2>/dev/null ||
    skip "no network can be made here"
  work=$(mktemp -d "${TMPDIR:-/tmp}/fleet-test.XXXXXX")
  inside=
  trap '[[ -z $inside ]] || kill -KILL "$inside" 2>/dev/null || true; wait || true; rm -rf -- "$work"' EXIT
  trap 'exit 130' INT TERM
  mkdir -p "$work/probe"/{memory,root}
  # shellcheck disable=SC2016
  unshare -m sh -ec 'cd "$1"; mount --make-rprivate /; mount -t tmpfs tmpfs memory; mkdir memory/upper memory/work
    mount -t overlay overlay -o "lowerdir=/,upperdir=$1/memory/upper,workdir=$1/memory/work" root; chroot root true' \
    sh "$work/probe" 2>/dev/null || skip "no file system of its own can be made for a host here"
  unshare -n -m -p --fork --kill-child --mount-proc "$0" inside "$work" &
  inside=$!
  wait "$inside"
  exit
fi
work=$2

# ---- Hosts

# boot HOST NUMBER INIT: INIT is plain or systemd. Its disks are $work/HOST/{opt,lib,log}, which outlive it.
boot() {
  local host=$1 number=$2 init=$3 outer inner
  mkdir -p "$work/$host"/{memory,root,opt,lib,log}
  unshare -n -m -p -u -i -C --fork --kill-child "$0" inside "$work" host "$host" "$init" >"$work/$host/console" 2>&1 &
  outer=$!
  until inner=$(pgrep -P "$outer") && [[ -n $inner ]]; do
    kill -0 "$outer" || { cat "$work/$host/console"; exit 1; }
    sleep 0.05
  done
  echo "$inner" >"$work/$host/pid"
  ip link add "veth$number" type veth peer name eth0 netns "$inner"
  ip link set "veth$number" master bridge up
  nsenter -t "$inner" -n sh -c "ip link set lo up; ip addr add $NETWORK.$number/24 dev eth0; ip link set eth0 up"
}

# What is done inside the name spaces of a host before its first process starts.
become_host() {
  local host=$1 init=$2 root=$work/$1/root
  hostname "$host"
  mount --make-rprivate /
  mount -t tmpfs tmpfs "$work/$host/memory"
  mkdir "$work/$host/memory"/{upper,work}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$work/$host/memory/upper,workdir=$work/$host/memory/work" "$root"
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs tmpfs "$root/tmp"
  mount --bind "$work/$host/opt" "$root/opt"
  mount --bind "$work/$host/lib" "$root/var/lib"
  mount --bind "$work/$host/log" "$root/var/log"
  mkdir -p "$root/run/sshd"
  cp "$work/hosts" "$root/etc/hosts"
  grep -q ^sshd: "$root/etc/passwd" || echo "sshd:x:65000:65534::/run/sshd:/usr/sbin/nologin" >>"$root/etc/passwd"
  # Without PAM, sshd lets nobody in whose password is locked.
  sed -i 's/^root:[^:]*:/root:*:/' "$root/etc/shadow"
  mkdir -p "$root/etc/fleet"
  cp "$work"/{host_key,authorized_keys} "$root/etc/fleet"
  chmod 600 "$root/etc/fleet/host_key"
  cat >"$root/etc/fleet/sshd_config" <<END
HostKey /etc/fleet/host_key
AuthorizedKeysFile /etc/fleet/authorized_keys
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
END
  # sshd starts itself anew for each connection, and that needs its path.
  if [[ $sshd != /usr/sbin/sshd ]]; then
    cp "$sshd" "$root/usr/sbin/sshd"
    cp -R "$sshd_libraries" "$root/etc/fleet/lib"
  fi
  local run_sshd="/usr/sbin/sshd -D -e -f /etc/fleet/sshd_config"
  case $init in
    plain)
      # A first process has children to bury.
      exec chroot "$root" env LD_LIBRARY_PATH=/etc/fleet/lib /bin/bash -c "$run_sshd & wait"
      ;;
    systemd)
      if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
        mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
      else
        mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
        mkdir "$root/sys/fs/cgroup"/{unified,systemd}
        mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
        mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
      fi
      # Of what else a machine starts, nothing: it would be done to this one.
      local units=$root/etc/systemd/system target
      rm -rf "$root"/{etc,lib,usr/lib}/systemd/system/*.target.wants
      : >"$root/etc/fstab"
      for target in sysinit basic network-online; do
        printf '%s\n' "[Unit]" "DefaultDependencies=no" >"$units/$target.target"
      done
      printf '%s\n' "[Unit]" "Wants=fleet-sshd.service systemd-journald.service" >"$units/fleet.target"
      printf '%s\n' "[Service]" "Environment=LD_LIBRARY_PATH=/etc/fleet/lib" "ExecStart=$run_sshd" >"$units/fleet-sshd.service"
      exec chroot "$root" env container=fleet-test /lib/systemd/systemd --unit=fleet.target
      ;;
  esac
}

if [[ ${3:-} == host ]]; then become_host "$4" "$5"; fi

# host HOST COMMAND..: runs it there, not through ssh.
host() {
  local pid
  pid=$(<"$work/$1/pid")
  shift
  nsenter -t "$pid" -m -p -n -u -r -w "$@"
}

lose_host() {
  kill -KILL "$(<"$work/$1/pid")"
}

# ---- The network, and what the operator has

step_begun=$SECONDS

# Ends a step of the test with the time that it took.
took() {
  echo "------- $1: $((SECONDS - step_begun)) s"
  step_begun=$SECONDS
}

# Runs cluster.sh and shows what it says; $output has it too. What it is to fail with is $expected, or 0.
cluster() {
  status=0
  echo "\$ cluster.sh fleet.conf $*"
  "$checkout/deploy/cluster.sh" "$operator/fleet.conf" "$@" </dev/null >"$work/output" 2>&1 || status=$?
  sed 's/^/        /' "$work/output"
  output=$(<"$work/output")
  check "cluster.sh $1 ends with ${expected:-0}" test $status = "${expected:-0}"
}

shell() { "$home/bin/kv-shell" --config "$operator/admin.conf" "$@" </dev/null; }
data_shell() { "$home/bin/kv-shell" --config "$operator/client.conf" "$@"; }
mode_is() { [[ $(stat -c %a "$2") == "$1" ]]; }
nodes_are() { [[ $(shell -o jsonl member list | sed 's/^{"name":"\([^"]*\)".*/\1/' | sort | xargs) == "$1" ]]; }
all_run() { [[ $(shell -o json status | grep -o "\"version\":\"[^\"]*\"" | sort -u) == "\"version\":\"$1\"" ]]; }
is_missing() { ! host "$1" test -e "$2"; }
has_no_secret() {
  local secret
  for secret in "$operator"/admin.key "$operator"/certs/ca/{nodes,clients}-ca.key; do
    [[ -s $secret ]] || return 1
    ! host "$1" grep -rqF -f <(grep -v -- ----- "$secret") /etc/relaykv /opt/relaykv/current/conf /var/log /var/lib/relaykv || return 1
  done
}

trap 'exit 130' INT TERM
mount --make-rprivate /
operator=$work/operator
mkdir -p "$operator" "$work/bin"
export HOME=$operator
ip link set lo up
ip link add bridge type bridge
ip addr add $NETWORK.254/24 dev bridge
ip link set bridge up
{
  echo "127.0.0.1 localhost"
  for i in 1 2 3 4 5; do echo "$NETWORK.$i kv$i.example.org kv$i"; done
} >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/operator_key"
cp "$work/operator_key.pub" "$work/authorized_keys"
echo "*.example.org $(<"$work/host_key.pub")" >"$work/known_hosts"
cat >"$work/bin/ssh" <<END
#!/bin/sh
exec $(command -v ssh) -F none -i $work/operator_key -o UserKnownHostsFile=$work/known_hosts "\$@"
END
chmod +x "$work/bin/ssh"
export PATH=$work/bin:$PATH:/usr/sbin

home=${RELAYKV_HOME:-$checkout/deploy/target/relaykv}
[[ -x $home/bin/kv-server ]] || {
  echo "there is no distribution in $home: ./mvnw -DskipTests package -pl deploy -am"
  exit 1
}
export RELAYKV_HOME=$home
second=$work/second
# The same build under another version number.
make_second_version() {
  local version jar
  cp -R "$home" "$second"
  for jar in "$second"/lib/server/kv-server-*.jar; do
    version=${jar##*/kv-server-}
    version=${version%.jar}
    printf 'Implementation-Version: 99.0\n' >"$work/manifest"
    jar --update --file "$jar" --manifest "$work/manifest" 2>/dev/null
    mv "$jar" "${jar/$version/99.0}"
  done
}
make_second_version

systemd=systemd
[[ -x /lib/systemd/systemd ]] || {
  systemd=plain
  echo "SKIPPED: systemd: this machine has none; all hosts do without" >&2
}
write_hosts_file() {
  local line
  {
    echo "cluster = fleet"
    echo "heap = 512m"
    echo "verify.interval = 0s"
    for line in "$@"; do echo "${line%=*}   root@kv${line#*=}.example.org   kv${line#*=}.example.org"; done
  } >"$operator/fleet.conf"
}

# reachable HOST: within a minute.
reachable() {
  local deadline=$((SECONDS + 60))
  until (exec 3<>"/dev/tcp/$1.example.org/22") 2>/dev/null; do
    kill -0 "$(<"$work/$1/pid")" 2>/dev/null && ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
boot_plain() {
  boot "kv$1" "$1" plain
  reachable "kv$1" || {
    cat "$work/kv$1/console"
    exit 1
  }
}

boot_plain 1
boot_plain 2
for i in 3 4; do
  [[ $systemd == plain ]] || {
    boot kv$i $i systemd
    reachable kv$i && continue
    echo "SKIPPED: systemd: it does not start in a name space of this machine; all hosts do without" >&2
    cat "$work/kv$i/console" >&2
    lose_host kv$i
    systemd=plain
  }
  boot_plain $i
done
took "four hosts"

# ---- Up

write_hosts_file n1=1 n2=2 n3=3
expected=1 cluster status
check "without a cluster there is none" says "there is no cluster yet"
if [[ $systemd == systemd ]]; then
  printf '%s\n' "[Service]" "ExecStart=/opt/mine/bin/kv-server start" >"$work/kv3/opt/kv-server.service"
  host kv3 mv /opt/kv-server.service /etc/systemd/system
  expected=3 cluster up
  check "a unit of somebody else's is a problem" says "PROBLEM: it has a kv-server.service that is not of this cluster.sh"
  host kv3 rm /etc/systemd/system/kv-server.service
  host kv3 systemctl daemon-reload
fi
cluster up
took "up on three fresh hosts"
((failures == 0)) || exit 1
check "up says how it is" says "Healthy. 3 of 3 nodes up"
check "client.conf is private" mode_is 600 "$operator/client.conf"
check "admin.conf is private" mode_is 600 "$operator/admin.conf"
[[ $systemd == plain ]] || check "systemd starts it when kv3 boots" host kv3 systemctl --quiet is-enabled kv-server
for i in 1 2 3; do check "kv$i has no secret of the operator" has_no_secret kv$i; done
if [[ $(stat -f -c %T "$work") == ext2/ext3 ]]; then
  check "names are written through" grep -q D <(host kv1 lsattr -d /var/lib/relaykv/raft | cut -d ' ' -f 1)
fi
cluster up
check "up once more starts nothing" says_not started
took "up once more"

# ---- Load, while it is upgraded

shell account create demo
shell apikey create --account demo --allow read,write -O "$operator/client.key" >/dev/null
exec {silence}<> <(:)
# Each writer has a connection of its own and notes what was acknowledged; it ends when an operation fails, or the file goes.
# An operation may take 15 s, as all of this runs on one machine, with whatever else it does.
touch "$work/load"
writer() {
  local i=0
  while [[ -e $work/load ]]; do
    i=$((i + 1))
    echo "put ledger/$1/$i $i"
    # The nodes, the writers and cluster.sh share this machine's processors.
    read -rt "$PAUSE" -u "$silence" || true
  done | tee "$work/asked.$1" | data_shell -t 15s -o jsonl -f - >"$work/acknowledged.$1" 2>"$work/writer.$1"
}
writers=()
for ((i = 1; i <= WRITERS; i++)); do
  writer $i &
  writers+=($!)
  until [[ -s $work/acknowledged.$i ]]; do
    kill -0 $! 2>/dev/null || { cat "$work/writer.$i"; exit 1; }
    sleep 0.1
  done
done
acknowledged() { cat "$work"/acknowledged.* | wc -l; }
took "$WRITERS writers"

before=$(acknowledged)
export RELAYKV_HOME=$second
cluster upgrade
check "all run the other version" all_run 99.0
echo "        $(($(acknowledged) - before)) writes were acknowledged meanwhile"
took "upgrade under load"
cluster upgrade
check "upgrade once more has nothing to do" says_not "up again"
took "upgrade once more"

# ---- A host dies, another one takes its place

lose_host kv2
write_hosts_file n1=1 n4=4 n3=3
cluster replace n2
check "the members" nodes_are "n1 n3 n4"
took "replace under load"

write_hosts_file n1=1 n4=4 n3=3 n5=2
rm -rf "$work/kv2"
boot_plain 2
cluster add n5
check "the members" nodes_are "n1 n3 n4 n5"
took "add under load"
gone=$(shell leader show)
cluster remove "$gone"
check "the leader $gone is removed" nodes_are "$(echo n1 n3 n4 n5 | sed "s/ *$gone//" | xargs)"
took "remove the leader under load"

# ---- What was acknowledged

rm "$work/load"
for ((i = 1; i <= WRITERS; i++)); do
  check "writer $i: no operation failed" wait "${writers[i - 1]}"
  cat "$work/writer.$i"
  check "writer $i: all were acknowledged" test "$(wc -l <"$work/asked.$i")" = "$(wc -l <"$work/acknowledged.$i")"
done
sed 's/^{"key":"\([^"]*\)".*/\1/' "$work"/acknowledged.* | sort >"$work/ledger"
data_shell keys --all ledger/ | sort >"$work/stored"
check "all of $(wc -l <"$work/ledger") acknowledged writes are there" test -z "$(comm -23 "$work/ledger" "$work/stored")"
check "the nodes hold the same" shell verify
took "the ledger"

# ---- The rest

sed -i "/^$gone /d" "$operator/fleet.conf"
cluster status
cluster logs -n 2
check "logs has lines of all nodes" test "$(cut -d ' ' -f 1 "$work/output" | sort -u | wc -l)" = 3
expected=1 cluster destroy
check "destroy wants to be told the name" says "nobody is there to be asked"
expected=1 cluster destroy --yes demo
check ".. of this cluster" says "is not the name of the cluster"
cluster destroy --yes fleet
mapfile -t hosts < <(sed -n 's/.*@\(kv[0-9]\).*/\1/p' "$operator/fleet.conf")
for host in "${hosts[@]}"; do
  for directory in /var/lib/relaykv /etc/relaykv /opt/relaykv /etc/systemd/system/kv-server.service{,.d} /run/relaykv.pid; do
    check "$host: $directory is gone" is_missing "$host" "$directory"
  done
done
check "the keys are gone here" test -z "$(find "$operator" -name '*.key' ! -name client.key)"
took "destroy"

if ((failures > 0)); then
  echo "$failures failed"
  exit 1
fi
echo "All passed after $SECONDS s"
