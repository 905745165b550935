#!/usr/bin/env bash
# Runs unmodified clients from PyPI and npm, as small programs use them.
#   STOCK_MODE=direct   (the default) against the sandbox, which this starts: it plays what clients need
#   STOCK_MODE=gateway  through the gateway of a service that this starts, too, with Mia logged in; what left it is counted
#                       or, where STOCK_BASE names one, through that, with STOCK_SITE and a key of it in STOCK_SECRET
#                       and, for Data Center behind it, STOCK_DATA_CENTER (the address to give a client of Jira) and
#                       a key in STOCK_DATA_CENTER_SECRET
# STOCK_CLIENTS names some of them, without their endings; all of them otherwise.
# Needs Node.js 20 and Python 3.10, or newer; what they need besides is installed into this folder.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh
# shellcheck source=tests/python.sh
. ../python.sh

need_node 20 0
# Hundreds of small files: installed anew only when the list has changed.
if ! cmp -s package-lock.json node_modules/installed.json; then
  need_packages
  cp package-lock.json node_modules/installed.json
fi
need_python_packages
export STOCK_MODE="${STOCK_MODE:-direct}"
case "$STOCK_MODE" in
  direct | gateway)
    if [ "$STOCK_MODE" = gateway ] && [ -n "${STOCK_BASE:-}" ]; then
      : "${STOCK_SITE:?a cloud id, a host or -}" "${STOCK_SECRET:?a key}"
    else
      # Built as the other tests build them, so that nothing is compiled twice.
      PROGRAMS="${PROGRAMS:-$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)}"
      export PROGRAMS
    fi
    ;;
  *)
    echo "tests/stock_clients/run.sh: STOCK_MODE is direct or gateway, not $STOCK_MODE" >&2
    exit 1
    ;;
esac
exec .venv/bin/python -B run_clients.py
