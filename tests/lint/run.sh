#!/usr/bin/env bash
# Lints the scripts and the stylesheet of the pages, the scripts of the browser tests, and those of the examples.
# On Debian and Ubuntu it installs Node.js if that is missing. `--fix` repairs what can be repaired by itself.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/node.sh
. ../node.sh

need_node
need_packages
cd ../..
linters="tests/lint/node_modules/.bin"

lint_scripts() {
  "$linters/eslint" --config tests/lint/eslint.config.mjs --max-warnings 0 "$@"
}
lint_styles() {
  "$linters/stylelint" --config tests/lint/stylelint.config.mjs --max-warnings 0 "$@"
}

# refuses COMMAND…: the text on its input breaks a rule. Without this, rules that fit no file would let everything pass.
refuses() {
  if "$@" >/dev/null 2>&1; then
    echo "tests/lint/run.sh: a text that breaks the rules passed: $*" >&2
    return 1
  fi
}
refuses lint_scripts --stdin --stdin-filename static/parts/sample.js <<<'document.body.innerHTML = location.hash;'
refuses lint_scripts --stdin --stdin-filename examples/frontend/sample.js <<<'missing();'
refuses lint_styles --stdin-filename static/sample.css <<<'.sample { color: #fff; }'

failed=0
lint_scripts "$@" static tests/browser tests/judges tests/lint examples || failed=1
lint_styles "$@" 'static/**/*.css' || failed=1
[ "$failed" = 0 ] && echo "static files: the scripts and the stylesheet keep to the rules"
exit "$failed"
