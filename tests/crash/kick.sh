#!/bin/bash
# Kicks somebody, and lets the server, the client that kicks, or one that reads die at each step of
# it: both or neither is found, or the run fails. Then shows that it can fail.
#
#   tests/crash/kick.sh BUILD_DIR [runs]
#
# `runs` at each step: 2 in continuous integration, 50 by hand.
set -u
build=${1:?usage: tests/crash/kick.sh BUILD_DIR [runs]}
runs=${2:-2}
seed=${HEARTH_KICK_SEED:-$RANDOM}
parts=4  # It waits more than it works.
kick="$build/bin/hearth-kick"
server="$build/bin/hearthd-test"
failed=0
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT

echo "--- every step"
pids=()
for part in $(seq "$parts"); do
  "$kick" "$server" --runs "$runs" --seed "$seed" --part "$part/$parts" >"$lines/$part" 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
awk '/^kick: [0-9]+ runs at/ || /^side/ { if (!seen[$1]++) print; next }
  /^kick: [0-9]+ steps/ {
    steps += $2; runs += $4; both += $6; neither += $8; faults += $10
    opened += $15; handed += $17; inside += $26
    next
  }
  { print }
  END {
    printf "%d steps, %d runs: %d both, %d neither, %d faults; the removed opened %d of %d later ",
      steps, runs, both, neither, faults, opened, handed
    printf "entries handed to them, members who were away %d\n", inside
  }' "$lines"/*

# planted FAULT STEP WORDS: the same run must find it, and say so.
planted() {
  local fault=$1 step=$2 words=$3
  echo "--- planted: $fault"
  "$kick" "$server" --runs 1 --seed "$seed" --only "$step" --plant "$fault" | tee "$lines/planted"
  if [ "${PIPESTATUS[0]}" != 1 ] || ! grep -q "FAULT: $step, .*$words" "$lines/planted"; then
    echo "tests/crash/kick.sh: the planted fault was not found: $fault"
    failed=1
  fi
}
planted torn durable "one without the other on the disk"
planted lying answer_told "neither was found where both was promised"
planted not_removed answer_told "the removed opened [1-9]"

if [ $failed = 1 ]; then
  echo "tests/crash/kick.sh: FAILED, seed $seed"
  exit 1
fi
echo "tests/crash/kick.sh: passed, with $runs runs at each step"
