#!/usr/bin/env bash
# Checks the house rules, the formatting, that each public header stands alone, and clang-tidy.
# Reports all that is wrong, then fails. Usage: scripts/lint.sh [--fast]; --fast compiles nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=${JOBS:-$(nproc)}
database=build/lint
status=0
wrong() { printf 'lint: %s\n' "$*" >&2; status=1; }

# Files that match the patterns and exist: tracked ones, and new ones that are not ignored.
files() {
  git ls-files -co --exclude-standard -- "$@" | sort -u | while read -r file; do
    if [[ -f $file ]]; then echo "$file"; fi
  done
}

mapfile -t sources < <(files '*.cpp' '*.hpp')
mapfile -t units < <(files 'src/*.cpp')
mapfile -t public_headers < <(files 'include/*.hpp')
mapfile -t library < <(files 'include/*.hpp' 'src/model' 'src/json' 'src/search' 'src/slice' 'src/blob' 'src/store' 'src/memory' 'src/sqlite' \
                          'src/compare' 'src/interop' 'src/migrate' |
                       grep -E '\.[ch]pp$')
mapfile -t auth < <(files 'src/auth/*.cpp' 'src/auth/*.hpp')
mapfile -t product < <(files 'src/*.cpp' 'src/*.hpp' 'include/*.hpp')

# House rules.
for file in "${product[@]}"; do
  lines=$(wc -l <"$file")
  ((lines <= 300)) || wrong "$file has $lines lines; 300 are the most. Split it."
done
for file in "${public_headers[@]}"; do
  grep -qF "/$file" src/CMakeLists.txt ||
    wrong "$file is not installed: name it in the HEADERS of src/CMakeLists.txt"
done
# forbid WHY PATTERN FILES...: no file may include what matches.
forbid() {
  local why=$1 pattern=$2 found
  shift 2
  (($#)) || return 0
  found=$(grep -HnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$pattern" -- "$@") || return 0
  wrong "$why:"$'\n'"$found"
}
forbid 'the library must not know the command, the interchange or the client' '(\.\./)*(cli|interchange|mcp|net|remote)/' \
  "${library[@]}"
forbid 'the library must not know tokens' '(\.\./)*auth/' "${library[@]}"
forbid 'tokens must not know the command, the server, a store, or an engine' \
  '((\.\./)*(cli|http|interchange|store|memory|sqlite)/|sqlite3)' "${auth[@]}"
mapfile -t remote < <(files 'src/remote/*.cpp' 'src/remote/*.hpp')
forbid 'the client must not know the server, the command or an engine' \
  '(\.\./)*(http|cli|interchange|sqlite|memory)/' "${remote[@]}"
mapfile -t server < <(files 'src/http/*.cpp' 'src/http/*.hpp')
forbid 'the server must not know the command, the client or an engine' \
  '((\.\./)*(cli|interchange|remote|sqlite|memory)/|sqlite3)' "${server[@]}"
mapfile -t mcp < <(files 'src/mcp/*.cpp' 'src/mcp/*.hpp')
forbid 'MCP must not know tokens, the server, the command, the client or an engine' \
  '((\.\./)*(auth|http|cli|interchange|remote|sqlite|memory)/|sqlite3)' "${mcp[@]}"
mapfile -t net < <(files 'src/net/*.hpp')
forbid 'connections must not know who uses them' \
  '((\.\./)*(skep|auth|http|cli|interchange|mcp|remote|store|sqlite|memory)/|sqlite3)' "${net[@]}"
forbid 'public headers include no engine and no JSON library' \
  '(sqlite3|libpq|pg_config|simdjson|boost/json|re2/)' "${public_headers[@]}"
forbid 'public headers include no private one' '(model|json|search|slice|blob|store|memory|sqlite|compare|interop|migrate|auth|http|mcp|net|remote)/' \
  "${public_headers[@]}"

# The README shows the example that the tests run.
diff -u --label examples/quick_start.cpp --label 'README.md (the cpp block)' \
  examples/quick_start.cpp <(sed -n '/^```cpp$/,/^```$/{/^```/d;p}' README.md) >&2 ||
  wrong 'README.md and examples/quick_start.cpp differ'

# Formatting.
for file in "${sources[@]}"; do
  clang-format-19 --dry-run -Werror "$file" &>/dev/null || wrong "$file: format it ('make format')"
done

if [[ ${1:-} != --fast ]]; then
  cmake --preset release -B "$database" -DCMAKE_UNITY_BUILD=OFF -DSKEP_TESTS=OFF -DSKEP_BENCH=OFF --log-level=WARNING >/dev/null
  cmake --build "$database" --parallel "$jobs" --target all_verify_interface_header_sets ||
    wrong 'a public header does not stand alone'

  # The presets compile some sources as one, and which ones changes with every new file.
  cmake --preset dev -B "$database-unity" -DSKEP_SANITIZE= -DCMAKE_CXX_FLAGS_DEBUG=-O0 \
    -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 --log-level=WARNING >/dev/null
  cmake --build "$database-unity" --parallel "$jobs" >/dev/null ||
    wrong 'two sources of a target call things alike: see above, or build '"$database-unity"

  tidy() {
    # clang-tidy counts on stderr what it left out; only its other words matter.
    clang-tidy-19 --quiet -p "$1" "$2" 2> >(grep -vE '^[0-9]+ warnings?.* generated\.$' >&2)
  }
  export -f tidy
  printf '%s\0' "${units[@]}" | xargs -0r -P "$jobs" -I{} bash -c 'tidy "$@"' tidy "$database" {} ||
    wrong 'clang-tidy found faults'
fi

((status == 0)) && echo "lint: ${#sources[@]} files, no faults"
exit "$status"
