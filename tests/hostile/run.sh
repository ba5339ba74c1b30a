#!/bin/bash
# Ill will against the release binary: mutated frames in every state, hostile handshakes.
#
#   tests/hostile/run.sh BUILD_DIR [frames] [handshakes]
#
# In continuous integration 100,000 and 2,000; by hand 1,000,000 and 10,000.
set -u
build=${1:?usage: tests/hostile/run.sh BUILD_DIR [frames] [handshakes]}
exec "$build/bin/hearth-hostile" "$build/bin/hearthd" --frames "${2:-100000}" \
  --handshakes "${3:-2000}"
