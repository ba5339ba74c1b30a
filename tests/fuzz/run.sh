#!/bin/bash
# Runs every fuzz target of the fuzz tree for a while, one for each core at a time.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]     10 seconds and all targets, unless told
#
# Each begins with its kept corpus, which is only read; what is found on the way stays below
# build/fuzz/found, a failing input below build/fuzz/crashes.
set -u
cd "$(dirname "$0")/../.." || exit 1

seconds=${1:-10}
shift $(($# > 0 ? 1 : 0))
tree=build/fuzz
if [ ! -s $tree/fuzz_targets.txt ]; then
  echo "fuzz: no targets; build the fuzz preset first" >&2
  exit 1
fi
mkdir -p $tree/found $tree/crashes $tree/logs

run_one() {
  local target=$1 corpus=$2 tree=$3 seconds=$4
  local log=$tree/logs/$target.log
  mkdir -p "$tree/found/$target"
  if "$tree/bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$tree/crashes/$target-" \
    "$tree/found/$target" "$corpus" >"$log" 2>&1; then
    awk -v target="$target" '
      /^Seed:|INFO: Seed:/ { seed = $NF }
      / cov: / { for (i = 1; i < NF; ++i) if ($i == "cov:") cov = $(i + 1) }
      /number_of_executed_units/ { runs = $2 }
      END { printf "  %-32s %10d runs  %6d edges  seed %s\n", target, runs, cov, seed }' "$log"
  else
    printf '  %-32s FAILED\n' "$target"
    tail -n 40 "$log"
    return 1
  fi
}
export -f run_one

# Lines of target=corpus; a corpus may be anywhere, a target has no equals sign in its name.
if [ $# -gt 0 ]; then
  chosen=$(for target in "$@"; do grep "^$target=" $tree/fuzz_targets.txt; done)
else
  chosen=$(cat $tree/fuzz_targets.txt)
fi
count=$(printf '%s\n' "$chosen" | grep -c =)
[ "$count" -gt 0 ] || { echo "fuzz: no such target: $*" >&2; exit 1; }
echo "fuzz: $count targets, $seconds s each"
if printf '%s\n' "$chosen" | sed 's/=/\n/' | tr '\n' '\0' |
  xargs -0 -n 2 -P "$(nproc)" bash -c 'run_one "$0" "$1" '"$tree $seconds"; then
  echo "fuzz: all $count targets passed"
else
  echo "fuzz: FAILED, see $tree/crashes and $tree/logs"
  exit 1
fi
