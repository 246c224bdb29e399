# shellcheck shell=sh
# What cluster.sh does on a host. It goes there on ssh's standard input with every call, behind lib/java.sh and assignments
# (see host_settings), and stays nowhere. For any POSIX shell on Linux. Answers are lines on standard output, for cluster.sh;
# on standard error is why something cannot be done.
# shellcheck disable=SC2154 # what host_settings assigns

# Not that of whoever logs in: a service has this one.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
umask 022
[ -z "$java_home" ] || export JAVA_HOME="$java_home"

config=$config_dir/kv-server.conf
current=$install_dir/current
unit=/etc/systemd/system/kv-server.service
drop_in=$unit.d/cluster.conf
pid_file=/run/relaykv.pid
log_file=/var/log/relaykv.log
readonly STOP_SECONDS=40

refuse() {
  printf '%s\n' "$*" >&2
  exit 1
}

has_systemd() {
  [ -d /run/systemd/system ]
}

# ---- Who is here

# The value of $1 in the file $2 of "name = value" or "name=value".
value_of() {
  sed -n "s/^$1 *= *//p" "$2" 2>/dev/null | sed -n '1s/^"\(.*\)"$/\1/;1p'
}

# What is in the data directory: none, new (bootstrapped, never started), used, NODE of CLUSTER, or something.
data_content() {
  if [ ! -e "$data_dir" ] || [ -z "$(find "$data_dir" -mindepth 1 -maxdepth 1 ! -name 'lost+found')" ]; then
    echo none
  elif [ ! -f "$data_dir/node.properties" ]; then
    echo something
  elif [ "$(value_of node.id "$data_dir/node.properties")" != "$node" ] ||
    [ "$(value_of cluster.name "$data_dir/node.properties")" != "$cluster" ]; then
    echo "$(value_of node.id "$data_dir/node.properties") of cluster $(value_of cluster.name "$data_dir/node.properties")"
  elif [ "$(value_of started "$data_dir/node.properties")" = true ]; then
    echo used
  else
    echo new
  fi
}

# The process id of the node that this configuration runs. A pid file alone proves nothing: see local-cluster.sh.
node_pid() {
  pid=
  if has_systemd; then
    pid=$(systemctl show -p MainPID --value kv-server.service 2>/dev/null) || pid=
  elif [ -f "$pid_file" ]; then
    read -r pid <"$pid_file" || pid=
  fi
  case $pid in '' | 0 | *[!0-9]*) return 1 ;; esac
  { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF "$config" || return 1
  echo "$pid"
}

# Whether somebody listens on the TCP port $1.
listens() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port=":$(printf '%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

# Prints "running RELEASE DIGEST", "stopped RELEASE -" or "absent - -": the digest is that of the configuration it runs with.
look() {
  if has_systemd; then
    said=$(systemctl show -p MainPID kv-server.service 2>&1) || refuse "systemctl show failed: $said"
  fi
  if pid=$(node_pid); then
    arguments=$(tr '\0' '\n' <"/proc/$pid/cmdline")
    release=$(printf '%s\n' "$arguments" | sed -n 's,^.*/\([^/]*\)/lib/server/\*$,\1,p')
    digest=$(printf '%s\n' "$arguments" | sed -n 's/^-Drelaykv\.configuration=//p')
    echo "running ${release:--} ${digest:--}"
  elif [ -L "$current" ]; then
    echo "stopped $(basename "$(readlink "$current")") -"
  else
    echo "absent - -"
  fi
}

# ---- Checks: lines "fact TEXT", "warning TEXT", "problem TEXT"

existing_parent() {
  directory=$1
  while [ ! -d "$directory" ]; do directory=$(dirname "$directory"); done
  echo "$directory"
}

mib_free() {
  df -Pk "$(existing_parent "$1")" | awk 'NR == 2 { print int($4 / 1024) }'
}

# check EXPECTED-DATA REPLACED: none, used or any; the node that lived here before and goes, or "-".
check() {
  [ "$(uname -s)" = Linux ] || {
    echo "problem it runs $(uname -s); cluster.sh knows Linux only"
    return 0
  }
  for tool in awk df find sed setsid su tar; do
    command -v "$tool" >/dev/null || echo "problem there is no $tool; install it"
  done
  id "$user" >/dev/null 2>&1 || command -v useradd >/dev/null ||
    echo "problem there is no user $user, and no useradd to make one: make it, or name another with \"user = ..\""
  check_java
  check_temporary
  check_unit
  check_data "$1" "$2"
  check_ports "$2"
  check_disk "$(data_content)"
}

# The time in ms; to a second where date knows no better.
clock() {
  now=$(date +%s%N)
  case $now in *[!0-9]*) now=$(date +%s)000000000 ;; esac
  echo "${now%??????}"
}

