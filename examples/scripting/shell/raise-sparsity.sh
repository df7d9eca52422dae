#!/bin/sh
# Raises a run's sparsity until accuracy falls: raise-sparsity.sh SCENARIO.json DROP
set -eu
. "$(dirname "$0")/espalier.sh"

run=$(submit "$(with_sparsity "$1" 0.5 | sed 's/"end": [0-9]*/"end": 40/')")
drop=$(thousandths "$2")
events "$run" | {
  target=50 changed=40 fallen=
  while read -r event; do
    case $event in *'"step":{'*) ;; *) continue ;; esac
    worse "$(field accuracy "$event")"
    step=$(field step "${event#*\"step\":\{}")
    case $event in *'"targetSparsity":'*) ;; *) continue ;; esac
    if [ -n "$fallen" ] || [ "$step" -lt $((changed + 10)) ]; then
      continue
    fi
    if [ "$below" -gt "$drop" ]; then
      fallen=yes
      echo "accuracy falls at sparsity $(field sparsity "$event")"
    elif [ $((target + 2)) -lt 100 ]; then
      target=$((target + 2)) changed=$step
      post "/runs/$run/set" "{\"name\": \"targetSparsity\", \"value\": 0.$target}" > /dev/null ||
        fallen=yes
    fi
  done
  echo "$run ends with sparsity 0.$target"
}
