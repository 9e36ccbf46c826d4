# shellcheck shell=bash
# Does the server's memory stay what it is under a mixed load? Sourced by scripts/bench_http.sh
# after turns.sh.

# keep_streaming NAME OPTION...: follows the stream, and comes back when it is cut.
keep_streaming() {
  local url=http://127.0.0.1:${server_port[$1]}/v1/stream
  shift
  while :; do
    curl -sN -o /dev/null "$@" "$url" || true
    sleep 1
  done
}

# sample_memory PID SECONDS: a line "SECOND RSS_KIB ANONYMOUS_KIB" each 5 s to $work/memory.dat.
sample_memory() {
  local pid=$1 ends=$2 began=$SECONDS
  while ((SECONDS - began < ends)); do
    awk -v second="$((SECONDS - began))" '
      $1 == "VmRSS:" { rss = $2 } $1 == "RssAnon:" { anonymous = $2 }
      END { print second, rss, anonymous }' "/proc/$pid/status" >>"$work/memory.dat" ||
      die 'the server ended'
    sleep 5
  done
}

# The median of the samples from FIRST to LAST (seconds), in KiB.
median_memory() {
  awk -v first="$1" -v last="$2" '$1 >= first && $1 < last { print $2 }' "$work/memory.dat" |
    sort -n | awk '{ kib[NR] = $1 } END { print kib[int((NR + 1) / 2)] }'
}

# measure_memory MINUTES
measure_memory() {
  local length=$(($1 * 60)) warm_up=30 free_mib options load status=0
  free_mib=$(df -Pm "$work" | awk 'END { print $4 }')
  ((free_mib > $1 * 1024)) || die "needs $1 GiB of free disk below $work; there are $free_mib MiB"
  write_bodies
  start_skep skep --no-auth
  seed_skep skep
  : >"$work/memory.dat"

  for options in '' '' '-G -d bodies=false' '--limit-rate 20k'; do
    # shellcheck disable=SC2086  # several words each
    keep_streaming skep $options &
    helpers+=($!)
  done
  wrk -t 1 -c 48 -d "${length}s" --timeout 30s --latency -s bench/http/mixed.lua \
    "http://127.0.0.1:${server_port[skep]}" -- "$work/bodies" "$work/ids" "$agent_count" \
    >"$work/wrk.out" &
  load=$!
  helpers+=("$load")
  echo "bench_http: $1 minutes of mixed load; samples go to $work/memory.dat"
  sample_memory "${server_pid[skep]}" "$length"
  wait "$load" || status=$?
  stop_helpers
  ((status == 0)) || { cat "$work/wrk.out" >&2; die 'the load failed'; }
  stop skep || die "skep serve ended with status $?, see $work/skep.log"

  awk '$1 == "result" { printf "\n%d requests a second, p50 %.2f ms, p99 %.2f ms\n", $2, $3, $4 }
       /Non-2xx|Socket errors/' "$work/wrk.out"
  echo 'Wrong requests (1.5 %) are part of the load.'
  awk -v first="$(median_memory "$warm_up" $((warm_up + 60)))" \
    -v last="$(median_memory $((length - 60)) "$length")" \
    -v file="$(du -m "$work/skep/skep.db" | cut -f 1)" '
    $2 > peak { peak = $2 }
    END {
      limit = first * 1.1 + 16 * 1024
      printf "resident, first minute (after 30 s): %.1f MiB\n", first / 1024
      printf "resident, last minute: %.1f MiB; at most %.1f MiB\n", last / 1024, limit / 1024
      printf "resident, peak: %.1f MiB; the file has %d MiB\n", peak / 1024, file
      print last <= limit ? "PASS" : "FAIL"
      exit last > limit
    }' "$work/memory.dat"
}
