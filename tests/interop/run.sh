#!/bin/bash
# Interoperability with ts-mls: a planted fault that must be found, then random scripts.
#
#   tests/interop/run.sh [PEER [OPTION...]]
#
# PEER is the hearth-mls-peer program (build/check/bin/hearth-mls-peer); further options go to
# run.js, which prints them with --help. HEARTH_SEED repeats a run; without it the clock chooses.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
peer=$here/../../build/check/bin/hearth-mls-peer
if [ $# -gt 0 ]; then
  peer=$(realpath -m -- "$1")
  shift
fi
cd "$here" || exit 1
[ -x "$peer" ] || { echo "tests/interop/run.sh: no program $peer" >&2; exit 1; }
command -v node >/dev/null && command -v npm >/dev/null ||
  { echo "tests/interop/run.sh: node and npm are needed (Debian: nodejs npm)" >&2; exit 1; }

# What is installed is what the lock names: a copy of the lock stands beside it.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  npm ci --no-audit --no-fund --ignore-scripts || exit 1
  cp package-lock.json node_modules/.installed-lock.json
fi

# Node 18 has the Web Crypto API behind a flag.
flags=()
[ "$(node -p 'process.versions.node.split(".")[0]')" -lt 19 ] &&
  flags=(--experimental-global-webcrypto)

seed=${HEARTH_SEED:-$(date +%s)}
status=0
node "${flags[@]}" run.js --peer-bin "$peer" --seed "$seed" --plant-fault || status=1
node "${flags[@]}" run.js --peer-bin "$peer" --seed "$seed" --scripts 20 "$@" || status=1
exit $status
