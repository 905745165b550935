#!/usr/bin/env bash
# Judges what the service writes of real documents: the examples of CommonMark and GFM and the READMEs of the packages
# that it is built from; and of edits of documents made from Atlassian's schema, and of pages and texts made by chance. Its schema and its validator judge ADF; Confluence's storage format is read as XML.
# Needs Node.js 18.18 or newer; what it needs besides is installed into this folder.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh

need_node
# Hundreds of small files: installed anew only when the list has changed.
if ! cmp -s package-lock.json node_modules/installed.json; then
  need_packages
  cp package-lock.json node_modules/installed.json
fi
# Built as the other tests build it: alone it would have other features of its dependencies.
PROGRAMS="${PROGRAMS:-$(cd ../.. && cargo test --locked --no-run >&2 && cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)}"
# Every package's folder; those for other systems are not fetched for it.
host="$(rustc --version --verbose | sed -n 's/^host: //p')"
cargo metadata --locked --format-version 1 --filter-platform "$host" --manifest-path ../../Cargo.toml |
  node judge.mjs "$PROGRAMS/examples/convert"
