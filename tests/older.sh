#!/usr/bin/env bash
# Builds the program of the last release (the newest tag, else the commit that wrote 0.1.0 into the
# changelog) in a folder of its own, and prints where it is. Needs the repository's history.
#   tests/older.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

folder="${1:?the folder for its sources and its build}"
release="$(git describe --tags --abbrev=0 2>/dev/null || git log -S'## 0.1.0 - ' --format=%H -- CHANGELOG.md | tail -1)"
if [ -z "$release" ]; then
  echo "tests/older.sh: the history does not reach back to a release; fetch all of it" >&2
  exit 1
fi
mkdir -p "$folder/source"
git archive "$release" | tar -x -C "$folder/source"
echo "Building the program of $release …" >&2
(cd "$folder/source" && CARGO_TARGET_DIR="$folder/build" cargo build --locked --bin integration-backend >&2)
echo "$folder/build/debug/integration-backend"
