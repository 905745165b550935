#!/usr/bin/env bash
# Plays the stories of this folder in a real Chromium, against the service and the sandbox;
# among them the examples, two of which are Python scripts.
# On Debian and Ubuntu it installs what is missing (Chromium, Node.js). CHROMIUM names another browser.
# Arguments are test files; without any, all of them run.
set -euo pipefail
cd "$(dirname "$0")"

# shellcheck source=tests/node.sh
. ../node.sh

need_node
if [ -z "${CHROMIUM:-}" ]; then
  CHROMIUM="$(command -v chromium || true)"
  if [ -z "$CHROMIUM" ]; then
    install chromium fonts-liberation
    CHROMIUM="$(command -v chromium)"
  fi
fi
export CHROMIUM
"$CHROMIUM" --version >&2 2>/dev/null || {
  echo "tests/browser/run.sh: $CHROMIUM does not start" >&2
  exit 1
}

need_packages
# Built as the other tests build them: `cargo build` alone would choose other features of dependencies
# and compile half of them again.
PROGRAMS="$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)"
export PROGRAMS

if [ $# -eq 0 ]; then
  set -- *.test.mjs
fi
# Two files at a time: each has its own service, sandbox and browser, and mostly waits.
exec node --test --test-concurrency=2 "$@"
