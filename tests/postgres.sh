#!/usr/bin/env bash
# A throwaway PostgreSQL server for the tests, on a free loopback port, gone when stopped.
#   tests/postgres.sh start FOLDER   installs PostgreSQL where it is missing, starts it, prints its address
#   tests/postgres.sh stop FOLDER    stops it and removes the folder
set -euo pipefail

action="${1:?start or stop}"
folder="${2:?the folder for its data}"

find_programs() {
  local candidate
  for candidate in /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb 2>/dev/null || echo /none/none)")"; do
    if [ -x "$candidate/initdb" ]; then
      echo "$candidate"
      return
    fi
  done
}

install_programs() {
  echo "Installing PostgreSQL for the tests …" >&2
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "tests/postgres.sh: PostgreSQL is missing and there is no apt-get; install PostgreSQL 14 or newer" >&2
    exit 1
  fi
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
}

# PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

programs="$(find_programs)"
case "$action" in
  start)
    if [ -z "$programs" ]; then
      install_programs
      programs="$(find_programs)"
    fi
    mkdir -p "$folder"
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$folder"
      chmod 755 "$(dirname "$folder")"
    fi
    port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
    as_server "$programs/initdb" -D "$folder/data" -U tests -A trust --no-sync >/dev/null
    as_server "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
      -o "-p $port -k $folder -h 127.0.0.1 -c fsync=off -c max_connections=400" start >/dev/null
    echo "postgres://tests@127.0.0.1:$port"
    ;;
  stop)
    [ -n "$programs" ] && as_server "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
    ;;
  *)
    echo "tests/postgres.sh: start or stop" >&2
    exit 2
    ;;
esac
