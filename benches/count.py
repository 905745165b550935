"""Counts what a request costs in instructions, beside what the bare stack takes for the same work, and holds the ratios
against the recorded ones. Instructions are counted by Valgrind, so that a busy machine does not matter; a ratio of two
programs of one build is also much the same with another processor and another C library.

    benches/count.py --service target/debug/integration-backend --sandbox target/debug/atlassian-sandbox \\
        --neighbour target/debug/examples/neighbour [--record]
"""

import argparse
import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from stage import ENVIRONMENT, PAIRS, Stage

RECORDED = pathlib.Path(__file__).resolve().parent / "recorded.json"
# How far a ratio may be from the recorded one, in either direction: what is cheaper is to be recorded, too.
TOLERANCE = 0.10
WARMING_UP, COUNTED = 5, 20
# Timers and tasks beside the requests only ever add to a count, so the smallest of some is the truest.
ROUNDS = 5
COUNTED_ROUTES = ["probe", "stored list of 50", "live list of 50", "gateway, list of 50"]


class Counting:
    """Callgrind around a program: its counters at zero, and what they say afterwards."""

    def __init__(self, folder):
        self.folder, self.dumps = folder, {}

    def command(self, name):
        return ["valgrind", f"--vgdb-prefix={self.folder / 'vgdb'}", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={self.folder / name}"]

    def tell(self, pid, *words):
        command = ["vgdb", f"--vgdb-prefix={self.folder / 'vgdb'}", f"--pid={pid}", *words]
        # Valgrind names the way to itself after HOST and the like: both sides must have the same.
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=ENVIRONMENT)
        if done.returncode != 0:
            sys.exit(f"benches: Valgrind does not listen: {done.stderr}")

    def begin(self, name, pid):
        self.tell(pid, "instrumentation", "on")

    def since_last(self, name, pid):
        """Instructions since the last time this was asked."""
        self.tell(pid, "dump")
        self.dumps[name] = self.dumps.get(name, 0) + 1
        text = (self.folder / f"{name}.{self.dumps[name]}").read_text()
        totals = [line for line in text.splitlines() if line.startswith("totals:")]
        return int(totals[0].split()[1])


def ask(connection, path, headers, times):
    for _ in range(times):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"benches: {path} was answered with {answer.status}: {body!r}")


def count(stage, counting, name, path):
    """Instructions for each request of this path."""
    connection = http.client.HTTPConnection("127.0.0.1", stage.port(name), timeout=120)
    path = path.replace("{user}", stage.user)
    ask(connection, path, stage.session, WARMING_UP)
    counted = []
    for _ in range(ROUNDS):
        counting.since_last(name, stage.pid(name))
        ask(connection, path, stage.session, COUNTED)
        counted.append(counting.since_last(name, stage.pid(name)))
    connection.close()
    return min(counted) / COUNTED


def counts(chosen):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        stage, counting = Stage(folder), Counting(folder)
        try:
            stage.begin(chosen.service, chosen.sandbox, chosen.neighbour, counting.command)
            for name in ["service", "bare", "passthrough"]:
                counting.begin(name, stage.pid(name))
            for what, ours, other, theirs in PAIRS:
                if what in chosen.routes:
                    yield what, count(stage, counting, "service", ours), count(stage, counting, other, theirs)
            if chosen.keep:
                for dump in folder.glob("service.*"):
                    shutil.copy(dump, chosen.keep)
        finally:
            stage.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    path = lambda text: pathlib.Path(text).resolve()
    parser.add_argument("--service", type=path, required=True)
    parser.add_argument("--sandbox", type=path, required=True)
    parser.add_argument("--neighbour", type=path, required=True)
    parser.add_argument("--routes", nargs="*", default=COUNTED_ROUTES)
    parser.add_argument("--record", action="store_true", help="write the ratios down instead of holding them against the recorded ones")
    parser.add_argument("--show", action="store_true", help="only show them, of a release build say")
    parser.add_argument("--keep", type=path, help="a folder for what Callgrind wrote about the service")
    chosen = parser.parse_args()
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    now, wrong = {}, []
    for what, ours, theirs in counts(chosen):
        now[what] = round(ours / theirs, 3)
        before = recorded.get(what)
        print(f"{what}: {ours:,.0f} instructions, {theirs:,.0f} of the bare stack: {now[what]} times (recorded: {before})", flush=True)
        if before is None or abs(now[what] / before - 1) > TOLERANCE:
            wrong.append(what)
    if chosen.show:
        return
    if chosen.record:
        RECORDED.write_text(json.dumps(now, indent=2) + "\n")
    elif wrong:
        sys.exit(f"The cost of {', '.join(wrong)} is not within {TOLERANCE:.0%} of the recorded one. If that is meant: benches/count.sh --record")


if __name__ == "__main__":
    main()
