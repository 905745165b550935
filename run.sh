#!/usr/bin/env bash
# Builds and runs the service. `./run.sh --sandbox` plays the whole product against a stand-in for
# Atlassian, with no Atlassian account. Everything else on the command line goes to the program:
# `./run.sh keys list`, or for the stand-in's own database `./run.sh --sandbox keys list`.
set -euo pipefail
cd "$(dirname "$0")"

sandbox=false
if [ "${1:-}" = "--sandbox" ]; then
  sandbox=true
  shift
fi

# Platforms hand out PORT; the earlier systems' APP_PORT and API_PORT mean the same.
export PORT="${PORT:-${APP_PORT:-${API_PORT:-}}}"
[ -n "$PORT" ] || unset PORT

if ! command -v cargo >/dev/null 2>&1; then
  echo "run.sh: cargo is missing; install Rust from https://rustup.rs and start again" >&2
  exit 1
fi
echo "Building (the first time takes a few minutes) …" >&2
cargo build --locked --bin integration-backend --bin atlassian-sandbox
programs="${CARGO_TARGET_DIR:-target}/debug"

# A command, such as `keys create`, works beside a running service and starts nothing.
serves=true
[ $# -eq 0 ] || [ "$1" = serve ] || serves=false

if $sandbox; then
  mkdir -p .sandbox
  sandbox_port="${SANDBOX_PORT:-4001}"
  data_center="http://127.0.0.1:$((sandbox_port + 1))"
  port="${PORT:-3001}"
  atlassian="http://127.0.0.1:$sandbox_port"
  callback="http://localhost:$port/auth/atlassian/callback"
  # Its own database and its own app under every name, so that nothing of .env's real one mixes in.
  export PORT="$port" \
    PUBLIC_BASE_URL="http://localhost:$port" \
    INTEGRATION_DB_URL="sqlite://.sandbox/integration.db" \
    ATLASSIAN_CLIENT_ID=sandbox-client ATLASSIAN_CLIENT_SECRET=sandbox-secret \
    ATLASSIAN_REDIRECT_URI="$callback" JIRA_REDIRECT_URI="$callback" CONFLUENCE_OAUTH_REDIRECT_URI="$callback" \
    JIRA_OAUTH_CLIENT_ID=sandbox-client JIRA_OAUTH_CLIENT_SECRET=sandbox-secret \
    CONFLUENCE_OAUTH_CLIENT_ID=sandbox-client CONFLUENCE_OAUTH_CLIENT_SECRET=sandbox-secret \
    ATLASSIAN_AUTH_URL="$atlassian" ATLASSIAN_API_URL="$atlassian" \
    ATLASSIAN_SITE_URL_TEMPLATE="$atlassian/sites/{site}" \
    ALLOWED_UPSTREAM_HOSTS="$data_center" ENABLE_JIRA_PAT=true
  # The default, and what deleting a page needs besides: here everything that /docs shows can be tried.
  export ATLASSIAN_SCOPES="${ATLASSIAN_SCOPES:-offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence delete:page:confluence}"
fi

if $sandbox && $serves; then
  "$programs/atlassian-sandbox" --port "$sandbox_port" --state .sandbox/atlassian.json --exit-with-parent \
    --redirect-uri "$callback" --quiet &
  for _ in $(seq 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$sandbox_port") 2>/dev/null && break
    sleep 0.1
  done
  cat >&2 <<TEXT

  The service plays against a stand-in for Atlassian. Open:
    http://localhost:$port/login   log in (Mia, Omar or Lea; no password)
    http://localhost:$port/dashboard/token   your connections, live
    http://localhost:$port/docs    the API
    $atlassian               the stand-in itself, with its API tokens
    $data_center               its Data Center host: Jira and Confluence with personal access tokens

TEXT
fi

# On this machine alone nobody needs to log in to this service: open mode, unless AUTH_MODE says otherwise.
# Whether all of it is on this machine, the program knows best: it refuses the mode by naming what is not.
in_dotenv() {
  [ -f .env ] && grep -Eq "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*[\"']?[^[:space:]\"'#]" .env
}
if ! $serves; then
  : # Only the service has a mode.
elif [ -n "${AUTH_MODE:-}" ] || in_dotenv AUTH_MODE; then
  echo "AUTH_MODE is set and stays as it is (session: callers log in; open: only this machine, without a login)." >&2
else
  refusal="$(AUTH_MODE=open AUTH_MODE_OPEN_ACK=false "$programs/integration-backend" probe healthz 2>&1 |
    sed -n 's/^integration-backend: \(.*\): AUTH_MODE=open needs an address of this machine.*/\1/p' || true)"
  if [ -z "$refusal" ]; then
    export AUTH_MODE=open
    echo "Open mode: whoever asks from this machine is its one owner; AUTH_MODE=session ./run.sh asks callers to log in." >&2
  else
    echo "Session mode: callers log in, because not all is on this machine alone: $refusal. (Open mode, AUTH_MODE=open, needs that.)" >&2
  fi
fi

exec "$programs/integration-backend" "$@"
