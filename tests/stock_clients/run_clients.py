"""Runs every client with its secret as Bearer and as Basic: against the sandbox, through a service that is started
for it, or through one that is there."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse
import urllib.request

import through_gateway

HERE = pathlib.Path(__file__).parent
ACME = "1324a887-45db-1bf4-1e99-ef0ff456d421"
CALLBACK = "http://localhost:3001/auth/jira/callback"
SCOPES = (
    "read:jira-work write:jira-work read:jira-user manage:jira-project read:board-scope:jira-software "
    "read:project:jira read:issue-details:jira read:jql:jira write:board-scope:jira-software read:sprint:jira-software "
    "write:sprint:jira-software delete:sprint:jira-software read:space:confluence read:page:confluence "
    "write:page:confluence delete:page:confluence read:comment:confluence write:comment:confluence "
    "delete:comment:confluence read:hierarchical-content:confluence read:content.metadata:confluence search:confluence "
    "write:confluence-content read:confluence-content.all read:attachment:confluence write:confluence-file delete:attachment:confluence"
)


# The clients by name. `pycontribs_reads` is for keys that only read.
CLIENTS = {
    "atlassian_python_confluence": ".py",
    "atlassian_python_jira": ".py",
    "confluence_js": ".mjs",
    "jira_client": ".mjs",
    "jira_js": ".mjs",
    "pycontribs_data_center": ".py",
    "pycontribs_jira": ".py",
    "pycontribs_reads": ".py",
}


def commands(settings, only):
    """The clients that are wanted by name, and how each is started."""
    wanted = os.environ.get("STOCK_CLIENTS", "").split() or list(CLIENTS)
    if only:
        wanted = [name for name in wanted if name == only]
    else:
        left_out = {"pycontribs_reads"} | ({"pycontribs_data_center"} if "STOCK_DATA_CENTER" not in settings else set())
        if os.environ["STOCK_MODE"] == "direct":
            # It fetches files by addresses of pages, which Atlassian's own gateway does not serve.
            left_out.add("jira_client")
        wanted = [name for name in wanted if name not in left_out]
    programs = {".py": [sys.executable, "-B"], ".mjs": ["node"]}
    return {name: [*programs[CLIENTS[name]], name + CLIENTS[name]] for name in wanted}


def post(address, body):
    """The answer to a call with JSON."""
    call = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(call) as answer:
        return json.loads(answer.read() or b"null")


def token(base):
    """An access token of Mia for both products."""
    query = urllib.parse.urlencode(
        {
            "audience": "api.atlassian.com",
            "client_id": "sandbox-client",
            "scope": SCOPES,
            "redirect_uri": CALLBACK,
            "state": "stock",
            "response_type": "code",
            "prompt": "consent",
        }
    )
    consent = {"url": f"{base}/authorize?{query}", "account": "mia", "sites": ["acme.atlassian.net"]}
    callback = post(f"{base}/_sandbox/consent", consent)["callback"]
    (code,) = urllib.parse.parse_qs(urllib.parse.urlsplit(callback).query)["code"]
    app = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "redirect_uri": CALLBACK}
    return post(f"{base}/oauth/token", {"grant_type": "authorization_code", "code": code, **app})["access_token"]


@contextlib.contextmanager
def sandbox():
    """Where a sandbox of its own listens, and its Data Center host."""
    program = pathlib.Path(os.environ["PROGRAMS"]) / "atlassian-sandbox"
    child = subprocess.Popen([program, "--port", "0", "--exit-with-parent"], stdout=subprocess.PIPE, text=True)
    try:
        base = re.search(r"http://\S+", child.stdout.readline())[0]
        data_center = next(line for line in child.stdout if "ALLOWED_UPSTREAM_HOSTS" in line).strip().split("=")[1]
        # Clients follow the addresses in answers: they are to lead back to it and to nobody else.
        post(f"{base}/_sandbox/behaviour", {"own_addresses": True})
        yield base, data_center
    finally:
        child.terminate()
        child.wait()


def run(settings, only=None):
    """Runs the clients, or only one of them; gives the names of those that failed."""
    environment = {**{name: os.environ[name] for name in ("PATH", "HOME")}, **settings}
    failed = []
    for name, command in commands(settings, only).items():
        if subprocess.run(command, cwd=HERE, env=environment, timeout=300, check=False).returncode:
            failed.append(f"{name} ({settings['STOCK_AUTH']})")
    return failed


def main():
    """Both ways of sending a secret."""
    failed = []
    if os.environ["STOCK_MODE"] == "gateway" and "STOCK_BASE" not in os.environ:
        failed = through_gateway.main(run, f"offline_access read:me {SCOPES}")
    elif os.environ["STOCK_MODE"] == "gateway":
        kept = {name: os.environ[name] for name in os.environ if name.startswith("STOCK_")}
        for auth in ("bearer", "basic"):
            failed += run({**kept, "STOCK_AUTH": auth})
    else:
        with sandbox() as (base, data_center):
            settings = {"STOCK_BASE": base, "STOCK_SITE": ACME}
            # Personal access tokens are sent as Bearer only.
            host = {"STOCK_DATA_CENTER": data_center, "STOCK_DATA_CENTER_SECRET": "jira-pat-mia"}
            failed += run({**settings, **host, "STOCK_AUTH": "bearer", "STOCK_SECRET": token(base)})
            # An API token with scopes works at the same address; the name before it is the person's.
            basic = {"STOCK_AUTH": "basic", "STOCK_USER": "mia@example.com", "STOCK_SECRET": "scoped-token-mia"}
            failed += run({**settings, **basic})
    if failed:
        sys.exit(f"stock clients: failed: {', '.join(failed)}")
    print("stock clients: all work, as Bearer and as Basic")


main()
