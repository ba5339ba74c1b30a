#!/bin/bash
# Plays meetings on a real server and looks for every piece of them wherever that server keeps
# things: database, write-ahead log, memory, trace, and the traffic of a plain listener; while it
# runs and after the room has closed. The second is a whole evening, with a lobby, notes, a report
# and the ladder. Then leaves a canary in clear in each, and must find it.
#
#   tests/blind/run.sh [BIN]     BIN: a folder of shipped binaries (build/release/bin)
#
# Needs root (memory of another process, capture of loopback) and tcpdump.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${1:-build/release/bin}
script=deploy/try/weekly-excerpt.jsonl
if [ "$(id -u)" -ne 0 ]; then
  echo "tests/blind/run.sh: be root: it reads a process's memory" >&2
  exit 2
fi
for program in hearthd hearth hearth-player hearth-scenario blind_search blind_canary; do
  [ -x "$bin/$program" ] || { echo "tests/blind/run.sh: $bin/$program is missing" >&2; exit 2; }
done

work=$(mktemp -d)
server="" capture="" watcher=""
stop_server() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; server=""; }
}
stop_capture() {
  [ -z "$capture" ] || { kill "$capture" 2>/dev/null; wait "$capture" 2>/dev/null; capture=""; }
}
finish() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  stop_capture
  stop_server
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Starts a server with its data in $1; sets `server` and `port`, and captures its traffic.
start_server() {
  mkdir -p "$1"
  cat >"$1/hearthd.toml" <<TOML
[listen]
address = "127.0.0.1:0"
[storage]
folder = "$1/rooms"
[trace]
level = "debug"
TOML
  "$bin/hearthd" --config "$1/hearthd.toml" >"$1/out" 2>"$1/trace" </dev/null &
  server=$!
  local tries=0
  port=""
  while [ -z "$port" ]; do
    tries=$((tries + 1))
    [ $tries -le 300 ] && kill -0 "$server" 2>/dev/null || { cat "$1/trace" >&2; exit 1; }
    port=$(sed -n 's|^hearthd: listening on ws://.*:||p' "$1/out")
    [ -n "$port" ] || sleep 0.1
  done
  start_capture "$1" "tcp port $port"
}
# Captures what passes filter $2 to $1/capture.
start_capture() {
  : >"$1/tcpdump"
  tcpdump -i lo -U --immediate-mode -B 8192 -w "$1/capture" "$2" >"$1/tcpdump" 2>&1 &
  capture=$!
  local tries=0
  until grep -q 'listening on' "$1/tcpdump"; do
    tries=$((tries + 1))
    [ $tries -le 100 ] || { cat "$1/tcpdump" >&2; exit 1; }
    sleep 0.1
  done
}
failed() {
  echo "tests/blind/run.sh: FAILED: $*"
  exit 1
}
search() { "$bin/blind_search" "$@"; }
keep_files() {  # of server $1 under the name $2
  cp "$1/rooms/rooms.db" "$1/db.$2"
  cp "$1/rooms/rooms.db-wal" "$1/wal.$2" 2>/dev/null || : >"$1/wal.$2"
}

echo "--- a meeting that nobody may find"
meeting=$work/meeting
start_server "$meeting"
search snapshot "$server" "$meeting/before" || exit 1
(
  n=0
  while sleep 0.3; do
    n=$((n + 1))
    "$bin/blind_search" snapshot "$server" "$meeting/memory.$n" >/dev/null || exit 0
    cp "$meeting/rooms/rooms.db-wal" "$meeting/wal.$n" 2>/dev/null
    [ $n -lt 40 ] || exit 0
  done
) &
watcher=$!
"$bin/hearth-player" "$script" --hearth "$bin/hearth" --server "127.0.0.1:$port" --close \
  >"$meeting/play" 2>&1 || { tail -20 "$meeting/play"; failed "the play"; }
tail -1 "$meeting/play"
search snapshot "$server" "$meeting/memory.closed" || exit 1
keep_files "$meeting" closed
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
watcher=""
stop_server
keep_files "$meeting" stopped
stop_capture
sinks=(--sink "trace=$meeting/trace" --sink "capture=$meeting/capture")
for file in "$meeting"/memory.* "$meeting"/db.* "$meeting"/wal.*; do
  sinks+=(--sink "${file##*/}=$file")
done
[ -s "$meeting/memory.1" ] || failed "no snapshot of the meeting"
search absent --meeting "$script" --baseline "$meeting/before" "${sinks[@]}" ||
  failed "the server knows something"

echo "--- a whole evening: lobby, notes, a report, moderation"
evening=$work/evening
scenario=tests/scenarios/weekly-meeting.jsonl
mkdir -p "$evening"
# The scenario starts its server itself; this one says where it is, and speaks of all it does.
cat >"$work/watched" <<SH
#!/bin/bash
printf '\n[trace]\nlevel = "debug"\n' >>"\$2"
echo "\$\$ \$(dirname "\$2")" >"$evening/server"
exec "$(realpath "$bin")/hearthd" "\$@"
SH
chmod +x "$work/watched"
start_capture "$evening" tcp
(
  until [ -s "$evening/server" ]; do sleep 0.05; done
  read -r pid folder <"$evening/server"
  n=0
  while [ $n -lt 30 ] && kill -0 "$pid" 2>/dev/null; do
    n=$((n + 1))
    "$bin/blind_search" snapshot "$pid" "$evening/memory.$n" >/dev/null ||
      rm -f "$evening/memory.$n"
    # Links outlive the folder, with everything that was written to the end.
    ln -f "$folder/trace" "$evening/trace" 2>/dev/null
    ln -f "$folder/data/rooms.db" "$evening/db" 2>/dev/null
    ln -f "$folder/data/rooms.db-wal" "$evening/wal" 2>/dev/null
    sleep 0.2
  done
) &
watcher=$!
"$bin/hearth-scenario" "$scenario" --server "$work/watched" --client "$bin/hearth" --quiet \
  >"$evening/play" 2>&1 || { tail -20 "$evening/play"; failed "the evening"; }
head -1 "$evening/play"
wait "$watcher"
watcher=""
stop_capture
sinks=()
for name in trace capture db wal; do
  [ -s "$evening/$name" ] || failed "no $name of the evening"
  sinks+=(--sink "$name=$evening/$name")
done
[ -s "$evening/memory.3" ] || failed "too few snapshots of the evening"
for file in "$evening"/memory.*; do
  sinks+=(--sink "${file##*/}=$file")
done
search absent --meeting "$scenario" --baseline "$meeting/before" "${sinks[@]}" ||
  failed "the server knows something of the evening"

echo "--- a canary that must be found"
canary="seventeen herons stood in clear water"
planted=$work/canary
start_server "$planted"
"$bin/blind_canary" "$port" "$canary" || exit 1
search snapshot "$server" "$planted/memory" || exit 1
keep_files "$planted" running
stop_server
keep_files "$planted" stopped
stop_capture
echo "$canary" >>"$planted/trace"  # No way leads there, so it is put there by hand.
search present --canary "$canary" --sink "trace=$planted/trace" \
  --sink "capture=$planted/capture" --sink "memory=$planted/memory" \
  --sink "wal=$planted/wal.running" --sink "db=$planted/db.stopped" ||
  failed "the search is blind itself"
echo "tests/blind/run.sh: nothing of the meetings was found, and the canary everywhere"