check_java() {
  # find_java ends its shell with a line, which begins with the script's name.
  if said=$(find_java 2>&1); then
    find_java
    echo "fact Java $java_major"
  else
    echo "problem ${said#*: }"
  fi
}

# RocksDB's library is unpacked there, and loaded.
check_temporary() {
  case $java_options in *-Djava.io.tmpdir=*) return 0 ;; esac
  mount_point=$(df -P /tmp | awk 'NR == 2 { print $6 }')
  if awk -v at="$mount_point" '$2 == at { options = $4 } END { exit options !~ /(^|,)noexec(,|$)/ }' /proc/mounts; then
    echo "problem its /tmp permits no programs (noexec), and a node has to load a library from there: name another" \
      "directory, which $user may write to, with \"java-options = -Djava.io.tmpdir=DIRECTORY\""
  fi
}

# That of the package, or of a node with directories of its own, would be in the way.
check_unit() {
  has_systemd && systemctl cat kv-server.service >/dev/null 2>&1 || return 0
  is_our_unit ||
    echo "problem it has a kv-server.service that is not of this cluster.sh and $config (systemctl cat kv-server): uninstall that"
}

is_our_unit() {
  [ -f "$drop_in" ] && grep -qF -- " --config $config " "$drop_in"
}

check_data() {
  owner=$(value_of node.id "$config")
  if [ -n "$owner" ] && [ "$owner" != "$2" ] &&
    { [ "$owner" != "$node" ] || [ "$(value_of cluster.name "$config")" != "$cluster" ]; }; then
    echo "problem it is the host of $owner of cluster $(value_of cluster.name "$config") already: once nobody needs" \
      "that any more, delete $config and $data_dir"
    return 0
  fi
  content=$(data_content)
  case $1:$content in
    none:none | none:new | used:used | used:new | any:none | any:new | any:used) ;;
    used:none)
      echo "problem $node has lost its data: $data_dir is missing or empty. If its disk is only not mounted, mount it;" \
        "otherwise give its line another name and run \"replace $node\": a node that forgot what it acknowledged must not come back"
      ;;
    *:used)
      echo "problem $data_dir holds data of $node of cluster $cluster, of which the directory beside the hosts file" \
        "knows nothing: bring back that directory, with .relaykv-cluster, certs and admin.key"
      ;;
    *:something) echo "problem $data_dir holds something else: name an empty or a new directory with \"data-dir = ..\"" ;;
    *) echo "problem $data_dir holds data of $content: move it away, or delete it once nobody needs it" ;;
  esac
}

check_ports() {
  # Those of the node that is here, or of the one that goes, will be free.
  if node_pid >/dev/null; then return 0; fi
  for port in $client_port $peer_port $http_port; do
    if listens "$port"; then
      who=$(ss -Hltnp "sport = :$port" 2>/dev/null | sed -n 's/.*(("\([^"]*\)",pid=\([0-9]*\).*/\1 (pid \2)/p' | sed -n 1p) || who=
      echo "problem port $port is in use by ${who:-another process}"
    fi
  done
}

# check_disk DATA-CONTENT: a node that is there already may be started, however little room there is.
check_disk() {
  short=problem
  [ "$1" != used ] || short=warning
  free=$(mib_free "$data_dir")
  type=$(stat -f -c %T "$(existing_parent "$data_dir")" 2>/dev/null) || type=unknown
  echo "fact $((free / 1024)) GiB free on $(echo "$type" | sed 's,^ext2/ext3$,ext4,')"
  [ "$free" -ge "$data_mib" ] ||
    echo "$short the disk of $data_dir has $free MiB free and needs $data_mib: below disk.stop-writes a node takes no puts"
  free=$(mib_free "$install_dir")
  [ "$free" -ge "$install_mib" ] || echo "$short the disk of $install_dir has $free MiB free; a version takes $install_mib"
  case $type in
    ext2/ext3)
      command -v chattr >/dev/null ||
        echo "warning there is no chattr (e2fsprogs), so new names in $data_dir are not written through: $read_power_cut"
      ;;
    xfs)
      grep -q ' xfs .*wsync' /proc/mounts || echo "warning its xfs is not mounted with wsync: $read_power_cut"
      ;;
    tmpfs | ramfs) echo "problem $data_dir lies in memory ($type): name a directory on a disk with \"data-dir = ..\"" ;;
    nfs | cifs | smb*) echo "problem $data_dir lies on a network file system ($type): a node needs a disk of its own" ;;
    *) echo "warning nothing is known of $type and power cuts: $read_power_cut" ;;
  esac
}

# ---- What is installed

has_release() {
  [ -x "$install_dir/$1/bin/kv-server" ]
}

