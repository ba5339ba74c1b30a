#!/bin/bash
# Lays siege to small meetings by a malicious server, and shows that the same siege succeeds where
# chain and heads are not checked.
#
#   tests/adversary/run.sh BUILD_DIR [runs]
#
# In continuous integration 1,000 runs, always the same; by hand 10,000, with HEARTH_SEED for
# others. hearth-siege --seed S repeats them, --fault NAME takes one fault alone.
set -u
build=${1:?usage: tests/adversary/run.sh BUILD_DIR [runs]}
runs=${2:-1000}
seed=${HEARTH_SEED:-20261123}
siege="$build/bin/hearth-siege"

"$siege" --runs "$runs" --seed "$seed" || exit 1

echo "--- without the chain check: acceptances must be seen"
said=$("$siege" --no-chain-check --runs $((runs / 5)) --seed "$seed")
code=$?
echo "$said" | tail -n 40
if [ "$code" = 1 ] && echo "$said" | grep -Eq ' [1-9][0-9]* silent acceptances'; then
  echo "tests/adversary/run.sh: passed"
  exit 0
fi
echo "tests/adversary/run.sh: FAILED, nothing was accepted without the chain check"
exit 1
