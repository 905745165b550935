"""The programs that are measured, at free ports: the service, what it is compared with, and a small Atlassian."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time

# What every program gets.
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1"}
PASSED = "/ex/jira/-/rest/api/3/project/search?maxResults=50"
# As long as Atlassian's are; the small Atlassian behind takes any.
API_TOKEN = "ATATT3x" + "".join(chr(ord("A") + number * 7 % 26) for number in range(185))
# What is compared: a name, the service's path, and the program and path that do the same without us.
PAIRS = [
    ("probe", "/healthz", "bare", "/healthz"),
    ("stored list of 50", "/jira/projects/{user}?limit=50", "bare", "/stored?limit=50"),
    ("live list of 50", "/connectors/jira/projects?limit=50", "passthrough", "/projects"),
    ("search of 50", "/connectors/jira/search?q=project%20%3D%20APP&limit=50", "passthrough", "/search"),
    # Passed on by the service's gateway, and by a gateway that does nothing else.
    ("gateway, list of 50", PASSED, "passthrough", PASSED),
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Stage:
    """The service and what it is compared with run on the first core, load and upstream on the second."""

    def __init__(self, folder):
        self.folder, self.running, self.ports = folder, {}, {}
        self.session = self.user = None

    def begin(self, service, sandbox, neighbour, under=lambda name: []):
        """Starts all programs and logs one person in; `under` names the command that a program runs under."""
        self.start("sandbox", 1, [sandbox, "--port", self.port("sandbox"), "--data-center-port", 0, "--quiet"])
        self.start("upstream", 1, [neighbour, "upstream", self.port("upstream"), self.address("sandbox")])
        upstream = self.address("upstream")
        command = [neighbour, "passthrough", self.port("passthrough"), upstream]
        self.start("passthrough", 0, [*under("passthrough"), *command])
        settings = {
            "PORT": str(self.port("service")), "LOG_LEVEL": "warn", "RATE_LIMIT_PER_MINUTE": "0",
            "INTEGRATION_DB_URL": "sqlite://bench.db", "ATLASSIAN_AUTH_URL": upstream, "ATLASSIAN_API_URL": upstream,
            "ATLASSIAN_SITE_URL_TEMPLATE": upstream + "/sites/{site}",
        }
        self.start("service", 0, [*under("service"), service], settings)
        self.wait("service", "/ready")
        self.fill()
        # A copy: two programs at one file would wait for each other.
        for ending in ["", "-wal", "-shm"]:
            if (self.folder / f"bench.db{ending}").exists():
                shutil.copy(self.folder / f"bench.db{ending}", self.folder / f"bare.db{ending}")
        command = [neighbour, "bare", self.port("bare"), self.folder / "bare.db", self.user]
        self.start("bare", 0, [*under("bare"), *command])
        self.wait("bare", "/healthz")

    def port(self, name):
        return self.ports.setdefault(name, free_port())

    def address(self, name):
        return f"http://127.0.0.1:{self.port(name)}"

    def start(self, name, core, command, settings=None):
        core = str(min(core, os.cpu_count() - 1))
        self.running[name] = subprocess.Popen(
            ["taskset", "-c", core, *map(str, command)], cwd=self.folder, env={**ENVIRONMENT, **(settings or {})},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def pid(self, name):
        return self.running[name].pid

    def wait(self, name, path):
        for _ in range(600):
            try:
                if self.call(name, "GET", path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit(f"benches: {name} does not answer")

    def call(self, name, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port(name), timeout=60)
        sent = dict(headers or {})
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def fill(self):
        """One person with a connection, and 200 rows of theirs."""
        for _ in range(100):
            login = {"email": "omar@example.com", "api_token": API_TOKEN, "site": "acme"}
            status, body = self.call("service", "POST", "/auth/jira/api-token", login)
            if status == 200:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"benches: the login answered {status}: {body!r}")
        self.session = {"X-Session-Token": json.loads(body)["session_token"]}
        _, body = self.call("service", "POST", "/users", {"email": "bench@example.com"}, self.session)
        self.user = json.loads(body)["id"]
        for number in range(200):
            row = {"owner_id": self.user, "key": f"BENCH{number}", "name": f"Project number {number}",
                   "lead": "Mia Krystof", "url": f"https://acme.atlassian.net/browse/BENCH{number}"}
            status, body = self.call("service", "POST", "/jira/projects", row, self.session)
            if status != 201:
                sys.exit(f"benches: a project was answered with {status}: {body!r}")

    def stop(self):
        for program in reversed(self.running.values()):
            program.terminate()
        for program in self.running.values():
            program.wait(timeout=60)
