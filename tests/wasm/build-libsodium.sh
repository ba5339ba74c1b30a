#!/bin/sh
# Builds libsodium for wasm32-wasi from Debian's source package.
#
#   build-libsodium.sh OUT      leaves OUT/include and OUT/lib/libsodium.a
#
# No file of the system is edited: apt gets a list, and a place for what it learns, of its own. Its
# source list names the codename alone, since a source that stands in the security suite as well
# may be gone from there. No autotools: the sources need five definitions and one header filled in.
set -eu

[ $# -eq 1 ] || { echo "usage: build-libsodium.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
work=$out/work
rm -rf "$work"
mkdir -p "$work/parts" "$work/lists/partial" "$work/source" "$out/lib"

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
uri=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' |
  awk -v name="$codename" '$2 == name && $3 == "main" { print $1; exit }')
[ -n "$uri" ] || { echo "build-libsodium.sh: apt knows no source of $codename main" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keyring] $uri $codename main" > "$work/sources.list"

own_apt() {
  apt-get -q -o "Dir::Etc::sourcelist=$work/sources.list" -o "Dir::Etc::sourceparts=$work/parts" \
    -o "Dir::State::lists=$work/lists" -o APT::Sandbox::User=root "$@"
}
own_apt update
(cd "$work/source" && own_apt source --download-only libsodium)
dpkg-source -x "$work"/source/*.dsc "$work/tree"

tree=$work/tree/src/libsodium
rm -rf "$out/include"
cp -R "$tree/include" "$out/include"
version=$(sed -n 's/^AC_INIT(\[libsodium\],\[\([0-9.]*\)\].*/\1/p' "$work/tree/configure.ac")
major=$(sed -n 's/^SODIUM_LIBRARY_VERSION_MAJOR=//p' "$work/tree/configure.ac")
minor=$(sed -n 's/^SODIUM_LIBRARY_VERSION_MINOR=//p' "$work/tree/configure.ac")
sed -e "s/@VERSION@/$version/" -e "s/@SODIUM_LIBRARY_VERSION_MAJOR@/$major/" \
  -e "s/@SODIUM_LIBRARY_VERSION_MINOR@/$minor/" -e 's/@SODIUM_LIBRARY_MINIMAL_DEF@//' \
  "$out/include/sodium/version.h.in" > "$out/include/sodium/version.h"

# Two files may share a name, so an object is called after its whole path.
mkdir -p "$work/objects"
(cd "$tree" && find * -name '*.c') | sort > "$work/sources"
export out tree work
xargs -P "$jobs" -n 1 sh -c '
  object=$work/objects/$(echo "$1" | tr / _).o
  exec clang-19 --target=wasm32-wasi -O2 -w -DCONFIGURED=1 -DNATIVE_LITTLE_ENDIAN=1 \
    -DHAVE_C_VARARRAYS=1 -D_WASI_EMULATED_SIGNAL -I "$out/include/sodium" -I "$out/include" \
    -c "$tree/$1" -o "$object"' compile < "$work/sources"

rm -f "$work/libsodium.a"
llvm-ar-19 rcs "$work/libsodium.a" "$work"/objects/*.o
# Last, so that an interrupted run is not taken for a finished one.
mv "$work/libsodium.a" "$out/lib/libsodium.a"
rm -rf "$work"
echo "libsodium $version for wasm32-wasi: $out/lib/libsodium.a"
