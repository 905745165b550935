#!/usr/bin/env bash
# Fuzzes the real program from its own OpenAPI document, against the sandbox: no answer may be a 500 or one that
# the document does not describe. `--long` tries many more requests; without it, it takes about a minute.
# Needs Python 3.10 or newer; schemathesis is installed into tests/fuzz/.venv.
set -euo pipefail
cd "$(dirname "$0")"

examples=12
if [ "${1:-}" = "--long" ]; then
  examples=300
  shift
fi

install_python_venv() {
  echo "Installing python3-venv for the fuzz tests …" >&2
  command -v apt-get >/dev/null 2>&1 || { echo "tests/fuzz/run.sh: python3 -m venv does not work and there is no apt-get" >&2; exit 1; }
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } >&2
}

if ! cmp -s requirements.txt .venv/installed.txt 2>/dev/null; then
  rm -rf .venv
  python3 -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; install_python_venv; python3 -m venv .venv; }
  .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt >&2
  cp requirements.txt .venv/installed.txt
fi

# Built as the other tests build them, so that nothing is compiled twice.
if [ -z "${PROGRAMS:-}" ]; then
  PROGRAMS="$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)"
fi
export PROGRAMS
exec .venv/bin/python fuzz.py --examples "$examples" "$@"
