#!/usr/bin/env bash
# machine.sh DIR: runs this machine's file system a second time, with a systemd, a network and processes of its own. Whatever is
# changed there is kept in memory at DIR and gone at the end; this machine stays as it is. Needs root.
# The child of this process is its init: "nsenter --all --root --wd -t PID" runs commands in it, and "kill -KILL PID" ends it.
set -euo pipefail

if [[ ${2:-} != inside ]]; then
  exec unshare --mount --uts --ipc --pid --net --cgroup --fork --kill-child --propagation private "$0" "$1" inside
fi

dir=$1
root=$dir/root
mount -t tmpfs machine "$dir"
mkdir "$dir/changes" "$dir/work" "$root"
mount -t overlay machine -o "lowerdir=/,upperdir=$dir/changes,workdir=$dir/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
for name in run tmp; do mount -t tmpfs machine "$root/$name"; done
# None of this machine's own services, and a name of its own.
rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires
: >"$root/etc/machine-id"
hostname relaykv-test
ip link set lo up
cd "$root"
mkdir old
pivot_root . old
umount -l old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=basic.target
