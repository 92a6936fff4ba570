#!/usr/bin/env bash
# Installs the system packages that repro builds and runs with, and nothing that is there already.
# Root is asked for only when something is missing; where it cannot be had, the command to run is printed.
set -euo pipefail

required=(libopenblas-dev libpng-dev libsqlite3-dev libarchive-dev librsvg2-dev libcairo2-dev pkg-config fonts-dejavu-core)
# Fashion-MNIST can also be downloaded from its home, so a distribution without this package will do.
optional=(dataset-fashion-mnist)

fail() {
  echo "error: $*" >&2
  exit 1
}

command -v swift >/dev/null || fail "swift is not on the PATH; install Swift 6.2 or later from https://www.swift.org/install and run make again"

case $(uname -s) in
Darwin)
  # Untested: nobody has run this on macOS yet.
  command -v brew >/dev/null || fail "Homebrew is missing; install it from https://brew.sh and run make again"
  missing=()
  for package in openblas libpng sqlite libarchive librsvg cairo pkg-config; do
    brew list --versions "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then brew install "${missing[@]}"; fi
  # Both are keg-only: their .pc files are found only where PKG_CONFIG_PATH names them (the Makefile sets it).
  exit 0
  ;;
Linux) ;;
*) fail "$(uname -s) is not supported; repro runs on Linux and, untested, on macOS" ;;
esac

if ! command -v apt-get >/dev/null; then
  echo "note: this is no Debian or Ubuntu; what repro needs is, by its Debian names: ${required[*]} ${optional[*]}" >&2
  exit 0
fi

installed() { dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

missing=()
for package in "${required[@]}"; do installed "$package" || missing+=("$package"); done
wanted=()
for package in "${optional[@]}"; do installed "$package" || wanted+=("$package"); done
[ ${#missing[@]} -gt 0 ] || [ ${#wanted[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
elif [ ${#missing[@]} -gt 0 ]; then
  fail "packages are missing and there is no sudo; as root run: apt-get install -y ${missing[*]} ${wanted[*]:-}"
else
  echo "note: ${wanted[*]} is not installed; Fashion-MNIST will be downloaded from its home instead" >&2
  exit 0
fi

echo "Installing: ${missing[*]:-} ${wanted[*]:-}"
"${as_root[@]}" apt-get update -qq || true
available=()
for package in "${wanted[@]}"; do
  if apt-cache show "$package" >/dev/null 2>&1; then
    available+=("$package")
  else
    echo "note: this distribution has no $package; Fashion-MNIST will be downloaded from its home instead" >&2
  fi
done
if [ ${#missing[@]} -gt 0 ] || [ ${#available[@]} -gt 0 ]; then
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" "${available[@]}" >/dev/null ||
    fail "the packages could not be installed; as root run: apt-get install -y ${missing[*]:-} ${available[*]:-}"
fi
