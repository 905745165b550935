"""Measures the service against its bare stack: rates, latencies and CPU time for each request, in one run."""

import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
PORTS = {"service": 3971, "bare": 3972, "passthrough": 3973, "upstream": 4971, "sandbox": 4972}
CONNECTIONS = [1, 32, 256]
# What is compared: a name, the service's path, and the program and path that do the same without us.
PAIRS = [
    ("probe", "/healthz", "bare", "/healthz"),
    ("stored list of 50", "/jira/projects/{user}?limit=50", "bare", "/stored?limit=50"),
    ("live list of 50", "/connectors/jira/projects?limit=50", "passthrough", "/projects"),
    ("search of 50", "/connectors/jira/search?q=project%20%3D%20APP&limit=50", "passthrough", "/search"),
]
# Passed on by the service's gateway, and by a gateway that does nothing else.
PASSED = "/ex/jira/-/rest/api/3/project/search?maxResults=50"
PAIRS.append(("gateway, list of 50", PASSED, "passthrough", PASSED))
FILE = "/ex/jira/-/rest/api/3/attachment/content/1?redirect=false"
FILE_MEBIBYTES = 100
# Only the service has them; to be compared with themselves in another run.
ALONE = [("connections", "/connectors"), ("session", "/auth/session")]


def call(name, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORTS[name], timeout=30)
    sent = dict(headers or {})
    if body is not None:
        sent["Content-Type"] = "application/json"
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    answer = connection.getresponse()
    return answer.status, answer.read()


