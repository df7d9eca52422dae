#!/bin/sh
# Starts a run and stops it when accuracy falls: stop-when-worse.sh SCENARIO.json DROP
set -eu
. "$(dirname "$0")/espalier.sh"

run=$(submit "$(cat "$1")")
drop=$(thousandths "$2")
events "$run" | {
  stopped=
  while read -r event; do
    case $event in *'"step":{'*) ;; *) continue ;; esac
    [ -z "$stopped" ] || continue
    worse "$(field accuracy "$event")"
    if [ "$below" -gt "$drop" ]; then
      post "/runs/$run/cancel" '{}' > /dev/null
      stopped=yes
      echo "stopped at sparsity $(field sparsity "$event"): accuracy fell by $below thousandths"
    fi
  done
  [ -n "$stopped" ] || echo "not stopped: accuracy stayed within $2"
}
