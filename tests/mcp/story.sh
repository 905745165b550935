#!/usr/bin/env bash
# Plays "what blocks the release?" with our tools and with PyPI's mcp-atlassian, on the same data, and counts calls and
# tokens. By hand, not part of ./test.sh: BENCHMARKS.md has what it printed.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh

need_node 20 19
if ! cmp -s package-lock.json node_modules/installed.json; then
  need_packages
  cp package-lock.json node_modules/installed.json
fi
# It asks for other versions than our own clients: an environment of its own.
if ! [ -x .peer/bin/mcp-atlassian ]; then
  python3 -m venv .peer
  .peer/bin/pip install --quiet --disable-pip-version-check mcp-atlassian==0.23.1 >&2
fi
PROGRAMS="${PROGRAMS:-$(cd ../.. && cargo build --locked --bins --workspace >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)}"
PEER="$PWD/.peer/bin/mcp-atlassian"
export PROGRAMS PEER
exec node story.mjs
