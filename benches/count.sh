#!/usr/bin/env bash
# Counts the instructions of four requests with the programs that the tests have built, and holds them against
# benches/recorded.json. `--record` writes them down anew. BENCHMARKS.md says how to read them.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in cargo python3 taskset; do
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "benches/count.sh: $program is missing (apt-get install python3 util-linux; Rust from https://rustup.rs)" >&2
    exit 1
  fi
done
if ! command -v valgrind >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "Installing valgrind …" >&2
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends valgrind; } >&2
fi
if ! command -v valgrind >/dev/null 2>&1; then
  echo "benches/count.sh: valgrind is missing and could not be installed" >&2
  exit 1
fi

folder="$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')"
# As the tests build them, so that after the tests nothing is built.
cargo build --locked --bins --examples
exec python3 -B benches/count.py --service "$folder/debug/integration-backend" --sandbox "$folder/debug/atlassian-sandbox" \
  --neighbour "$folder/debug/examples/neighbour" "$@"
