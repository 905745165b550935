#!/usr/bin/env bash
# Measures the service against the bare stack beneath it, in one run. What is measured and how to read it: BENCHMARKS.md.
#   benches/run.sh                                      release builds, 5 rounds of 5 seconds, 1, 32 and 256 connections
#   benches/run.sh --rounds 1 --connections 32          a quick look
set -euo pipefail
cd "$(dirname "$0")"

for program in cargo wrk python3 taskset; do
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "benches/run.sh: $program is missing (apt-get install wrk python3 util-linux)" >&2
    exit 1
  fi
done
echo "Building …" >&2
(cd .. && cargo build --locked --release --bins)
cargo build --locked --release
service="$(cd .. && cd "${CARGO_TARGET_DIR:-target}/release" && pwd)"
benches="$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)"
exec python3 run.py --service "$service/integration-backend" --sandbox "$service/atlassian-sandbox" --benches "$benches" "$@"
