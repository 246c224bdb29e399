# shellcheck shell=bash
# shellcheck disable=SC2034 # most of what is set here is used by the other files
# Sourced by cluster.sh: reads HOSTS.conf. Every mistake in it is told with its line, all of them at once.

readonly HOSTS_FILE_SETTINGS="cluster user client-port peer-port http-port http-address data-dir install-dir config-dir heap \
java-home java-options distribution"

# The settings, each with its default.
cluster=relaykv
user=relaykv
client_port=7400
peer_port=7401
http_port=7402
http_address=127.0.0.1
data_dir=/var/lib/relaykv
install_dir=/opt/relaykv
config_dir=/etc/relaykv
heap=
java_home=
java_options=
distribution=

# The nodes: three arrays of the same length, and the line of each.
nodes=()
destinations=()
addresses=()
node_lines=()
# Settings of kv-server, as "LINE KEY = VALUE".
server_settings=()

hosts_file_mistakes=0
# Where the last of the ports and of the directories was set.
ports_line=1
directories_line=1

mistake() {
  printf '%s:%s: %s\n' "$hosts_file" "$1" "$2" >&2
  hosts_file_mistakes=$((hosts_file_mistakes + 1))
}

# Ends the script with what is wrong with the file as a whole, or with the wish in its light.
hosts_error() {
  printf '%s: %s\n' "$hosts_file" "$*" >&2
  exit 2
}

