#!/usr/bin/env bash
# mcp-remote, as it is published, plays the whole login of an agent against the service and the sandbox, with a scripted
# browser. Needs Node.js 20 or newer; what it needs besides is installed into this folder.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh

need_node 20 0
if ! cmp -s package-lock.json node_modules/installed.json; then
  need_packages
  cp package-lock.json node_modules/installed.json
fi
PROGRAMS="${PROGRAMS:-$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)}"
export PROGRAMS

exec node --test mcp_remote.test.mjs
