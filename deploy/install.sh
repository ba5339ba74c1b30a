#!/bin/sh
# Installs the Debian 12 packages that Hearth is built and tested with, and only those missing.
#
#   deploy/install.sh GROUP...
#     build    the compiler and every library          tests    what the tests run beside us
#     wasm     clang-19 for wasm32-wasi, Node          fuzz     clang-19 with libFuzzer
#
# Asks apt for nothing when nothing is missing; needs root or sudo otherwise.
set -eu

build="g++ cmake ninja-build ccache ca-certificates pkg-config
  libboost1.81-dev libssl-dev libsodium-dev libsqlite3-dev libcli11-dev libtomlplusplus-dev
  libspdlog-dev libqrencode-dev libicu-dev libgtest-dev libgmock-dev"
tests="tcpdump iproute2 openssl binutils"
wasm="clang-19 llvm-19 lld-19 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32
  libclang-rt-19-dev-wasm32 wasi-libc dpkg-dev make xz-utils ca-certificates"
fuzz="clang-19 llvm-19 libclang-rt-19-dev"

usage() {
  echo "usage: deploy/install.sh build|tests|wasm|fuzz ..." >&2
  exit 2
}

# A node from elsewhere refuses Debian's npm, so both are asked for only where there is no node.
node() {
  if ! command -v node >/dev/null 2>&1; then
    echo "nodejs npm"
  elif ! command -v npm >/dev/null 2>&1; then
    echo "npm"
  fi
}

[ $# -gt 0 ] || usage
wanted=""
for group in "$@"; do
  case $group in
    build) wanted="$wanted $build" ;;
    tests) wanted="$wanted $tests $(node)" ;;
    wasm) wanted="$wanted $wasm $(node)" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    *) usage ;;
  esac
done

missing=""
for package in $wanted; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "install: every package is there ($*)"
  exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "install: be root, or have sudo" >&2; exit 1; }
  as_root="sudo"
fi
echo "install:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -q -o Acquire::Retries=3 update
# Word splitting is meant: one argument for each package.
# shellcheck disable=SC2086
$as_root apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
  install --no-install-recommends $missing
echo "install: done ($*)"
