#!/bin/sh
# Starts a run and watches it: watch.sh SCENARIO.json
set -eu
. "$(dirname "$0")/espalier.sh"

run=$(submit "$(cat "$1")")
events "$run" | while read -r event; do
  case $event in
    *'"stageStarted":'*) echo "stage $(field name "$event")" ;;
    *'"step":{'*'50,"epoch"'* | *'"step":{'*'00,"epoch"'*)
      step=${event#*\"step\":\{}
      echo "step $(field step "$step") loss $(field loss "$step")" \
        "accuracy $(field accuracy "$step") sparsity $(field sparsity "$step")"
      ;;
    *'"metric":'*) echo "$(field name "$event") $(field value "$event")" ;;
    *'"failure":'*) echo "$(field message "$event")" >&2 ;;
  esac
done
echo "$run has ended"
