# shellcheck shell=bash
# What is measured, a turn each. Sourced by scripts/bench_http.sh after servers.sh; $seconds is how
# long a turn takes, and $work/results gets a line for each:
# FIGURE RATE P50_MS P99_MS SERVER_CORES CLIENT_CORES

connections=64
record_count=10000
agent_count=${BENCH_AGENTS:-8}

# 10,000 bodies of 4,096 letters and digits, a line each.
write_bodies() {
  head -c $((record_count * 3072)) /dev/urandom | base64 -w 4096 >"$work/bodies"
  body=$(head -n 1 "$work/bodies")
}

# seed_skep NAME: emits the bodies; their ids are in $work/ids then.
seed_skep() {
  local url=http://127.0.0.1:${server_port[$1]}/v1/outputs first
  awk '{ printf "{\"task_id\":\"seed\",\"attempt\":1,\"producer_agent\":\"seed-%d\",\"event\":" \
                "{\"type\":\"final\",\"content\":{\"kind\":\"inline\",\"value\":\"%s\"},\"ok\":true}}\n",
                NR % 64, $0 }' "$work/bodies" >"$work/seed.ndjson"
  curl -sS --fail-with-body -H 'Content-Type: application/x-ndjson' -H 'Expect:' \
    --data-binary "@$work/seed.ndjson" -o "$work/seeded.json" "$url" ||
    { head -c 1000 "$work/seeded.json" >&2; die 'could not emit the records to read'; }
  rm "$work/seed.ndjson"
  grep -oE '"out_id": ?"[^"]+"' "$work/seeded.json" | sed -E 's/.*: ?"(.*)"/\1/' >"$work/ids" || true
  [[ $(wc -l <"$work/ids") == "$record_count" ]] || die "not all records were stored: $(
    head -c 1000 "$work/seeded.json")"
  first=$(head -n 1 "$work/ids")
  [[ $(curl -sS "$url/$first/content") == "$body" ]] || die 'a record does not hold what was emitted'
}

# The same bodies as values of key:000000000000 and so on.
seed_redis() {
  awk '{ printf "*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$%d\r\n%s\r\n", NR - 1, length($0), $0 }' \
    "$work/bodies" | redis-cli -p "${server_port[redis]}" --pipe >/dev/null
  [[ $(redis-cli -p "${server_port[redis]}" dbsize) == "$record_count" ]] ||
    die 'could not load the keys to read'
}

seed_postgres() {
  sql 'create table outputs (seq bigserial primary key, id text, task_id text, attempt int,
                             producer_agent text, event_json text, parent_refs_json text)'
  cat >"$work/insert.sql" <<'SQL'
\set agent random(1, 64)
insert into outputs (id, task_id, attempt, producer_agent, event_json, parent_refs_json)
values ('out-' || gen_random_uuid(), 'bench', 1, 'agent-' || :agent, :body, '[]');
SQL
}

# measure FIGURE SERVER CLIENT...: one turn. The client prints "RATE P50_MS P99_MS".
measure() {
  local figure=$1 server=$2 figures started server_before client_before
  shift 2
  sync -f "$work"
  server_before=$(server_ticks "$server") client_before=$(client_ticks) started=$EPOCHREALTIME
  figures=$("$@") || die "could not measure $figure"
  awk -v started="$started" -v ended="$EPOCHREALTIME" -v hertz="$(getconf CLK_TCK)" \
    -v server="$(($(server_ticks "$server") - server_before))" \
    -v client="$(($(client_ticks) - client_before))" -v line="$figure $figures" \
    'BEGIN { wall = (ended - started) * hertz
             printf "%s %.2f %.2f\n", line, server / wall, client / wall }' >>"$work/results"
  tail -n 1 "$work/results" |
    awk '{ printf "  %-16s %8d a second  p50 %7.3f ms  p99 %7.3f ms\n", $1, $2, $3, $4 }' >&2
}

# run_wrk NAME SCRIPT RECORDS_PER_REQUEST ARGUMENT...: $token, if it is set, goes along.
run_wrk() {
  local name=$1 script=$2 records=$3 header=()
  shift 3
  if [[ -n ${token:-} ]]; then header=(-H "Authorization: Bearer $token"); fi
  wrk -t 1 -c "$connections" -d "${seconds}s" --timeout 30s --latency "${header[@]}" \
    -s "bench/http/$script.lua" "http://127.0.0.1:${server_port[$name]}" -- "$@" >"$work/wrk.out" ||
    { cat "$work/wrk.out" >&2; return 1; }
  awk -v records="$records" '
    $1 == "result" && $2 > 0 && $5 == 0 { print $2 * records, $3, $4; good = 1 }
    END { exit !good }' "$work/wrk.out" || { cat "$work/wrk.out" >&2; return 1; }
}

# run_redis COUNT COMMAND...: the command is sent COUNT times.
run_redis() {
  local count=$1
  shift
  # The first of eight quoted columns is the command itself.
  redis-benchmark -p "${server_port[redis]}" -c "$connections" -n "$count" -r "$record_count" --csv \
    "$@" | awk -F'","' 'END { print $(NF - 6), $(NF - 3), $(NF - 1) }'
}

# redis_count COMMAND...: how often it can be sent in a turn.
redis_count() {
  local rate
  rate=$(run_redis 20000 "$@")
  rate=${rate%%.*}
  echo $((rate * seconds))
}

# The statement is prepared once; the body travels with each execution.
run_pgbench() {
  rm -f "$work"/pgbench_log.*
  "$postgres_bin/pgbench" -n -c "$connections" -j 2 -T "$seconds" -M prepared -D body="$body" \
    -f "$work/insert.sql" -l --log-prefix="$work/pgbench_log" >"$work/pgbench.out" 2>&1 ||
    { cat "$work/pgbench.out" >&2; return 1; }
  # A line's third column is the latency of a transaction in microseconds.
  sort -n -k 3,3 "$work"/pgbench_log.* | awk -v seconds="$seconds" '
    { us[NR] = $3 }
    END { print NR / seconds, us[int(NR * 0.5) + 1] / 1000, us[int(NR * 0.99) + 1] / 1000 }'
}

# The turns. xadd_count and get_count are found once.
turn_skep_emit() { measure skep_emit skep run_wrk skep emit 1 "$work/bodies" "$agent_count"; }
turn_skep_emit_64() { measure skep_emit_64 skep run_wrk skep emit 1 "$work/bodies" 64; }
turn_skep_emit_token() {
  token=$skep_token measure skep_emit_token skep_guarded \
    run_wrk skep_guarded emit 1 "$work/bodies" "$agent_count"
}
turn_skep_batch() { measure skep_batch skep run_wrk skep batch 64 "$work/bodies" "$agent_count"; }
turn_skep_read() { measure skep_read skep run_wrk skep read 1 "$work/ids" /v1/data/; }
turn_skep_content() {
  measure skep_content skep run_wrk skep read 1 "$work/ids" /v1/outputs/ /content
}
turn_redis_xadd() {
  local xadd=(XADD outputs '*' body "$body")
  xadd_count=${xadd_count:-$(redis_count "${xadd[@]}")}
  measure redis_xadd redis run_redis "$xadd_count" "${xadd[@]}"
  redis-cli -p "${server_port[redis]}" unlink outputs >/dev/null
}
turn_redis_get() {
  get_count=${get_count:-$(redis_count GET key:__rand_int__)}
  measure redis_get redis run_redis "$get_count" GET key:__rand_int__
}
turn_postgres_insert() {
  measure postgres_insert postgres run_pgbench
  sql 'truncate outputs'
  sql 'checkpoint'
}
