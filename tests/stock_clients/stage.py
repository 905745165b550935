"""The sandbox and the service, started for the clients, with Mia logged in and keys of hers."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.parse

from recorder import Recorder

PROGRAMS = pathlib.Path(os.environ.get("PROGRAMS", "."))
START_SECONDS = 60


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(address, method="GET", body=None, headers=None):
    """One request, whose redirects are not followed: status, headers and body."""
    url = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    sent = dict(headers or {})
    if body is not None:
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    connection.request(method, f"{url.path}?{url.query}" if url.query else url.path, body, sent)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, answer.headers, read


class Stage:
    """Both programs in a folder of their own. The clients reach the service through a recorder, which is its
    public address: so that every answer can be looked at afterwards."""

    def __init__(self, scopes):
        self.folder = tempfile.TemporaryDirectory()
        self.log = open(pathlib.Path(self.folder.name) / "log", "w", encoding="utf-8")
        self.port = free_port()
        self.recorder = Recorder(self.port)
        self.base = self.recorder.base
        self.scopes = scopes
        self.service = None
        # Every call that reached the sandbox, but those that journal() has not been asked for yet.
        self.calls = []
        self.sandbox = subprocess.Popen(
            [PROGRAMS / "atlassian-sandbox", "--port", "0", "--exit-with-parent", "--redirect-uri", self.callback()],
            stdout=subprocess.PIPE, text=True, cwd=self.folder.name,
        )  # fmt: skip
        self.atlassian = re.search(r"http://\S+", self.sandbox.stdout.readline())[0]
        hosts = next(line for line in self.sandbox.stdout if "ALLOWED_UPSTREAM_HOSTS" in line)
        self.data_center = hosts.strip().split("=")[1]
        # Clients follow the addresses of files: they are to lead to the sandbox and not to Atlassian's own host.
        self.switch("behaviour", {"own_addresses": True})

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.stop()
        self.recorder.stop()
        self.sandbox.terminate()
        self.sandbox.wait(timeout=60)
        self.log.close()
        if kind is not None:
            print((pathlib.Path(self.folder.name) / "log").read_text(encoding="utf-8")[-4000:])
        self.folder.cleanup()

    def callback(self):
        return f"{self.base}/auth/atlassian/callback"

    def settings(self):
        """What the service is told."""
        return {
            "PATH": os.environ["PATH"],
            "PORT": str(self.port),
            "PUBLIC_BASE_URL": self.base,
            "INTEGRATION_DB_URL": "sqlite://stock.db",
            "ATLASSIAN_CLIENT_ID": "sandbox-client",
            "ATLASSIAN_CLIENT_SECRET": "sandbox-secret",
            "ATLASSIAN_REDIRECT_URI": self.callback(),
            "ATLASSIAN_SCOPES": self.scopes,
            "ATLASSIAN_AUTH_URL": self.atlassian,
            "ATLASSIAN_API_URL": self.atlassian,
            "ATLASSIAN_SITE_URL_TEMPLATE": f"{self.atlassian}/sites/{{site}}",
            "ALLOWED_UPSTREAM_HOSTS": self.data_center,
            "ENABLE_JIRA_PAT": "true",
            "RATE_LIMIT_PER_MINUTE": "0",
        }

    def start(self, **more):
        """Starts the service; again with other settings, on the same database."""
        self.stop()
        program = PROGRAMS / "integration-backend"
        settings = {**self.settings(), **more}
        self.service = subprocess.Popen(
            [program], cwd=self.folder.name, env=settings, stdout=self.log, stderr=self.log
        )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.service.poll() is None:
            try:
                if call(f"http://127.0.0.1:{self.port}/ready", headers={"Host": "localhost"})[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("the service does not start")

    def stop(self):
        """Ends the service."""
        if self.service:
            self.service.terminate()
            self.service.wait(timeout=60)
            self.service = None

    def switch(self, name, body):
        """Turns a switch of the sandbox."""
        status, _, answer = call(f"{self.atlassian}/_sandbox/{name}", "POST", body)
        assert status in (200, 204), (name, status, answer)
        return json.loads(answer) if answer else None

    def journal(self):
        """The calls that reached the sandbox since this was asked."""
        address = f"{self.atlassian}/_sandbox/journal"
        found = json.loads(call(address)[2])
        assert call(address, "DELETE")[0] == 204
        self.calls += found
        return found

    def log_in(self):
        """Mia, as a browser does it. Gives her id."""
        cookies = {}

        def visited(address):
            jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
            status, headers, body = call(address, headers={"Cookie": jar, "Accept": "text/html"})
            for line in headers.get_all("Set-Cookie", []):
                name, value = line.split(";")[0].split("=", 1)
                cookies[name] = value
            return status, headers, body

        status, headers, body = visited(f"{self.base}/auth/atlassian/login")
        assert 300 <= status < 400, (status, body)
        consent = {"url": headers["Location"], "account": "mia", "sites": ["acme.atlassian.net"]}
        status, _, body = visited(self.switch("consent", consent)["callback"])
        assert 300 <= status < 400, (status, body)
        return json.loads(visited(f"{self.base}/auth/session")[2])["user"]["id"]

    def key(self, owner, *words):
        """A key of the owner's, made as the operator makes it."""
        command = [PROGRAMS / "integration-backend", "keys", "create", "--as", owner, *words]
        made = subprocess.run(
            command, cwd=self.folder.name, env=self.settings(), capture_output=True, text=True, check=False
        )
        assert made.returncode == 0, made.stderr
        return made.stdout.split()[0]
