#!/usr/bin/env bash
# Fuzzes the real program from its own OpenAPI document, against the sandbox: no answer may be a 500 or one that
# the document does not describe. `--long` tries many more requests; without it, it takes about a minute.
# Needs Python 3.10 or newer; schemathesis is installed into tests/fuzz/.venv.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/python.sh
. ../python.sh

examples=12
if [ "${1:-}" = "--long" ]; then
  examples=300
  shift
fi

need_python_packages

# Built as the other tests build them, so that nothing is compiled twice.
if [ -z "${PROGRAMS:-}" ]; then
  PROGRAMS="$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)"
fi
export PROGRAMS
exec .venv/bin/python fuzz.py --examples "$examples" "$@"