class Stage:
    """The programs: the service and what it is compared with on the first core, load and upstream on the second."""

    def __init__(self, folder):
        self.folder, self.running = folder, {}

    def begin(self, service, sandbox, benches):
        folder = self.folder
        upstream = f"http://127.0.0.1:{PORTS['upstream']}"
        behind = f"http://127.0.0.1:{PORTS['sandbox']}"
        self.start("sandbox", 1, [sandbox, "--port", str(PORTS["sandbox"]), "--data-center-port", "0", "--quiet"])
        self.start("upstream", 1, [benches / "upstream", str(PORTS["upstream"]), behind])
        self.start("passthrough", 0, [benches / "passthrough", str(PORTS["passthrough"]), upstream])
        settings = {
            "HOST": "127.0.0.1", "PORT": str(PORTS["service"]), "LOG_LEVEL": "warn", "RATE_LIMIT_PER_MINUTE": "0",
            "INTEGRATION_DB_URL": "sqlite://bench.db", "ATLASSIAN_AUTH_URL": upstream, "ATLASSIAN_API_URL": upstream,
            "ATLASSIAN_SITE_URL_TEMPLATE": upstream + "/sites/{site}",
        }
        self.start("service", 0, [service], settings)
        self.wait("service", "/ready")
        self.session, self.user = self.fill()
        # A copy: two programs at one file would wait for each other.
        for ending in ["", "-wal", "-shm"]:
            if (folder / f"bench.db{ending}").exists():
                shutil.copy(folder / f"bench.db{ending}", folder / f"bare.db{ending}")
        self.start("bare", 0, [benches / "bare", str(PORTS["bare"]), folder / "bare.db", self.user])
        self.wait("bare", "/healthz")

    def start(self, name, core, command, settings=None):
        core = str(min(core, os.cpu_count() - 1))
        self.running[name] = subprocess.Popen(
            ["taskset", "-c", core, *map(str, command)], cwd=self.folder, env={"PATH": os.environ["PATH"], **(settings or {})},
            stderr=subprocess.DEVNULL,
        )

    def wait(self, name, path):
        for _ in range(200):
            try:
                if call(name, "GET", path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit(f"benches: {name} does not answer")

    def fill(self):
        for _ in range(100):
            login = {"email": "omar@example.com", "api_token": "classic-token-omar", "site": "acme"}
            status, body = call("service", "POST", "/auth/jira/api-token", login)
            if status == 200:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"benches: the login answered {status}: {body!r}")
        session = {"X-Session-Token": json.loads(body)["session_token"]}
        _, body = call("service", "POST", "/users", {"email": "bench@example.com"}, session)
        user = json.loads(body)["id"]
        for number in range(200):
            row = {"owner_id": user, "key": f"BENCH{number}", "name": f"Project number {number}",
                   "lead": "Mia Krystof", "url": f"https://acme.atlassian.net/browse/BENCH{number}"}
            status, body = call("service", "POST", "/jira/projects", row, session)
            if status != 201:
                sys.exit(f"benches: a project was answered with {status}: {body!r}")
        return session["X-Session-Token"], user

    def seconds_used(self, name):
        """CPU time of a program so far."""
        fields = pathlib.Path(f"/proc/{self.running[name].pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self, name):
        text = pathlib.Path(f"/proc/{self.running[name].pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024

    def peak(self, name):
        """The most memory a program had since this was asked, or since it began."""
        text = pathlib.Path(f"/proc/{self.running[name].pid}/status").read_text()
        pathlib.Path(f"/proc/{self.running[name].pid}/clear_refs").write_text("5")
        return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) / 1024

    def download(self, name):
        """CPU time for each MiB of a large file, and how much the memory grew meanwhile."""
        self.peak(name)
        before, used = self.resident(name), self.seconds_used(name)
        connection = http.client.HTTPConnection("127.0.0.1", PORTS[name], timeout=120)
        connection.request("GET", FILE, headers={"X-Session-Token": self.session})
        answer = connection.getresponse()
        taken = 0
        while part := answer.read(1024 * 1024):
            taken += len(part)
        if (answer.status, taken) != (200, FILE_MEBIBYTES * 1024 * 1024):
            sys.exit(f"benches: {name} answered the file with {answer.status} and {taken} bytes")
        return (self.seconds_used(name) - used) / FILE_MEBIBYTES * 1e6, max(self.peak(name) - before, 0)

    def measure(self, name, path, connections, seconds):
        before = self.seconds_used(name)
        address = f"http://127.0.0.1:{PORTS[name]}{path.replace('{user}', self.user)}"
        command = ["taskset", "-c", str(min(1, os.cpu_count() - 1)), "wrk", "--threads", "1", "--connections", str(connections),
                   "--duration", f"{seconds}s", "--latency", "--header", f"X-Session-Token: {self.session}", address]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in text or "Socket errors" in text:
            sys.exit(f"benches: {name} {path} did not answer properly:\n{text}")
        used = self.seconds_used(name) - before
        count = int(re.search(r"(\d+) requests in", text).group(1))
        return {
            "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            "cpu": used / count * 1e6,
            "p50": re.search(r"50%\s+(\S+)", text).group(1),
            "p99": re.search(r"99%\s+(\S+)", text).group(1),
        }

    def stop(self):
        for program in reversed(self.running.values()):
            program.terminate()
        for program in self.running.values():
            program.wait(timeout=30)


def middle(results):
    """The round with the median CPU time stands for all."""
    return sorted(results, key=lambda result: result["cpu"])[len(results) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    path = lambda text: pathlib.Path(text).resolve()
    parser.add_argument("--service", type=path, required=True)
    parser.add_argument("--sandbox", type=path, required=True)
    parser.add_argument("--benches", type=path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, nargs="*", default=CONNECTIONS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(pathlib.Path(folder))
        # Whatever is left at its port would answer the next run.
        try:
            stage.begin(chosen.service, chosen.sandbox, chosen.benches)
            report(stage, chosen)
        finally:
            stage.stop()


def report(stage, chosen):
    print(f"Idle: {stage.resident('service'):.0f} MB resident\n")
    print("| what | connections | rate | of bare | CPU µs | times bare | p50 | p99 |")
    print("|---|---|---|---|---|---|---|---|")
    for connections in chosen.connections:
        for what, ours, other, theirs in PAIRS:
            results = {"service": [], other: []}
            stage.measure("service", ours, connections, 1)
            stage.measure(other, theirs, connections, 1)
            for _ in range(chosen.rounds):
                results["service"].append(stage.measure("service", ours, connections, chosen.seconds))
                results[other].append(stage.measure(other, theirs, connections, chosen.seconds))
            ours_, theirs_ = middle(results["service"]), middle(results[other])
            rates = [statistics.median(result["rate"] for result in results[name]) for name in ("service", other)]
            print(f"| {what} | {connections} | {rates[0]:.0f} | {rates[0] / rates[1]:.0%} | {ours_['cpu']:.0f} | "
                  f"{ours_['cpu'] / theirs_['cpu']:.2f} | {ours_['p50']} | {ours_['p99']} |", flush=True)
        for what, path in ALONE:
            result = middle([stage.measure("service", path, connections, chosen.seconds) for _ in range(chosen.rounds)])
            print(f"| {what} | {connections} | {result['rate']:.0f} | | {result['cpu']:.0f} | | {result['p50']} | {result['p99']} |", flush=True)
    files = {name: [stage.download(name) for _ in range(chosen.rounds)] for name in ("service", "passthrough")}
    cpu = {name: statistics.median(cost for cost, _ in files[name]) for name in files}
    grown = {name: max(growth for _, growth in files[name]) for name in files}
    print(f"\nFile of {FILE_MEBIBYTES} MiB through the gateway: {cpu['service']:.0f} µs of CPU for each MiB "
          f"({cpu['service'] / max(cpu['passthrough'], 1):.2f} times bare), memory grew by {grown['service']:.1f} MB "
          f"(bare: {grown['passthrough']:.1f})")
    print(f"\nAfter it: {stage.resident('service'):.0f} MB resident")


if __name__ == "__main__":
    main()
