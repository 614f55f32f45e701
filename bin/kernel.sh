#!/bin/sh
# kernel.sh NODE MAIN CONNECTION_FILE: starts the kernel, from V8's start-up snapshot where this very Node made one on this
# kind of processor. Node ends at once with a snapshot that is not its own, so whatever is not certain means: without.
node=$1
shift
flags=--no-rehash-snapshot
cache=${0%/*}/../.cache/kernel
if [ -z "${NODE_OPTIONS-}" ] && [ "${1#-}" = "$1" ] && id=$(stat -Lc %i-%s-%Y "$node" 2>/dev/null) && [ -f "$cache/$id.for" ] &&
  [ "$(cat "$cache/$id.for")" = "$(echo $flags && stat -Lc %s "$cache/$id.blob" && grep -m1 -E '^(flags|Features)' /proc/cpuinfo)" ]; then
  exec "$node" $flags --snapshot-blob "$cache/$id.blob" --no-force-async-hooks-checks "$@"
fi
# Node 20 aborts when execution is ended inside an async hook, unless its checks are off.
exec "$node" --no-force-async-hooks-checks "$@"
