# What the scripts beside it share: requests by curl, events by 'espalier bus tail'.
# ESPALIER_URL says where the server is, ESPALIER_TOKEN how to get in where it asks for a token.
here=$(cd "$(dirname "$0")" && pwd)
ESPALIER=${ESPALIER:-$here/../../../espalier}
url=${ESPALIER_URL:-http://127.0.0.1:8080}

# post PATH JSON: prints the answer; fails with the server's message.
post() {
  curl -sS --fail-with-body -X POST -H 'Content-Type: application/json' \
    ${ESPALIER_TOKEN:+-H "Authorization: Bearer $ESPALIER_TOKEN"} -d "$2" "$url/api/v1$1"
}

# submit SCENARIO_TEXT: starts a run and prints its name.
submit() {
  text=$(printf %s "$1" | tr '\n' ' ' | sed 's/"/\\"/g')
  field run "$(post /runs "{\"scenario\": \"$text\"}")"
}

# events RUN: a line of JSON for each event, until the run has ended.
events() { "$ESPALIER" bus tail --url "$url" "event.$1"; }

# field NAME JSON: the value of the first field of that name; nothing if there is none.
field() {
  case $2 in *"\"$1\":"*) ;; *) return ;; esac
  value=${2#*"\"$1\":"}
  value=${value%%[,\}]*}
  value=${value#\"}
  echo "${value%\"}"
}

# thousandths SHARE: 0.8671 as 867.
thousandths() {
  case $1 in
    *E-*) echo 0 ;;
    0.*) digits=${1#0.}000; digits=${digits%"${digits#???}"}; echo $((1$digits - 1000)) ;;
    *) echo $((${1%%.*} * 1000)) ;;
  esac
}

# with_sparsity SCENARIO.json SPARSITY: the scenario, pruning that far.
with_sparsity() { sed 's/"finalSparsity": [0-9.]*/"finalSparsity": '"$2"'/' "$1"; }

# worse ACCURACY: takes in a batch; says in $below how far, in thousandths, the mean is below its best.
mean= best=0
worse() {
  now=$(thousandths "$1")
  mean=$((${mean:-$now} + (now - ${mean:-$now}) / 10))
  [ "$mean" -le "$best" ] || best=$mean
  below=$((best - mean))
}
