#!/bin/bash
# Everything that Hearth is tested with, from a fresh clone on Debian 12, stage by stage.
#
#   tests/run.sh                  every stage; one closing line says how it went
#   tests/run.sh --only STAGE     that stage alone; may be given more than once
#   tests/run.sh --list           the stages and their commands
#
# A stage that fails does not stop those after it. To add a stage, add a line below.
set -u
cd "$(dirname "$0")/.." || exit 1

readonly FUZZ_SECONDS=${HEARTH_FUZZ_SECONDS:-10}  # For each fuzz target.
readonly WASM=build/wasm/bin/suite_vectors.wasm NATIVE=build/check/bin/suite_vectors

# name | command
stages=(
  "install | sh deploy/install.sh build tests wasm fuzz"
  "check   | cmake --workflow --preset check"
  "headers | cmake --build --preset check --target all_verify_interface_header_sets"
  "tsan    | cmake --workflow --preset tsan"
  "fuzz    | cmake --workflow --preset fuzz && bash tests/fuzz/run.sh $FUZZ_SECONDS"
  "wasm    | cmake --workflow --preset wasm && node tests/wasm/vectors.mjs $WASM $NATIVE"
  "interop | bash tests/interop/run.sh build/check/bin/hearth-mls-peer"
  "release | cmake --workflow --preset release"
  "try     | sh deploy/try.sh --stop-after"
  "blind   | bash tests/blind/run.sh build/release/bin"
  "crash   | bash tests/crash/run.sh build/release"
  "kick    | bash tests/crash/kick.sh build/release"
  "hostile | bash tests/hostile/run.sh build/release"
  "siege   | bash tests/adversary/run.sh build/release"
)

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0"; }
name_of() { local name=${1%%|*}; echo "${name//[[:space:]]/}"; }
command_of() { echo "${1#*| }"; }

only=()
while [ $# -gt 0 ]; do
  case $1 in
    --only)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      only+=("$2")
      shift 2
      ;;
    --list)
      for stage in "${stages[@]}"; do
        printf '%-12s %s\n' "$(name_of "$stage")" "$(command_of "$stage")"
      done
      exit 0
      ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
for wanted in "${only[@]}"; do
  known=no
  for stage in "${stages[@]}"; do [ "$(name_of "$stage")" = "$wanted" ] && known=yes; done
  [ $known = yes ] || { echo "tests/run.sh: no stage is called $wanted; see --list" >&2; exit 2; }
done
selected() {
  [ ${#only[@]} -eq 0 ] && return 0
  local wanted
  for wanted in "${only[@]}"; do [ "$wanted" = "$1" ] && return 0; done
  return 1
}

ran=0
failed=()
table=""
for stage in "${stages[@]}"; do
  name=$(name_of "$stage")
  selected "$name" || continue
  ran=$((ran + 1))
  began=$SECONDS
  printf '\n=== %s: %s\n' "$name" "$(command_of "$stage")"
  if bash -c "$(command_of "$stage")" </dev/null; then
    outcome=passed
  else
    outcome=FAILED
    failed+=("$name")
  fi
  took=$((SECONDS - began))
  printf '=== %s: %s in %d s\n' "$name" "$outcome" "$took"
  table+=$(printf '%-12s %-7s %6d s' "$name" "$outcome" "$took")$'\n'
  # Without its packages nothing else can say anything of worth.
  [ "$name" = install ] && [ "$outcome" = FAILED ] && break
done

printf '\n%s\n' "$table"
if [ ${#failed[@]} -gt 0 ]; then
  echo "tests/run.sh: ${#failed[@]} of $ran stages FAILED in $SECONDS s: ${failed[*]}"
  exit 1
fi
echo "tests/run.sh: all $ran stages passed in $SECONDS s"
