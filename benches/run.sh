#!/usr/bin/env bash
# Measures three routes of the real program against the sandbox, in one run, so that they can be
# compared with each other. What is measured and how to read it: BENCHMARKS.md.
#   benches/run.sh                    release build, 5 rounds of 10 seconds
#   PROFILE=dev ROUNDS=1 SECONDS_EACH=2 benches/run.sh    a quick look
set -euo pipefail
cd "$(dirname "$0")/.."

profile="${PROFILE:-release}"
rounds="${ROUNDS:-5}"
seconds_each="${SECONDS_EACH:-10}"
connections="${CONNECTIONS:-8}"
port="${PORT:-3971}"
sandbox_port="${SANDBOX_PORT:-4971}"

for program in cargo wrk curl; do
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "benches/run.sh: $program is missing (wrk: apt-get install wrk)" >&2
    exit 1
  fi
done
echo "Building ($profile) …" >&2
cargo build --locked --bins --profile "$profile"
folder="$profile"
[ "$profile" != dev ] || folder=debug
programs="$(cd "${CARGO_TARGET_DIR:-target}/$folder" && pwd)"

temporary="$(mktemp -d)"
service=""
sandbox=""
stop() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$temporary"
}
trap stop EXIT

"$programs/atlassian-sandbox" --port "$sandbox_port" --data-center-port 0 --quiet &
sandbox=$!
atlassian="http://127.0.0.1:$sandbox_port"
address="http://127.0.0.1:$port"
(
  cd "$temporary"
  exec env -i HOST=127.0.0.1 PORT="$port" LOG_LEVEL=warn RATE_LIMIT_PER_MINUTE=0 INTEGRATION_DB_URL=sqlite://bench.db \
    ATLASSIAN_AUTH_URL="$atlassian" ATLASSIAN_API_URL="$atlassian" \
    ATLASSIAN_SITE_URL_TEMPLATE="$atlassian/sites/{site}" "$programs/integration-backend"
) &
service=$!
for _ in $(seq 100); do
  curl -sf "$address/ready" >/dev/null && break
  sleep 0.1
done

session="$(curl -sf "$address/auth/jira/api-token" -H 'Content-Type: application/json' \
  -d '{"email": "omar@example.com", "api_token": "classic-token-omar", "site": "acme"}' |
  sed 's/.*"session_token":"\([^"]*\)".*/\1/')"

names=(/healthz /auth/session /connectors/jira/projects)
# measure PATH SECONDS: prints "requests-per-second median-latency 99th-percentile".
measure() {
  wrk --threads 1 --connections "$connections" --duration "${2}s" --latency \
    --header "X-Session-Token: $session" "$address$1" >"$temporary/wrk"
  if grep -q 'Non-2xx\|Socket errors' "$temporary/wrk"; then
    echo "benches/run.sh: $1 did not answer properly:" >&2
    cat "$temporary/wrk" >&2
    exit 1
  fi
  awk '/^ *50%/ { median = $2 } /^ *99%/ { tail = $2 } /^Requests\/sec:/ { rate = $2 }
       END { print rate, median, tail }' "$temporary/wrk"
}

for path in "${names[@]}"; do
  measure "$path" 1 >/dev/null
done
for round in $(seq "$rounds"); do
  for path in "${names[@]}"; do
    echo "$path $(measure "$path" "$seconds_each")" >>"$temporary/results"
  done
  echo "round $round of $rounds done" >&2
done

echo
echo "$profile build, $(nproc) cores shared by load, program and sandbox; $connections connections, $rounds rounds of $seconds_each s"
echo "Medians over the rounds; ratio: how many /healthz fit into one request."
printf '%-28s %12s %10s %10s %8s\n' route requests/s 'p50' 'p99' ratio
base=""
for path in "${names[@]}"; do
  # The round with the median rate stands for all.
  read -r _ rate median tail < <(grep "^$path " "$temporary/results" | sort -k2,2n |
    awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }')
  base="${base:-$rate}"
  ratio="$(awk -v base="$base" -v rate="$rate" 'BEGIN { printf "%.1f", base / rate }')"
  printf '%-28s %12s %10s %10s %8s\n' "$path" "$rate" "$median" "$tail" "$ratio"
done
