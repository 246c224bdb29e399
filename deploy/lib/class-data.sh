#!/bin/sh
# class-data.sh JAVA CLASSES CLASSPATH ARCHIVE: makes the archive of loaded and checked classes that kv-shell starts from
# (https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html). Run in the background by the first kv-shell that
# finds none; prints nothing. The archive is there as a whole or not at all. Where none can be made, it is an empty file,
# so that nobody tries again.
set -eu

java=$1 classes=$2 classpath=$3 archive=$4
directory=${archive%/*}

umask 077
mkdir -p -- "$directory"
# Whoever can write the archive decides what the shell does: it belongs to the one who runs it.
[ -O "$directory" ]

# The process id says who makes one, and whether he still does.
for other in "$archive".*; do
  [ -e "$other" ] || continue
  if kill -0 "${other##*.}" 2>/dev/null; then exit 0; fi
  rm -f -- "$other"
done
new=$archive.$$
trap 'rm -f -- "$new"' EXIT
: >"$new"

"$java" -Xshare:dump -Xlog:disable -XX:SharedClassListFile="$classes" -XX:SharedArchiveFile="$new" -cp "$classpath" ||
  : >"$new"
mv -f -- "$new" "$archive"
# Those of other versions and other Javas that nobody has used for a month.
find "$directory" -name 'kv-shell-*.jsa*' -atime +30 -exec rm -f -- {} +
