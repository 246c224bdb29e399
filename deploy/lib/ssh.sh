# shellcheck shell=bash
# Sourced by cluster.sh: how commands get to the hosts, and what is told of them.

readonly CONNECT_SECONDS=10
# What a version takes on a host's disk, and what must be free for data, in MiB.
readonly INSTALL_MIB=512
readonly DATA_MIB=2048

# What on-host.sh says comes behind this line; before it is what a login shell may print.
readonly BEGINNING='---- cluster.sh ----'

# One connection to each host carries all calls. Nothing here may wait for somebody to type.
ssh_options=(-T -o BatchMode=yes -o "ConnectTimeout=$CONNECT_SECONDS" -o ServerAliveInterval=5 -o ServerAliveCountMax=3
  -o ControlMaster=auto -o ControlPersist=60 -o LogLevel=ERROR)

open_connections() {
  ssh_options+=(-o "ControlPath=$work/%C")
}

close_connections() {
  local i
  for ((i = 0; i < ${#nodes[@]}; i++)); do
    ssh "${ssh_options[@]}" -O exit "${destinations[i]}" >/dev/null 2>&1 || true
  done
}

# $1 as a word of any shell.
sh_word() {
  printf "'%s'" "${1//\'/\'\\\'\'}"
}

# What on-host.sh knows of the host of $1.
host_settings() {
  local setting
  for setting in node="$1" cluster="$cluster" user="$user" data_dir="$data_dir" install_dir="$install_dir" \
    config_dir="$config_dir" java_home="$java_home" java_options="$java_options" client_port="$client_port" peer_port="$peer_port" \
    http_port="$http_port" install_mib=$INSTALL_MIB data_mib="$(data_mib)" \
    read_power_cut='see "A power cut" in docs/disks.md'; do
    printf '%s=%s\n' "${setting%%=*}" "$(sh_word "${setting#*=}")"
  done
}

# Whoever says himself when puts are to stop knows his disks.
data_mib() {
  case " ${server_settings[*]-} " in *" disk.stop-writes "*) echo 1 ;; *) echo $DATA_MIB ;; esac
}

# feed NODE FUNCTION WORD..: runs a function of on-host.sh on the host of NODE, as root, with this standard input. All goes
# over ssh's standard input, the script first, so that no other process sees any of it among the arguments.
feed() {
  local LC_ALL=C node=$1 script word command
  shift
  script=$(host_settings "$node")$'\n'$(<"$lib/java.sh")$'\n'$(<"$lib/on-host.sh")$'\n'
  # On a line of its own, whatever was printed without an end before.
  script+="printf '\\n%s\\n' $(sh_word "$BEGINNING")"$'\n'
  for word in "$@"; do script+="$(sh_word "$word") "; done
  # dd takes exactly so many bytes and leaves the rest to what is run.
  command="eval \"\$(dd bs=1 count=${#script} 2>/dev/null)\""
  { printf '%s' "$script" && cat; } |
    ssh "${ssh_options[@]}" "$(destination_of "$node")" \
      "c=$(sh_word "$command"); if [ \"\$(id -u)\" = 0 ]; then exec sh -c \"\$c\" cluster.sh; else exec sudo -n sh -c \"\$c\" cluster.sh; fi" |
    behind_beginning
}

behind_beginning() {
  local line
  while IFS= read -r line; do
    if [[ $line == "$BEGINNING" ]]; then
      cat
      return
    fi
  done
}

# on NODE FUNCTION WORD..: the same without input.
on() {
  feed "$@" </dev/null
}

# step NODE DONE FUNCTION WORD..: runs it, and tells the outcome in one line: DONE, or why not.
step() {
  local node=$1 done=$2 said
  shift 2
  if said=$(on "$node" "$@" 2>&1); then
    tell "$node" "$done${said:+; $said}"
  else
    tell "$node" "FAILED: ${said:-ssh $(destination_of "$node") failed}"
    return 1
  fi
}

# One line about a node.
tell() {
  printf '  %-10s %s\n' "$1" "$2"
}

# on_each FUNCTION NODE..: calls FUNCTION NODE for all of them at once; fails if one does. They do not stop at a command
# that fails by themselves: the caller looks at the result.
on_each() {
  local function=$1 node pid pids=() failed=0
  shift
  for node in "$@"; do
    "$function" "$node" &
    pids+=($!)
  done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" || failed=1; done
  return $failed
}
