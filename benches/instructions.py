"""Counts the instructions that a request of three routes costs the service, under callgrind: a guard that times
nothing. What they may be stands in instructions.json; `--record` writes it anew."""

import argparse
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
RECORDED = HERE / "instructions.json"
# A tenth more is a change that somebody should have meant; a tenth less is worth recording.
TOLERANCE = 0.10
WARM_UP, COUNTED = 10, 40
ROUTES = {
    "probe": "/healthz",
    "stored list of 50": "/jira/projects/{user}?limit=50",
    "live list of 25": "/connectors/jira/projects",
}
SERVICE, SANDBOX = 3961, 4961


def call(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    sent = dict(headers or {})
    if body is not None:
        sent["Content-Type"] = "application/json"
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    answer = connection.getresponse()
    return answer.status, answer.read()


def expect(wanted, port, method, path, body=None, headers=None):
    status, answer = call(port, method, path, body, headers)
    if status != wanted:
        sys.exit(f"{method} {path} was answered with {status}: {answer[:500]!r}")
    return json.loads(answer) if answer else None


def wait(port, path):
    for _ in range(1200):
        try:
            if call(port, "GET", path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"nothing answers at port {port}")


class Counted:
    """The service under callgrind, with one person logged in."""

    def __init__(self, programs, folder):
        self.folder, self.dumps = folder, 0
        sandbox = f"http://127.0.0.1:{SANDBOX}"
        self.sandbox = subprocess.Popen(
            [programs / "atlassian-sandbox", "--port", str(SANDBOX), "--data-center-port", "0", "--quiet"], cwd=folder
        )
        settings = {
            "PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(SERVICE), "LOG_LEVEL": "warn",
            "RATE_LIMIT_PER_MINUTE": "0", "INTEGRATION_DB_URL": "sqlite://counted.db", "ATLASSIAN_AUTH_URL": sandbox,
            "ATLASSIAN_API_URL": sandbox, "ATLASSIAN_SITE_URL_TEMPLATE": sandbox + "/sites/{site}",
        }
        self.service = subprocess.Popen(
            ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={folder}/out", programs / "integration-backend"],
            cwd=folder, env=settings,
        )
        wait(SANDBOX, "/")
        wait(SERVICE, "/ready")
        login = {"email": "omar@example.com", "api_token": "classic-token-omar", "site": "acme"}
        session = expect(200, SERVICE, "POST", "/auth/jira/api-token", login)["session_token"]
        self.headers = {"X-Session-Token": session}
        self.user = expect(201, SERVICE, "POST", "/users", {"email": "counted@example.com"}, self.headers)["id"]
        for number in range(60):
            row = {"owner_id": self.user, "key": f"COUNT{number}", "name": f"Project number {number}"}
            expect(201, SERVICE, "POST", "/jira/projects", row, self.headers)

    def dumped(self):
        """Instructions since the last dump."""
        self.dumps += 1
        command = ["callgrind_control", "--dump=request", str(self.service.pid)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        written = self.folder / f"out.{self.dumps}"
        # The file is written beside the answer; its last line is the sum.
        for _ in range(600):
            total = written.exists() and re.search(r"^totals: (\d+)$", written.read_text(), re.MULTILINE)
            if total:
                return int(total.group(1))
            time.sleep(0.1)
        sys.exit(f"callgrind wrote no counts: {told.stdout}{told.stderr}")

    def of_route(self, path):
        path = path.replace("{user}", self.user)
        connection = http.client.HTTPConnection("127.0.0.1", SERVICE, timeout=120)
        for count in (WARM_UP, COUNTED):
            self.dumped()
            for _ in range(count):
                connection.request("GET", path, headers=self.headers)
                answer = connection.getresponse()
                if answer.read() and answer.status != 200:
                    sys.exit(f"GET {path} was answered with {answer.status}")
        return self.dumped() // COUNTED

    def stop(self):
        self.service.kill()
        self.sandbox.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="the folder of the built programs")
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counted = Counted(chosen.programs.resolve(), pathlib.Path(folder))
        try:
            found = {name: counted.of_route(path) for name, path in ROUTES.items()}
        finally:
            counted.stop()
    if chosen.record:
        RECORDED.write_text(json.dumps(found, indent=2) + "\n")
    recorded = json.loads(RECORDED.read_text())
    wrong = False
    for name, count in found.items():
        change = count / recorded[name] - 1
        wrong |= abs(change) > TOLERANCE
        print(f"{name}: {count:,} instructions, recorded {recorded[name]:,} ({change:+.1%})")
    if wrong:
        sys.exit("A route costs other than what is recorded. Meant? Then: benches/instructions.py --programs … --record")


if __name__ == "__main__":
    main()
