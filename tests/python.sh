# shellcheck shell=bash
# For the scripts that need packages of Python's, to be sourced.

install_python_venv() {
  echo "Installing python3-venv …" >&2
  command -v apt-get >/dev/null 2>&1 || { echo "$0: python3 -m venv does not work and there is no apt-get" >&2; exit 1; }
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } >&2
}

# need_python_packages: those of the requirements.txt in this folder, in its .venv.
need_python_packages() {
  cmp -s requirements.txt .venv/installed.txt 2>/dev/null && return
  rm -rf .venv
  python3 -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; install_python_venv; python3 -m venv .venv; }
  .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt >&2
  cp requirements.txt .venv/installed.txt
}
