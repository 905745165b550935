#!/usr/bin/env bash
# Reads the OpenAPI document as other people's tools do: three validators find nothing in it, and a TypeScript and a
# Python client are made from it and used against the service and the sandbox.
# Needs Node.js 20.19 and Python 3.10, or newer; what they need besides is installed into this folder.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh
# shellcheck source=tests/python.sh
. ../python.sh

need_node 20 19
# Hundreds of small files: installed anew only when the list has changed.
if ! cmp -s package-lock.json node_modules/installed.json; then
  need_packages
  cp package-lock.json node_modules/installed.json
fi
need_python_packages
PROGRAMS="${PROGRAMS:-$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)}"
export PROGRAMS REDOCLY_TELEMETRY=off

rm -rf made
mkdir made
"$PROGRAMS/integration-backend" openapi >made/openapi.json

# quietly COMMAND…: shows what a tool prints only when it fails.
quietly() {
  local printed
  printed="$("$@" 2>&1)" || {
    printf '%s\n' "$printed" >&2
    echo "tests/clients/run.sh: $* failed" >&2
    exit 1
  }
}
validators=(
  ".venv/bin/openapi-spec-validator"
  "node_modules/.bin/redocly lint --config redocly.yaml"
  "node_modules/.bin/spectral lint --ruleset spectral.yaml --fail-severity hint"
)
# Without this, a validator that looks at nothing would let everything pass.
cat >made/broken.json <<'JSON'
{ "openapi": "3.1.0", "info": { "title": "", "version": "1" }, "paths": { "/": { "get": { "responses": { "200": {} } } } } }
JSON
for validator in "${validators[@]}"; do
  # shellcheck disable=SC2086 # a command with its options
  quietly $validator made/openapi.json
  # shellcheck disable=SC2086
  if $validator made/broken.json >/dev/null 2>&1; then
    echo "tests/clients/run.sh: $validator finds nothing in a broken document" >&2
    exit 1
  fi
done
echo "OpenAPI document: openapi-spec-validator, redocly and spectral find nothing"

if grep -nE '\bas (const|[A-Z{(a-z]+;)|\bany\b|@ts-|[a-z)\]]!' client.ts; then
  echo "tests/clients/run.sh: the client must need no assertion about types" >&2
  exit 1
fi
quietly node_modules/.bin/openapi-typescript made/openapi.json --output made/service.ts
quietly node_modules/.bin/tsc --project .
quietly .venv/bin/openapi-python-client generate --path made/openapi.json --meta none \
  --config python_client.yaml --output-path made/service --fail-on-warning
node run_clients.mjs
