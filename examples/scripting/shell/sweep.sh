#!/bin/sh
# Runs a scenario with each of some sparsities: sweep.sh SCENARIO.json 0.5 0.8 0.95
set -eu
. "$(dirname "$0")/espalier.sh"

scenario=$1
shift
echo "sparsity accuracy run"
for sparsity; do
  run=$(submit "$(with_sparsity "$scenario" "$sparsity")")
  accuracy=$(events "$run" | grep '"name":"accuracy"' | tail -n 1)
  echo "$sparsity $(field value "$accuracy") $run"
done
