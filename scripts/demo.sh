#!/usr/bin/env bash
# A small session with the skep command, on a fresh store in build/demo/.
# Usage: scripts/demo.sh; SKEP names another command than the release build's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

skep_command=$(realpath -- "${SKEP:-build/release/src/cli/skep}")
rm -rf build/demo
mkdir -p build/demo
cd build/demo
export SKEP_DB=swarm.db

bold='' dim='' reset=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' reset=$'\e[0m'
fi

say() { printf '\n%s# %s%s\n' "$dim" "$*" "$reset"; }
# Prints a command as one would type it, then runs it; $answer is what it printed.
skep() {
  local words='' word
  for word in "$@"; do
    if [[ $word =~ ^[[:alnum:]_./=-]+$ ]]; then words+=" $word"; else words+=" '$word'"; fi
  done
  printf '%s$ skep%s%s\n' "$bold" "$words" "$reset"
  answer=$("$skep_command" "$@")
  printf '%s\n' "$answer"
}

say 'The planner emits a plan. What comes back is a ref: that is all the others need.'
skep emit --task wordcount --agent planner 'Read standard input, count the words, print the number.'
plan=$answer

say 'The coder gets the ref, reads the plan, and emits code that derives from it.'
skep get "$plan" --body
skep emit --task wordcount --agent coder --parent "$plan" --type artifact --name count.sh \
  'tr -s "[:space:]" "\n" | grep -c .'
code=$answer

say 'The reviewer reads the code by its ref, and closes the task with a verdict in JSON.'
skep emit --task wordcount --agent reviewer --parent "$code" --parent "$plan" \
  --value '{"verdict": "approved", "score": 0.90}'

say 'Whoever knows only a name asks for the newest output of that agent.'
skep latest reviewer

say 'The whole run, in the order it was committed.'
skep list --task wordcount --attempt 1

say 'What the store holds.'
skep stats
printf '\nThe store is build/demo/%s: an SQLite file. See also: skep --help\n' "$SKEP_DB"
