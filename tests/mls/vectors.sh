#!/bin/sh
# Runs hearth-mls-vectors over a folder of vector files, and counts on its own what is to pass.
#
#   vectors.sh PROGRAM DIR [FLIPS [SEED]]
#
# Exit 77 (skipped) when DIR does not exist; FLIPS is how many flipped bits must be noticed.
set -eu
program=$1
directory=$2
flips=${3:-0}
seed=${4:-$(date +%s)}

if [ ! -d "$directory" ]; then
  echo "skipped: there is no $directory"
  exit 77
fi

# Every file is a JSON list, one case per line.
expected=$(cat "$directory"/*.json | grep -c '^{')
printed=$("$program" "$directory") || { echo "$printed"; exit 1; }
echo "$printed"
total=$(echo "$printed" | tail -n 1)
if [ "$total" != "total $expected/$expected" ]; then
  echo "counted $expected cases, the program says: $total"
  exit 1
fi
echo "counted $expected cases, as the program does"

[ "$flips" -eq 0 ] || "$program" --flip "$flips" --seed "$seed" "$directory"
