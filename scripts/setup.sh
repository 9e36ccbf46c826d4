#!/usr/bin/env bash
# Installs what a goal needs and what is not there yet, on Debian 12. Says nothing, and asks the
# network nothing, if all of it is there.
# Usage: scripts/setup.sh run|test|bench|bench-http|lint
set -euo pipefail

# Debian's default Boost is 1.74: 1.81 is asked for by name.
build=(g++ make cmake ninja-build ccache libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
       libre2-dev libsqlite3-dev libssl-dev libsimdjson-dev libcli11-dev libjwt-dev
       prometheus-cpp-dev libspdlog-dev)

goal=${1:-}
case $goal in
  run)   packages=("${build[@]}") ;;
  # The benchmarks are compiled with the tests.
  test)  packages=("${build[@]}" libgtest-dev librapidcheck-dev libbenchmark-dev sqlite3
         python3 python3-pytest python3-jsonschema curl openssl graphviz) ;;
  bench) packages=("${build[@]}" libbenchmark-dev gnuplot-nox) ;;
  bench-http)
         packages=("${build[@]}" redis-server redis-tools postgresql-15 wrk curl) ;;
  # Version 14, Debian's default, cannot read <expected> of libstdc++ 12.
  lint)  packages=("${build[@]}" git clang-format-19 clang-tidy-19) ;;
  *)     echo "usage: $0 run|test|bench|bench-http|lint" >&2; exit 2 ;;
esac

# Node.js brings npm along unless it is Debian's own.
if [[ $goal == test ]]; then
  command -v node >/dev/null || packages+=(nodejs)
  command -v npm >/dev/null || packages+=(npm)
fi

die() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# What the exports are checked, and the MCP server is driven with, as their package-lock.json have it.
install_node_modules() {
  [[ $goal == test ]] || return 0
  local root folder
  root=$(dirname "${BASH_SOURCE[0]}")/..
  for folder in tests/interop tests/mcp examples/mcp_handover; do
    if [[ $root/$folder/node_modules/.package-lock.json -nt $root/$folder/package-lock.json ]]; then
      continue
    fi
    echo "setup: installing $folder/node_modules"
    npm ci --prefix "$root/$folder" --ignore-scripts --no-audit --no-fund --silent ||
      die "'npm ci' in $folder failed: is there a network?"
  done
}

missing=("${packages[@]}")
if command -v dpkg-query >/dev/null; then
  # dpkg-query fails if it does not know one of the packages; it still lists the others.
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null |
              sed -n 's/ installed$//p' || true)
  missing=()
  for package in "${packages[@]}"; do
    grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
  done
fi
if ((${#missing[@]} == 0)); then
  install_node_modules
  exit 0
fi

# shellcheck disable=SC1091
release=$([[ -r /etc/os-release ]] && . /etc/os-release && echo "${ID:-}-${VERSION_ID:-}" || true)
if [[ $release != debian-12 ]] || ! command -v apt-get >/dev/null; then
  die "installs packages on Debian 12 only. Elsewhere, provide what these Debian packages hold:" \
      "${missing[*]}"
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    die "needs root, and there is no sudo. As root, run:" "apt-get install ${missing[*]}"
  as_root=(sudo)
fi
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes \
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >/dev/null
}

echo "setup: installing ${missing[*]}"
apt_get update || die "'apt-get update' failed: is there a network?"
apt_get install -y --no-install-recommends "${missing[@]}" ||
  die "could not install: ${missing[*]}"
install_node_modules
