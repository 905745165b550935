#!/usr/bin/env bash
# Measures the service against its bare stack, in one run. What is measured and how to read it: BENCHMARKS.md.
#   benches/run.sh                                     release build, 5 rounds of 5 s at 1, 32 and 256 connections
#   benches/run.sh --rounds 3 --seconds 2 --connections 32    a quick look
# SERVICE and SANDBOX name programs that are built already, a former version's say.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in cargo wrk python3 taskset; do
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "benches/run.sh: $program is missing (apt-get install wrk python3 util-linux; Rust from https://rustup.rs)" >&2
    exit 1
  fi
done

folder="$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')"
if [ -z "${SERVICE:-}" ]; then
  echo "Building the service …" >&2
  cargo build --locked --release --bins
fi
echo "Building what it is compared with …" >&2
(cd benches && cargo build --locked --release --target-dir "$folder/benches")

echo "Commit $(git describe --always --dirty), $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(rustc --version)"
exec python3 -B benches/run.py \
  --service "${SERVICE:-$folder/release/integration-backend}" \
  --sandbox "${SANDBOX:-$folder/release/atlassian-sandbox}" \
  --neighbour "$folder/benches/release/neighbour" "$@"
