"""Measures the service against its bare stack: rates, latencies and CPU time for each request, in one run."""

import argparse
import http.client
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from stage import PAIRS, Stage

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = [1, 32, 256]
FILE = "/ex/jira/-/rest/api/3/attachment/content/1?redirect=false"
FILE_MEBIBYTES = 100
# Only the service has them; to be compared with themselves in another run.
ALONE = [("connections", "/connectors"), ("session", "/auth/session")]


def seconds_used(stage, name):
    """CPU time of a program so far."""
    fields = pathlib.Path(f"/proc/{stage.pid(name)}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(stage, name):
    text = pathlib.Path(f"/proc/{stage.pid(name)}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def measure(stage, name, path, connections, seconds):
    before = seconds_used(stage, name)
    address = stage.address(name) + path.replace("{user}", stage.user)
    headers = [f"--header={header}: {value}" for header, value in stage.session.items()]
    command = ["taskset", "-c", str(min(1, os.cpu_count() - 1)), "wrk", "--threads", "1", "--connections", str(connections),
               "--duration", f"{seconds}s", "--latency", *headers, address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        sys.exit(f"benches: {name} {path} did not answer properly:\n{text}")
    used = seconds_used(stage, name) - before
    count = int(re.search(r"(\d+) requests in", text).group(1))
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
        "cpu": used / count * 1e6,
        "p50": re.search(r"50%\s+(\S+)", text).group(1),
        "p99": re.search(r"99%\s+(\S+)", text).group(1),
    }


def peak(stage, name):
    """The most memory a program had since this was asked, or since it began."""
    text = pathlib.Path(f"/proc/{stage.pid(name)}/status").read_text()
    pathlib.Path(f"/proc/{stage.pid(name)}/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) / 1024


def download(stage, name):
    """CPU time for each MiB of a large file, and how much the memory grew meanwhile."""
    peak(stage, name)
    before, used = resident(stage, name), seconds_used(stage, name)
    connection = http.client.HTTPConnection("127.0.0.1", stage.port(name), timeout=120)
    connection.request("GET", FILE, headers=stage.session)
    answer = connection.getresponse()
    taken = 0
    while part := answer.read(1024 * 1024):
        taken += len(part)
    if (answer.status, taken) != (200, FILE_MEBIBYTES * 1024 * 1024):
        sys.exit(f"benches: {name} answered the file with {answer.status} and {taken} bytes")
    return (seconds_used(stage, name) - used) / FILE_MEBIBYTES * 1e6, max(peak(stage, name) - before, 0)


def middle(results):
    """The round with the median CPU time stands for all."""
    return sorted(results, key=lambda result: result["cpu"])[len(results) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    path = lambda text: pathlib.Path(text).resolve()
    parser.add_argument("--service", type=path, required=True)
    parser.add_argument("--sandbox", type=path, required=True)
    parser.add_argument("--neighbour", type=path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, nargs="*", default=CONNECTIONS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(pathlib.Path(folder))
        # Whatever is left at its port would answer the next run.
        try:
            stage.begin(chosen.service, chosen.sandbox, chosen.neighbour)
            report(stage, chosen)
        finally:
            stage.stop()


def report(stage, chosen):
    print(f"Idle: {resident(stage, 'service'):.0f} MB resident\n")
    print("| what | connections | rate | of bare | CPU µs | times bare | p50 | p99 |")
    print("|---|---|---|---|---|---|---|---|")
    for connections in chosen.connections:
        for what, ours, other, theirs in PAIRS:
            results = {"service": [], other: []}
            measure(stage, "service", ours, connections, 1)
            measure(stage, other, theirs, connections, 1)
            for _ in range(chosen.rounds):
                results["service"].append(measure(stage, "service", ours, connections, chosen.seconds))
                results[other].append(measure(stage, other, theirs, connections, chosen.seconds))
            ours_, theirs_ = middle(results["service"]), middle(results[other])
            rates = [statistics.median(result["rate"] for result in results[name]) for name in ("service", other)]
            print(f"| {what} | {connections} | {rates[0]:.0f} | {rates[0] / rates[1]:.0%} | {ours_['cpu']:.0f} | "
                  f"{ours_['cpu'] / theirs_['cpu']:.2f} | {ours_['p50']} | {ours_['p99']} |", flush=True)
        for what, path in ALONE:
            result = middle([measure(stage, "service", path, connections, chosen.seconds) for _ in range(chosen.rounds)])
            print(f"| {what} | {connections} | {result['rate']:.0f} | | {result['cpu']:.0f} | | {result['p50']} | {result['p99']} |", flush=True)
    files = {name: [download(stage, name) for _ in range(chosen.rounds)] for name in ("service", "passthrough")}
    cpu = {name: statistics.median(cost for cost, _ in files[name]) for name in files}
    grown = {name: max(growth for _, growth in files[name]) for name in files}
    print(f"\nFile of {FILE_MEBIBYTES} MiB through the gateway: {cpu['service']:.0f} µs of CPU for each MiB "
          f"({cpu['service'] / max(cpu['passthrough'], 1):.2f} times bare), memory grew by {grown['service']:.1f} MB "
          f"(bare: {grown['passthrough']:.1f})")
    print(f"\nAfter it: {resident(stage, 'service'):.0f} MB resident")


if __name__ == "__main__":
    main()
