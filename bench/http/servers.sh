# shellcheck shell=bash
# The servers that are compared: their start, their end, and the processor time they take. Sourced
# by scripts/bench_http.sh, which sets $work (the directory of all their files) and $skep_command.

declare -A server_pid=()   # by name
declare -A server_port=()
helpers=()                 # process ids of other programs that run behind us

die() { printf 'bench_http: %s\n' "$@" >&2; exit 1; }

# PostgreSQL refuses to run as root. A change of the user forgets the signal of launch: again, then.
as_postgres=()
if ((EUID == 0)); then
  as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups --pdeathsig INT --)
fi
postgres_bin=
for candidate in "${POSTGRES_BIN:-}" /usr/lib/postgresql/15/bin; do
  if [[ -z $postgres_bin && -x $candidate/initdb ]]; then postgres_bin=$candidate; fi
done

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# launch NAME COMMAND...: runs a server behind us. It is told to stop when this shell is gone,
# however that ended.
launch() {
  local name=$1
  shift
  setpriv --pdeathsig INT -- "$@" >"$work/$name.log" 2>&1 </dev/null &
  server_pid[$name]=$!
}

# await NAME COMMAND...: returns once the command succeeds.
await() {
  local name=$1 tries
  shift
  for ((tries = 0; tries < 300; ++tries)); do
    if "$@" &>/dev/null; then return; fi
    if ! kill -0 "${server_pid[$name]}" 2>/dev/null; then break; fi
    sleep 0.1
  done
  tail -n 20 "$work/$name.log" >&2
  die "$name did not start"
}

# stop NAME: asks the server to end, and makes it after 20 s. Returns its exit status.
stop() {
  local name=$1 pid=${server_pid[$1]:-} tries
  if [[ -z $pid ]]; then return; fi
  unset "server_pid[$name]"
  kill -INT "$pid" 2>/dev/null || true
  for ((tries = 0; tries < 200; ++tries)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null
}

stop_helpers() {
  if ((${#helpers[@]})); then kill "${helpers[@]}" 2>/dev/null || true; fi
  helpers=()
}

# Stops all that runs, and removes the data.
stop_all() {
  local name
  stop_helpers
  for name in "${!server_pid[@]}"; do stop "$name" || true; done
  rm -rf "${work:?}"/{skep,skep_guarded,redis,postgres}  # gigabytes; the logs stay
}

# start_skep NAME OPTION...: on a fresh file, $work/NAME/skep.db.
start_skep() {
  local name=$1 port
  shift
  port=$(free_port)
  rm -rf "${work:?}/$name"
  mkdir "$work/$name"
  launch "$name" "$skep_command" serve --db "$work/$name/skep.db" --listen "127.0.0.1:$port" \
    --log-level warn "$@"
  server_port[$name]=$port
  await "$name" curl -sf "http://127.0.0.1:$port/readyz"
}

# On a fresh directory. Rewriting the log is off: Redis at its best.
start_redis() {
  local port
  port=$(free_port)
  rm -rf "$work/redis"
  mkdir "$work/redis"
  launch redis redis-server --port "$port" --bind 127.0.0.1 --dir "$work/redis" \
    --appendonly yes --appendfsync always --save '' --auto-aof-rewrite-percentage 0
  server_port[redis]=$port
  await redis redis-cli -p "$port" ping
}

# A new cluster with the settings that PostgreSQL comes with: fsync=on, synchronous_commit=on.
start_postgres() {
  local port data=$work/postgres
  port=$(free_port)
  rm -rf "$data"
  mkdir -m 700 "$data"
  if ((EUID == 0)); then chown postgres: "$data"; fi
  "${as_postgres[@]}" test -x "$data" ||
    die "the user 'postgres' cannot reach $data: run this as another user than root, or elsewhere"
  "${as_postgres[@]}" "$postgres_bin/initdb" -D "$data" -U bench -A trust -E UTF8 --no-locale \
    >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; die 'initdb failed'; }
  launch postgres "${as_postgres[@]}" "$postgres_bin/postgres" -D "$data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=
  server_port[postgres]=$port
  export PGHOST=127.0.0.1 PGPORT=$port PGUSER=bench PGDATABASE=postgres
  await postgres "$postgres_bin/psql" -c 'select 1'
}

sql() { "$postgres_bin/psql" -qXAt -v ON_ERROR_STOP=1 -c "$1"; }

# server_ticks NAME: processor time the server has taken so far, with its children, in ticks.
server_ticks() {
  local pid=${server_pid[$1]}
  # The name, in brackets, may hold anything; the parent is the 2nd field after it, times the 12th
  # to the 15th, of which the last two are those of children that ended.
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v pid="$pid" '
    { own = $1; sub(/^.*\) /, "") }
    own == pid { ticks += $12 + $13 + $14 + $15 }
    $2 == pid { ticks += $12 + $13 }
    END { print ticks + 0 }' || true
}

# The same of all programs that this shell has run to their end: the clients.
client_ticks() { awk '{ sub(/^.*\) /, ""); print $14 + $15 }' "/proc/$$/stat"; }
