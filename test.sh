#!/usr/bin/env bash
# Runs every test: the library's, those through the real router on SQLite and on a throwaway
# PostgreSQL server, those in a real browser, clients made from the OpenAPI document and
# those of the Model Context Protocol, a minute of
# fuzzing from it, and Atlassian's own judges of documents. `--no-browser` leaves the browser out,
# `--no-clients` the clients, `--no-fuzz` the fuzzing, `--no-judges` the judges; `--long-fuzz` fuzzes
# for longer, and `--long-faults` plays the campaigns of faults for an hour, with the last release beside
# this version.
# Other arguments go to `cargo test`, and then only that runs.
set -euo pipefail
cd "$(dirname "$0")"

browser=true
clients=true
judges=true
fuzz=short
long_faults=false
while true; do
  case "${1:-}" in
    --no-browser) browser=false ;;
    --no-clients) clients=false ;;
    --no-judges) judges=false ;;
    --no-fuzz) fuzz=no ;;
    --long-fuzz) fuzz=long ;;
    --long-faults) long_faults=true ;;
    *) break ;;
  esac
  shift
done
if ! command -v cargo >/dev/null 2>&1; then
  echo "test.sh: cargo is missing; install Rust from https://rustup.rs and start again" >&2
  exit 1
fi

# The proxies and the service manager whose configuration in deploy/ is tested.
missing=()
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v caddy >/dev/null 2>&1 || missing+=(caddy)
command -v systemd-analyze >/dev/null 2>&1 || missing+=(systemd)
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} for the tests …" >&2
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "test.sh: ${missing[*]} missing and there is no apt-get; install them by hand" >&2
    exit 1
  fi
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
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
if $long_faults; then
  OLDER_PROGRAM="$(tests/older.sh "$PWD/target/older")"
  export OLDER_PROGRAM LONG_FAULTS=1
  cargo test --locked --test it -- --include-ignored faults:: replicas::
fi
if $browser; then
  tests/browser/run.sh
fi
if $clients; then
  tests/clients/run.sh
  tests/oauth_clients/run.sh
  tests/mcp/run.sh
fi
if $judges; then
  tests/judges/run.sh
fi
case "$fuzz" in
  short) tests/fuzz/run.sh ;;
  long) tests/fuzz/run.sh --long ;;
esac
