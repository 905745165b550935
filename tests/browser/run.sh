#!/usr/bin/env bash
# Plays the stories of this folder in a real Chromium, against the service and the sandbox.
# On Debian and Ubuntu it installs what is missing (Chromium, Node.js). CHROMIUM names another browser.
# Arguments are test files; without any, all of them run.
set -euo pipefail
cd "$(dirname "$0")"

install() {
  echo "Installing $* for the browser tests …" >&2
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "tests/browser/run.sh: $* is missing and there is no apt-get; install it by hand" >&2
    exit 1
  fi
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

for tool in node npm; do
  command -v "$tool" >/dev/null 2>&1 || install nodejs npm
done
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'; then
  echo "tests/browser/run.sh: Node.js 18 or newer is needed, this is $(node --version)" >&2
  exit 1
fi
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

npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2
# Built as the other tests build them: `cargo build` alone would choose other features of dependencies
# and compile half of them again.
PROGRAMS="$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)"
export PROGRAMS

if [ $# -eq 0 ]; then
  set -- *.test.mjs
fi
# One file at a time: each has its own service, sandbox and browser.
exec node --test --test-concurrency=1 "$@"
