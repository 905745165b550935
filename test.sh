#!/usr/bin/env bash
# Runs every test: the library's, those through the real router on SQLite and on a throwaway
# PostgreSQL server, and those in a real browser. `./test.sh --no-browser` leaves the browser out.
# Other arguments go to `cargo test`, and then only that runs.
set -euo pipefail
cd "$(dirname "$0")"

browser=true
if [ "${1:-}" = "--no-browser" ]; then
  browser=false
  shift
fi
if ! command -v cargo >/dev/null 2>&1; then
  echo "test.sh: cargo is missing; install Rust from https://rustup.rs and start again" >&2
  exit 1
fi

postgres_folder="$(mktemp -d)"
trap 'tests/postgres.sh stop "$postgres_folder"' EXIT
TEST_POSTGRES_URL="$(tests/postgres.sh start "$postgres_folder")"
export TEST_POSTGRES_URL

if [ $# -gt 0 ]; then
  cargo test --locked "$@"
  exit
fi
cargo test --locked
if $browser; then
  tests/browser/run.sh
fi