# install RELEASE: the distribution comes as a tar on standard input. There as a whole or not at all.
install() {
  new=$install_dir/.new
  rm -rf "$new"
  mkdir -p "$new"
  tar -xof - -C "$new" || refuse "the distribution did not arrive as a whole"
  chmod -R a+rX,go-w "$new"
  rm -rf "${install_dir:?}/$1"
  mv "$new" "$install_dir/$1"
}

# discard RELEASE: at once, so that half of it is never taken for the whole.
discard() {
  rm -rf "$install_dir/.old"
  mv "$install_dir/$1" "$install_dir/.old"
  rm -rf "$install_dir/.old"
}

# The releases that are installed, the one that was used last first; what else is there is none of ours.
releases() {
  find "$install_dir" -mindepth 1 -maxdepth 1 -type d ! -name '.*' -exec ls -dt {} + 2>/dev/null | while read -r directory; do
    if has_release "${directory##*/}"; then echo "${directory##*/}"; fi
  done
}

# use RELEASE: what the next start runs.
use() {
  has_release "$1" || refuse "$install_dir/$1 is not installed"
  rm -f "$current.new"
  ln -s "$1" "$current.new"
  mv -fT "$current.new" "$current"
  # This one, the one that was used before it, and no more.
  touch "$install_dir/$1"
  releases | tail -n +3 | while read -r old; do discard "$old"; done
}

# prepare: user and directories, and names that are written through. Prints what of that cannot be had.
prepare() {
  id "$user" >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir "$data_dir" --no-create-home --shell /usr/sbin/nologin "$user" ||
    refuse "could not make the user $user"
  mkdir -p "$data_dir" "$config_dir"
  # All of it: the user of a machine that was set up anew may have another number.
  find "$data_dir" ! -user "$user" ! -name 'lost+found' -exec chown -h "$user:" {} +
  chmod 750 "$data_dir"
  # Ratis renames its vote into place without an fsync of the directory (docs/disks.md, "A power cut").
  if [ "$(stat -f -c %T "$data_dir")" = ext2/ext3 ]; then
    chattr +D "$data_dir" 2>/dev/null || echo "could not set the attribute D (dirsync) on $data_dir"
    for directory in "$data_dir"/raft/*/current; do
      if [ -d "$directory" ]; then chattr +D "$directory" 2>/dev/null || true; fi
    done
  fi
}

# configure: the files of the configuration directory come as a tar on standard input.
configure() {
  new=$config_dir/.new
  rm -rf "$new"
  (umask 077 && mkdir "$new" && tar -xof - -C "$new") || refuse "the configuration did not arrive as a whole"
  # The node may read them, and change none.
  for file in "$new"/*; do
    chown "root:$(id -gn "$user")" "$file"
    chmod 640 "$file"
    cmp -s "$file" "$config_dir/${file##*/}" || mv -f "$file" "$config_dir/${file##*/}"
  done
  rm -rf "$new"
}

# The unit is that of the version that is to run; what is this cluster's own is in a drop-in beside it, which is there before.
write_unit() {
  mkdir -p "$unit.d"
  drop_in_text | replace_file "$drop_in" || refuse "could not write $drop_in"
  # Before version 247 systemd does not look for a program that is named without its directory.
  sed '/^ExecStart=/d' "$current/share/systemd/kv-server.service" | replace_file "$unit" || refuse "could not write $unit"
  systemctl daemon-reload || refuse "systemctl daemon-reload failed"
}

# Standard input takes the place of the file $1, as a whole or not at all.
replace_file() {
  cat >"$1.new" && [ -s "$1.new" ] && mv -f "$1.new" "$1"
}

drop_in_text() {
  cat <<END
# Written by cluster.sh.
[Unit]
Description=RelayKV node $node of cluster $cluster

[Service]
User=$user
Group=$(id -gn "$user")
EnvironmentFile=
EnvironmentFile=$config_dir/environment
ExecStart=$current/bin/kv-server start --config $config \$KV_SERVER_OPTIONS
StateDirectory=
WorkingDirectory=$data_dir
ReadWritePaths=$data_dir
# Where these directories are is for the hosts file to say.
ProtectHome=read-only
END
}

# ---- The process

# as_user COMMAND: all that is in it has been checked to need no quotes.
as_user() {
  su -s /bin/sh "$user" -c "set -a; . $config_dir/environment; set +a; $1"
}

bootstrap() {
  case $(data_content) in
    none) said=$(as_user "$current/bin/kv-server bootstrap --config $config" </dev/null 2>&1) || refuse "$said" ;;
    new) ;; # by a run that was interrupted
    *) refuse "$data_dir is not empty" ;;
  esac
}

