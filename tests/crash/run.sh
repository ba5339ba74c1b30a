#!/bin/bash
# Kills the server under load, on a disk that keeps what it was given and on one that loses what was
# not synced; then shows that the same test fails when the server breaks its promise.
#
#   tests/crash/run.sh BUILD_DIR [kills]
#
# In continuous integration 20 kills; by hand 200.
set -u
build=${1:?usage: tests/crash/run.sh BUILD_DIR [kills]}
kills=${2:-20}
crash="$build/bin/hearth-crash"
server="$build/bin/hearthd-test"
failed=0

# expect CODE WORDS ENVIRONMENT...
expect() {
  local code=$1 words=$2 got
  shift 2
  echo "--- $words"
  env "$@" "$crash" "$server" --kills "$kills"
  got=$?
  [ "$got" = "$code" ] && return
  echo "tests/crash/run.sh: exit code $got where $code was expected: $words"
  failed=1
}

expect 0 "a disk that keeps what it was given" HEARTH_TEST_DISK=kept
expect 0 "a disk that loses what was not synced" HEARTH_TEST_DISK=lossy
expect 1 "nothing is synced: promises must be seen to break" \
  HEARTH_TEST_DISK=lossy HEARTH_TEST_SYNCHRONOUS=off
expect 1 "acknowledged before the commit: promises must be seen to break" HEARTH_TEST_LOG=eager

if [ $failed = 1 ]; then
  echo "tests/crash/run.sh: FAILED"
  exit 1
fi
echo "tests/crash/run.sh: passed, with $kills kills each"
