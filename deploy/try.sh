#!/bin/sh
# Shows Hearth on a fresh Debian 12: installs, builds, plays a meeting with real programs, stays up.
#
#   deploy/try.sh                 everything; the server and a host stay up for you to join
#   deploy/try.sh --stop-after    stops both at the end
#   deploy/try.sh --keep-data DIR keeps the server's data in DIR, which must not exist yet
#
# Needs root or sudo only where a package is missing. Ends with one line that says how it went.
set -eu

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0"; }
say() { printf '\n=== %s\n' "$*"; }
failed() {
  echo "deploy/try.sh: FAILED: $*" >&2
  exit 1
}

stop_after=no
data=""
while [ $# -gt 0 ]; do
  case $1 in
    --stop-after) stop_after=yes ;;
    --keep-data)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      data=$2
      shift
      ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

keep=no
if [ -n "$data" ]; then
  [ ! -e "$data" ] || { echo "deploy/try.sh: $data exists already" >&2; exit 2; }
  keep=yes
  mkdir -p "$data" && chmod 700 "$data"
  data=$(cd "$data" && pwd)
fi
cd "$(dirname "$0")/.."

say "1 of 4: packages"
sh deploy/install.sh build

say "2 of 4: building hearthd and hearth (some minutes on a small machine)"
cmake --preset release >/dev/null
cmake --build --preset release --target hearthd hearth hearth-player
bin=$PWD/build/release/bin

say "3 of 4: the server"
[ $keep = yes ] || data=$(mktemp -d)
umask 077
cat >"$data/hearthd.toml" <<TOML
[listen]
address = "127.0.0.1:0"

[storage]
kind = "sqlite"
folder = "$data/rooms"
TOML
: >"$data/hearthd.out"  # The loop below may look before the server has begun.
nohup "$bin/hearthd" --config "$data/hearthd.toml" >"$data/hearthd.out" 2>"$data/hearthd.trace" \
  </dev/null &
server=$!
host=""

# However this script ends, it leaves nothing behind, unless all went well and both shall go on.
goes_on=no
stop() {
  [ $goes_on = no ] || return 0
  [ -z "$host" ] || kill "$host" 2>/dev/null || true
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  [ $keep = yes ] || rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

address=""
tries=0
while [ -z "$address" ]; do
  kill -0 "$server" 2>/dev/null ||
    failed "the server did not start: $(cat "$data/hearthd.trace" 2>/dev/null)"
  tries=$((tries + 1))
  [ $tries -le 300 ] || failed "the server does not say where it listens"
  address=$(sed -n 's|^hearthd: listening on ws://||p' "$data/hearthd.out")
  [ -n "$address" ] || sleep 0.1
done
echo "hearthd listens on ws://$address, keeps its rooms in $data/rooms (SQLite), process $server"

say "4 of 4: a meeting, one client for each person"
if [ $stop_after = yes ]; then
  "$bin/hearth-player" deploy/try/weekly-excerpt.jsonl --hearth "$bin/hearth" --server "$address" ||
    failed "the meeting did not go as it must"
  stop
  say "done"
  echo "deploy/try.sh: the meeting was played and every check holds; the server is stopped"
  exit 0
fi

"$bin/hearth-player" deploy/try/weekly-excerpt.jsonl --hearth "$bin/hearth" --server "$address" \
  --stay "$data/host" || failed "the meeting did not go as it must"
host=$(sed -n 1p "$data/host")
link=$(sed -n 2p "$data/host")
rm -f "$data/host"
ending="kill $host $server"
[ $keep = yes ] || ending="$ending; rm -rf $data"
goes_on=yes

say "now you"
cat <<TEXT
The server goes on (process $server), and so does the host's client (process $host), which lets in
whoever knocks. To join, open another terminal and run

  $bin/hearth join --plain

and paste this invitation when it is asked for (20 people, 12 hours):

  $link

To stop both:

  $ending

TEXT
echo "deploy/try.sh: the meeting was played, every check holds, and the server is up"
