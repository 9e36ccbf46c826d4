#!/usr/bin/env bash
# Measures skep serve beside Redis and PostgreSQL, over TCP, with 64 clients, on one disk, with each
# answer after the sync. Prints the ratios, and fails if a bar is missed. All files are in
# build/bench-http/.
# Usage: scripts/bench_http.sh [run]; BENCH_SECONDS is how long a turn takes (8), BENCH_ROUNDS how
#        many there are of each (3), BENCH_AGENTS how many agents emit (8).
#        scripts/bench_http.sh memory [MINUTES]; watches the server's memory under a mixed load (10).
# SKEP names another command than the release build's, POSTGRES_BIN the directory of initdb.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$PWD/build/bench-http
skep_command=$(realpath -m -- "${SKEP:-build/release/src/cli/skep}")
seconds=${BENCH_SECONDS:-8}
rounds=${BENCH_ROUNDS:-3}
# shellcheck source=bench/http/servers.sh
source bench/http/servers.sh
# shellcheck source=bench/http/turns.sh
source bench/http/turns.sh
# shellcheck source=bench/http/memory.sh
source bench/http/memory.sh

usage() { sed -nE '2,/^set /s/^# ?//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
whole() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]]; }

require() {
  local command missing=()
  for command in "$@"; do command -v "$command" >/dev/null || missing+=("$command"); done
  ((${#missing[@]} == 0)) ||
    die "not installed: ${missing[*]}" "On Debian 12, 'scripts/setup.sh bench-http' installs them."
}

# A command that does not know serve shows its own help.
skep_serves() { [[ $("$skep_command" serve --help 2>/dev/null) == *--listen* ]]; }

prepare() {
  mkdir -p "$work"
  case $(stat -f -c %T "$work") in
    tmpfs | ramfs) die "$work is in memory: there are no syncs to measure" ;;
  esac
  trap 'stop_all' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# sync_rate WHAT DD_OPTION...: what the disk can do for one writer that waits for each sync.
sync_rate() {
  local what=$1
  shift
  { timeout -s INT 1 dd if=/dev/zero of="$work/sync.dat" bs=4096 oflag=dsync "$@" 2>&1 || true; } |
    awk -v what="$what" '/copied/ {
      bytes = $1
      sub(/.*copied, /, "")
      printf "  %-16s %8d a second\n", what, bytes / 4096 / $1
    }' >&2
}

sync_rates() {
  sync -f "$work"
  sync_rate 'sync_growing'
  sync_rate 'sync_in_place' conv=notrunc count="$(($(stat -c %s "$work/sync.dat") / 4096))"
  rm "$work/sync.dat"
}

run_rounds() {
  local turns=(redis_xadd postgres_insert redis_get) round i
  start_postgres
  seed_postgres
  if skep_serves; then
    turns=(skep_emit redis_xadd postgres_insert skep_batch skep_emit_64 skep_emit_token skep_read redis_get
           skep_content)
  fi
  : >"$work/results"
  for ((round = 0; round < rounds; ++round)); do
    echo "round $((round + 1)) of $rounds" >&2
    sync_rates
    start_redis
    seed_redis
    if skep_serves; then
      start_skep skep --no-auth
      seed_skep skep
      start_skep skep_guarded
      skep_token=$("$skep_command" token mint --db "$work/skep_guarded/skep.db" | tail -n 1)
    fi
    # Each round begins with another turn, so that none is always the first on a fresh store.
    for ((i = 0; i < ${#turns[@]}; ++i)); do
      "turn_${turns[(i + round * 3) % ${#turns[@]}]}"
    done
    for i in skep skep_guarded redis; do
      stop "$i" || die "$i ended with status $?, see $work/$i.log"
    done
  done
}

run() {
  require redis-server redis-benchmark redis-cli wrk curl setpriv
  [[ -n $postgres_bin && -x $postgres_bin/pgbench ]] ||
    die 'PostgreSQL 15 is not installed. POSTGRES_BIN names the directory of initdb and pgbench.'
  prepare
  write_bodies
  echo "64 clients, bodies of 4 KiB, $rounds rounds of $seconds s a turn, medians; $(nproc) cores, $(
    stat -f -c %T "$work")"
  run_rounds
  skep_serves || echo "bench_http: $skep_command has no 'serve': Redis and PostgreSQL only" >&2
  awk -f bench/http/report.awk "$work/results"
}

for number in "$seconds" "$rounds" "$agent_count"; do whole "$number" || usage; done
case ${1:-run} in
  run)
    (($# <= 1)) || usage
    run
    ;;
  memory)
    if (($# > 2)) || ! whole "${2:-10}" || ((${2:-10} < 2)); then usage; fi
    require wrk curl setpriv
    skep_serves || die "$skep_command has no 'serve' command: nothing to watch"
    prepare
    measure_memory "${2:-10}"
    ;;
  *) usage ;;
esac