# Starts the node unless it runs, and waits until it listens; that takes as long as reading all of its data does.
start() {
  if ! node_pid >/dev/null; then
    if has_systemd; then
      write_unit
      systemctl reset-failed kv-server.service 2>/dev/null || true
      said=$(systemctl enable --quiet kv-server.service 2>&1) || refuse "systemctl enable failed: $said"
      systemctl start kv-server.service || refuse "systemctl start failed: $(systemctl status -n 5 kv-server.service 2>&1)"
    else
      start_detached
    fi
  fi
  until node_pid >/dev/null && listens "$client_port"; do
    ! has_ended || ended
    sleep 0.2
  done
}

has_ended() {
  if has_systemd; then
    # When it has failed, it waits for its next start.
    case $(systemctl show -p SubState --value kv-server.service) in start* | running) return 1 ;; *) return 0 ;; esac
  fi
  ! node_pid >/dev/null
}

start_detached() {
  touch "$log_file"
  chmod 640 "$log_file"
  # shellcheck disable=SC3045 # every shell that is in use has it
  ulimit -n 65536 2>/dev/null || true
  # Root's file descriptors for the log and the pid file: the node cannot change who it is taken for.
  setsid su -s /bin/sh "$user" -c "
    echo \$\$ >&3
    exec 3>&-
    umask 077
    set -a; . $config_dir/environment; set +a
    exec $current/bin/kv-server start --config $config \$KV_SERVER_OPTIONS" \
    </dev/null >>"$log_file" 2>&1 3>"$pid_file" &
  launcher=$!
  until node_pid >/dev/null; do
    kill -0 "$launcher" 2>/dev/null || ended
    sleep 0.1
  done
}

ended() {
  printf 'it ended right after its start; the end of its log:\n' >&2
  show_log 8 | sed 's/^/    /' >&2
  exit 1
}

stop() {
  pid=$(node_pid) || pid=
  if has_systemd; then
    # Also one that waits for its next start.
    [ ! -f "$unit" ] || ! is_our_unit || systemctl stop kv-server.service || refuse "systemctl stop failed"
  elif [ -n "$pid" ]; then
    kill -TERM "$pid" 2>/dev/null || true
  fi
  [ -n "$pid" ] || return 0
  waited=0
  while [ -e "/proc/$pid/exe" ]; do
    [ "$waited" -lt $((STOP_SECONDS * 5)) ] || refuse "it (pid $pid) still runs after $STOP_SECONDS s"
    waited=$((waited + 1))
    sleep 0.2
  done
  rm -f "$pid_file"
}

# retire: stops a node that is to start no more.
retire() {
  stop
  if has_systemd && is_our_unit; then
    systemctl disable --quiet kv-server.service
    # Drop-ins of the operator's own stay.
    rm -f "$unit" "$drop_in"
    rmdir "$unit.d" 2>/dev/null || true
    systemctl daemon-reload
  fi
}

# evict NODE: if it lives here, it goes, and another one takes its place.
evict() {
  if [ "$(value_of node.id "$config")" = "$1" ]; then retire; fi
}

show_log() {
  if has_systemd; then
    journalctl -q -u kv-server.service -n "$1" -o cat --no-pager
  elif [ -f "$log_file" ]; then
    tail -n "$1" "$log_file"
  fi
}

follow_log() {
  if has_systemd; then
    exec journalctl -q -u kv-server.service -n "$1" -o cat --no-pager -f
  fi
  exec tail -n "$1" -F "$log_file"
}

# ---- The end

# destroy: nothing goes that is not a node of this cluster's.
destroy() {
  owner=$(value_of cluster.name "$config")
  [ -z "$owner" ] || [ "$owner" = "$cluster" ] || refuse "this host has a node of cluster $owner; nothing is deleted"
  case $(data_content) in
    none | new | used | *" of cluster $cluster") ;;
    *) refuse "$data_dir holds something else; nothing is deleted" ;;
  esac
  retire
  if [ -d "$data_dir" ]; then
    # Whose data it is goes last, so that this can be repeated. A mount point stays, and so does what its file system has there.
    find "$data_dir" -mindepth 1 ! -path "$data_dir/node.properties" ! -path "$data_dir/lost+found" -delete ||
      refuse "could not delete all of $data_dir"
    rm -f "$data_dir/node.properties"
    rmdir "$data_dir" 2>/dev/null || true
  fi
  releases | while read -r release; do discard "$release"; done
  rm -rf "$current" "$install_dir/.new" "$install_dir/.old" "$config_dir/.new" "$log_file" "$pid_file"
  for file in kv-server.conf environment client.crt client.key peer.crt peer.key nodes-ca.crt clients-ca.crt; do
    rm -f "$config_dir/$file"
  done
  rmdir "$config_dir" "$install_dir" 2>/dev/null || true
}