# Reads the file $1, or ends the script.
read_hosts_file() {
  local line number=0 seen=' ' name
  hosts_file=$1
  [[ -f $hosts_file && -r $hosts_file ]] || hosts_error "not a file that can be read"
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    line=${line%$'\r'}
    line=${line%%#*}
    if [[ $line =~ ^[[:space:]]*([A-Za-z][A-Za-z0-9_.-]*)[[:space:]]*=[[:space:]]*(.*[^[:space:]])?[[:space:]]*$ ]]; then
      name=${BASH_REMATCH[1]}
      [[ $seen != *" $name "* ]] || mistake $number "$name is set already"
      seen+="$name "
      read_setting $number "$name" "${BASH_REMATCH[2]}"
    elif [[ $line =~ [^[:space:]] ]]; then
      read_node $number "$line"
    fi
  done <"$hosts_file"
  check_ports_and_directories
  ((${#nodes[@]} > 0 || hosts_file_mistakes > 0)) ||
    mistake $((number + 1)) "there is no node: each has a line \"NAME SSH-DESTINATION ADDRESS\""
  ((hosts_file_mistakes == 0)) || exit 2
}

# read_setting LINE NAME VALUE
read_setting() {
  local line=$1 name=$2 value=$3
  [[ -n $value ]] || {
    mistake "$line" "$name has no value"
    return
  }
  case $name in
    cluster)
      [[ $value =~ ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ ]] ||
        mistake "$line" "cluster = $value is not a name: 1 to 63 lower-case letters, digits and inner dashes"
      cluster=$value
      ;;
    user)
      [[ $value =~ ^[a-z_][a-z0-9_-]{0,30}$ ]] || mistake "$line" "user = $value is not the name of a user"
      user=$value
      ;;
    client-port | peer-port | http-port)
      [[ $value =~ ^[1-9][0-9]{0,4}$ && $value -le 65535 ]] || mistake "$line" "$name = $value is not a port from 1 to 65535"
      ports_line=$line
      case $name in
        client-port) client_port=$value ;;
        peer-port) peer_port=$value ;;
        http-port) http_port=$value ;;
      esac
      ;;
    http-address)
      is_address "$value" || mistake "$line" "http-address = $value is neither a host name nor an IP address"
      http_address=$value
      ;;
    data-dir | install-dir | config-dir)
      # No quoting is needed for it anywhere, and it is nothing that others use too: "destroy" deletes it.
      [[ $value =~ ^(/[A-Za-z0-9_][A-Za-z0-9._-]*){2,}$ ]] ||
        mistake "$line" "$name = $value must be a directory of its own: absolute, at least two levels deep, of letters, digits, \".\", \"_\" and \"-\""
      directories_line=$line
      case $name in
        data-dir) data_dir=$value ;;
        install-dir) install_dir=$value ;;
        config-dir) config_dir=$value ;;
      esac
      ;;
    heap)
      [[ $value =~ ^[1-9][0-9]*[mMgG]$ ]] || mistake "$line" "heap = $value is not a size such as 512m or 2g"
      heap=$value
      ;;
    java-home)
      [[ $value =~ ^(/[A-Za-z0-9_][A-Za-z0-9._+-]*)+$ ]] || mistake "$line" "java-home = $value is not an absolute directory"
      java_home=$value
      ;;
    java-options)
      # It stands between quotes in a file that systemd reads, and sh.
      [[ $value =~ ^-[A-Za-z0-9\ _.,:=/+%@-]+$ ]] ||
        mistake "$line" "java-options = $value are not options such as -Djava.io.tmpdir=/var/tmp of letters, digits, blanks and _.,:=/+%@-"
      java_options=$value
      ;;
    distribution)
      [[ $value == /* ]] || value=$(dirname -- "$hosts_file")/$value
      [[ -e $value ]] || mistake "$line" "distribution: there is no $value"
      distribution=$value
      ;;
    node.id | data.* | cluster.* | listen.client | listen.peer | listen.http | tls.* | security.admin-key-sha256 | security.insecure)
      mistake "$line" "$name is not set here: it follows from the rest of this file"
      ;;
    *.*) server_settings+=("$line $name = $value") ;;
    *) mistake "$line" "unknown setting $name: there are $HOSTS_FILE_SETTINGS, and those of kv-server, which have a dot" ;;
  esac
}

# read_node LINE TEXT
read_node() {
  local line=$1 name destination address more i
  read -r name destination address more <<<"$2"
  [[ -n $address && -z $more ]] || {
    mistake "$line" "neither a setting \"NAME = VALUE\" nor a node \"NAME SSH-DESTINATION ADDRESS\""
    return
  }
  [[ $name =~ ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ ]] ||
    mistake "$line" "$name is not the name of a node: 1 to 63 lower-case letters, digits and inner dashes"
  [[ $name != ca && $name != clients ]] || mistake "$line" "a node cannot be called $name: certs/$name has another use"
  [[ $destination =~ ^[A-Za-z0-9_][A-Za-z0-9_@.:/%-]*$ ]] ||
    mistake "$line" "$destination is no destination for ssh, such as root@kv1.example.org or a Host of ~/.ssh/config"
  is_address "$address" ||
    mistake "$line" "$address is neither a host name nor an IP address; ports are settings: client-port, peer-port"
  for ((i = 0; i < ${#nodes[@]}; i++)); do
    [[ ${nodes[i]} != "$name" ]] || mistake "$line" "$name stands in line ${node_lines[i]} already"
    [[ ${destinations[i]} != "$destination" ]] ||
      mistake "$line" "$destination is the host of ${nodes[i]} (line ${node_lines[i]}): a host has one node"
    [[ ${addresses[i]} != "$address" ]] || mistake "$line" "$address is the address of ${nodes[i]} (line ${node_lines[i]})"
  done
  nodes+=("$name")
  destinations+=("$destination")
  addresses+=("$address")
  node_lines+=("$line")
}

is_address() {
  [[ $1 =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ || $1 =~ ^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$ ]]
}

# Directories in one another would be deleted with one another.
check_ports_and_directories() {
  local one other
  for one in "$data_dir" "$install_dir" "$config_dir"; do
    for other in "$data_dir" "$install_dir" "$config_dir"; do
      [[ $one == "$other" || $other/ != "$one"/* ]] || mistake "$directories_line" "$other lies in $one: give each a directory of its own"
    done
  done
  [[ $data_dir != "$install_dir" && $data_dir != "$config_dir" && $install_dir != "$config_dir" ]] ||
    mistake "$directories_line" "data-dir, install-dir and config-dir must differ"
  [[ $client_port != "$peer_port" && $client_port != "$http_port" && $peer_port != "$http_port" ]] ||
    mistake "$ports_line" "client-port, peer-port and http-port must differ"
}

# kv-server knows what its settings may be. What it says of a line of this file is said with that line.
check_server_settings() {
  local checked=$work/server-settings.conf setting line=1 said
  ((${#server_settings[@]} > 0)) || return 0
  {
    for setting in "${server_settings[@]}"; do
      for (( ; line < ${setting%% *}; line++)); do echo; done
      printf '%s\n' "${setting#* }"
      line=$((line + 1))
    done
    echo "node.id = n1"
    echo "data.dir = $data_dir"
    echo 'cluster.peers = [{id = n1, client = "127.0.0.1:7400", peer = "127.0.0.1:7401"}]'
  } >"$checked"
  said=$("$home/bin/kv-server" check-config --config "$checked" 2>&1 </dev/null) || {
    printf '%s\n' "${said//$checked/$hosts_file}" >&2
    exit 2
  }
}

# ---- What it says of a node

index_of() {
  local i
  for ((i = 0; i < ${#nodes[@]}; i++)); do
    if [[ ${nodes[i]} == "$1" ]]; then
      echo "$i"
      return
    fi
  done
  return 1
}

is_listed() {
  index_of "$1" >/dev/null
}

destination_of() {
  echo "${destinations[$(index_of "$1")]}"
}

address_of() {
  echo "${addresses[$(index_of "$1")]}"
}

line_of() {
  echo "${node_lines[$(index_of "$1")]}"
}

# host_and_port ADDRESS PORT
host_and_port() {
  if [[ $1 == *:* ]]; then echo "[$1]:$2"; else echo "$1:$2"; fi
}
