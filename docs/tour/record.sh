#!/bin/sh
# Records the tour of the workstation: walks it by keyboard in tmux and keeps each screen as text and as a picture (SVG).
#
#   sh docs/tour/record.sh [WORKSPACE]
#
# WORKSPACE is a folder in which `psky demo` has run; without one, it is run in a folder that is deleted afterwards.
# The pictures are psky's own (e, then s); `psky` is .venv/bin/psky, or the one that PSKY names.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
psky=${PSKY:-$(cd "$here/../.." && pwd)/.venv/bin/psky}
session=psky-tour-$$
width=120 height=34
scratch=

leave() {
  tmux kill-session -t "$session" 2>/dev/null || true
  [ -z "$scratch" ] || rm -rf "$scratch"
}
trap leave EXIT INT TERM

if [ $# -gt 0 ]; then
  workspace=$(cd "$1" && pwd)
else
  scratch=$(mktemp -d)
  workspace=$scratch
  (cd "$workspace" && "$psky" demo --trials 20 --json >/dev/null)
fi

keys() {
  for key in "$@"; do tmux send-keys -t "$session" "$key"; done
}

# Waits until the screen shows a text.
until_seen() {
  tries=0
  until tmux capture-pane -p -t "$session" | grep -qF -- "$1"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then
      echo "expected the screen to show '$1' within 60 s, found:" >&2
      tmux capture-pane -p -t "$session" >&2
      exit 1
    fi
    sleep 0.2
  done
}

# Waits until the screen no longer says what was done last.
until_quiet() {
  until ! tmux capture-pane -p -t "$session" | grep -qF 'wrote exports'; do sleep 0.2; done
}

# Keeps the screen, once it shows a text: `keep NAME TEXT`.
keep() {
  until_quiet
  until_seen "$2"
  tmux capture-pane -p -t "$session" | sed 's/ *$//' >"$here/$1.txt"
  rm -rf "$workspace/exports"
  keys e
  until_seen 'SVG of the screen'
  keys s
  tries=0
  until [ -s "$(echo "$workspace"/exports/*.svg)" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 300 ] || { echo "expected a picture in $workspace/exports, found none" >&2; exit 1; }
    sleep 0.2
  done
  mv "$workspace"/exports/*.svg "$here/$1.svg"
}

rm -f "$here"/*.txt "$here"/*.svg
tmux new-session -d -s "$session" -x "$width" -y "$height" -c "$workspace" "$psky"
keep 1_studies 'edge'
keys Enter
until_seen 'trials · by score'
keys v
keep 2_history 'score by trial'
keys v
keep 3_importance '█'
keys v v
until_seen 'scored trials'
keys Tab z
keep 4_parallel 'best tenth'
keys z BTab v
keep 5_selection 'better than luck'
keys g Enter
until_seen 'values differ from the defaults'
keys v v
keep 6_trial '█'
keys b
keep 7_backtest 'equity'
keys v
keep 8_smells 'smells'
keys V Enter
keep 9_candles 'bought,'
keys 3
until_seen 'backtests'
keys m j m
keep 10_compared 'touches were traded by both'
keys q
