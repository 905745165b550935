# shellcheck shell=bash
# For the scripts that need Node.js, to be sourced: installs it, and packages exactly as their lock file names them.

# install PACKAGE…: on Debian and Ubuntu; elsewhere it says what is missing.
install() {
  echo "Installing $* …" >&2
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "$0: $* is missing and there is no apt-get; install it by hand" >&2
    exit 1
  fi
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# need_node [MAJOR MINOR]: Node.js and npm are there, and not too old.
need_node() {
  local tool
  for tool in node npm; do
    command -v "$tool" >/dev/null 2>&1 || install nodejs npm
  done
  # 18.18 is what Debian 12 has and the linters ask for.
  local major="${1:-18}" minor="${2:-18}"
  if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    const [least, lesser] = process.argv.slice(1).map(Number);
    process.exit(major > least || (major === least && minor >= lesser) ? 0 : 1)' "$major" "$minor"; then
    echo "$0: Node.js $major.$minor or newer is needed, this is $(node --version)" >&2
    exit 1
  fi
}

# need_packages: those of the package-lock.json in this folder. Their own scripts do not run.
need_packages() {
  npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2
}
