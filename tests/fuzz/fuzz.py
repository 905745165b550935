"""Starts the sandbox and the program, logs in, lets schemathesis loose on them, and stops them again."""

import argparse
import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"])
SEED = 20260101

# Left out: starts and callbacks (they speak to a browser), streams, and what ends the session or the
# connection that all other calls need.
LEFT_OUT = "|".join(
    [
        r"/login$",
        r"/oauth/start$",
        r"callback",
        r"/dashboard/events$",
        r"logout$",
        r"^/connectors/\{provider\}/connection$",
        r"^/auth/\{product\}/api-token$",
    ]
)
# Bodies in Atlassian's own form go through as the caller wrote them, and Atlassian says what is wrong with them.
CALLERS_OWN = re.compile(r"(POST|PUT) \S+/(issue|pages|blogposts)(/[^/ ]+)?: (?!its body|the parameter|there is no parameter)")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(port: int, method: str, path: str, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    text = None if body is None else json.dumps(body)
    sent = {"Host": f"localhost:{port}", **(headers or {})}
    if text is not None:
        sent["Content-Type"] = "application/json"
    connection.request(method, path, text, sent)
    answer = connection.getresponse()
    return answer.status, answer.read()


def wait_for(port: int, path: str, program: subprocess.Popen) -> None:
    for _ in range(300):
        if program.poll() is not None:
            sys.exit(f"fuzz: a program ended with {program.returncode} before it answered")
        try:
            if call(port, "GET", path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"fuzz: nothing answers at port {port}")


def log_in(port: int) -> str:
    token = ""
    for product in ["jira", "confluence"]:
        login = {"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"}
        headers = {"X-Session-Token": token} if token else {}
        status, body = call(port, "POST", f"/auth/{product}/api-token", login, headers)
        if status != 200:
            sys.exit(f"fuzz: the login answered {status}: {body!r}")
        token = token or json.loads(body)["session_token"]
    return token


def things(port: int, token: str) -> dict:
    """Names of things that exist, so that the fuzzer reaches what lies behind them."""

    def asked(path: str):
        status, body = call(port, "GET", path, headers={"X-Session-Token": token})
        if status != 200:
            sys.exit(f"fuzz: {path} answered {status}: {body!r}")
        return json.loads(body)

    issue = asked("/connectors/jira/search?q=project%20=%20APP&limit=1")[0]["id"]
    page = asked("/connectors/confluence/pages?limit=1")[0]["id"]
    users = {"X-Session-Token": token}
    status, body = call(port, "POST", "/users", {"email": "fuzz@example.com"}, users)
    if status != 201:
        sys.exit(f"fuzz: /users answered {status}: {body!r}")
    return {"issue": issue, "page": page, "user": json.loads(body)["id"]}


def configuration(known: dict) -> str:
    """Path parameters: as a rule what exists, now and then anything."""
    rows = [
        ("/connectors/jira/issues/{key}", "key", known["issue"]),
        ("/connectors/jira/issues/{key}/comments", "key", known["issue"]),
        ("/connectors/jira/issues/{key}/transitions", "key", known["issue"]),
        ("/connectors/jira/projects/{key}", "key", "APP"),
        ("/connectors/jira/projects/{key}/issue-types", "key", "APP"),
        ("/api/jira/issues/{key}", "key", known["issue"]),
        ("/api/jira/issues/{key}/comments", "key", known["issue"]),
        ("/api/jira/issues/{key}/transitions", "key", known["issue"]),
        ("/connectors/confluence/pages/{id}", "id", known["page"]),
        ("/connectors/confluence/pages/{id}/children", "id", known["page"]),
        ("/connectors/confluence/pages/{id}/comments", "id", known["page"]),
        ("/connectors/{provider}/sync", "provider", "jira"),
        ("/users/{id}", "id", known["user"]),
        ("/jira/projects/{owner_id}", "owner_id", known["user"]),
        ("/confluence/pages/{owner_id}", "owner_id", known["user"]),
    ]
    text = ""
    for path, name, value in rows:
        text += f'[[operations]]\ninclude-path = "{path}"\nparameters = {{ "path.{name}" = "{value}" }}\n\n'
    return text


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--examples", type=int, required=True)
    examples = arguments.parse_args().examples
    service, sandbox = free_port(), free_port()
    atlassian = f"http://127.0.0.1:{sandbox}"
    callback = f"http://localhost:{service}/auth/atlassian/callback"
    running = []
    with tempfile.TemporaryDirectory() as folder:
        log = open(pathlib.Path(folder) / "log", "w", encoding="utf-8")
        try:
            running.append(
                subprocess.Popen(
                    [PROGRAMS / "atlassian-sandbox", "--port", str(sandbox), "--data-center-port", "0",
                     "--redirect-uri", callback, "--quiet"],
                    cwd=folder, stdout=log, stderr=log,
                )
            )
            wait_for(sandbox, "/", running[-1])
            settings = {
                "PATH": os.environ["PATH"], "PORT": str(service), "PUBLIC_BASE_URL": f"http://localhost:{service}",
                "INTEGRATION_DB_URL": "sqlite://fuzz.db", "ATLASSIAN_CLIENT_ID": "sandbox-client",
                "ATLASSIAN_CLIENT_SECRET": "sandbox-secret", "ATLASSIAN_REDIRECT_URI": callback,
                "ATLASSIAN_AUTH_URL": atlassian, "ATLASSIAN_API_URL": atlassian,
                "ATLASSIAN_SITE_URL_TEMPLATE": atlassian + "/sites/{site}", "RATE_LIMIT_PER_MINUTE": "0",
            }
            running.append(
                subprocess.Popen([PROGRAMS / "integration-backend"], cwd=folder, env=settings, stdout=log, stderr=log)
            )
            wait_for(service, "/ready", running[-1])
            token = log_in(service)
            config = pathlib.Path(folder) / "schemathesis.toml"
            config.write_text(configuration(things(service, token)), encoding="utf-8")
            code = fuzz(service, token, config, examples, folder)
            if running[-1].poll() is not None:
                print(f"fuzz: the program ended with {running[-1].returncode}")
                code = 1
            # Whatever a caller sends, what leaves must be what Atlassian's own documents describe.
            objections = json.loads(call(sandbox, "GET", "/_sandbox/objections")[1])
            objections = [text for text in sorted(set(objections)) if not CALLERS_OWN.match(text)]
            for objection in objections:
                print(f"fuzz: {objection}")
            return 1 if objections else code
        finally:
            for program in reversed(running):
                program.terminate()
            for program in running:
                program.wait(timeout=60)


def fuzz(port: int, token: str, config: pathlib.Path, examples: int, folder: str) -> int:
    command = [
        pathlib.Path(sys.executable).parent / "st", "--config-file", config, "run",
        f"http://localhost:{port}/openapi.json", "--header", f"X-Session-Token: {token}",
        "--exclude-path-regex", LEFT_OUT, "--checks", CHECKS, "--max-examples", str(examples), "--seed", str(SEED),
        "--phases", "examples,coverage,fuzzing", "--workers", "1", "--request-timeout", "40", "--no-color",
        "--suppress-health-check", "all", "--generation-database", "none",
    ]
    return subprocess.run([str(part) for part in command], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
