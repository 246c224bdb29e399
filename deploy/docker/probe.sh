#!/bin/bash
# probe.sh PATH [PORT]: whether the node in this container answers to GET /PATH with 200. Needs nothing but bash, and starts no JVM.
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/${2:-7402}"
printf 'GET /%s HTTP/1.0\r\n\r\n' "$1" >&3
read -r -t 5 _ status _ <&3
[[ $status == 200 ]] || {
  echo "/$1 answers $status" >&2
  exit 1
}
