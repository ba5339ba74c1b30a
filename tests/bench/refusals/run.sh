#!/bin/sh
# Whether refusals can be told apart by their time, and whether this would be seen:
# hearthd must pass hearth-refusal-bench, and the server with an early return must not.
#   tests/bench/refusals/run.sh [BUILD] [SAMPLES]
set -eu
bin=${1:-build/release}/bin
samples=${2:-10000}

"$bin/hearth-refusal-bench" "$bin/hearthd" --samples "$samples"
found=0
"$bin/hearth-refusal-bench" "$bin/hearthd-hasty" --samples "$samples" || found=$?
if [ "$found" -ne 1 ]; then
  echo "run.sh: the early return of hearthd-hasty was not found" >&2
  exit 1
fi
echo "run.sh: hearthd passed, the early return of hearthd-hasty was found"
