"""Counts what requests cost in instructions with a few rows in the database, and again with a million stored rows and a
million events (SQLite).

    benches/scale.py --service target/release/integration-backend --sandbox target/debug/atlassian-sandbox \\
        --neighbour target/benches/release/neighbour
"""

import argparse
import pathlib
import sqlite3
import tempfile

from count import Counting, count
from stage import Stage

MANY = 1_000_000
ROUTES = ["/jira/projects/{user}?limit=50", "/connectors", "/auth/session", "/dashboard/statistics"]
NUMBERS = f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY})"


def grow(file):
    """A million rows like the one that is there, and the events of two thousand owners, who keep 500 each."""
    database = sqlite3.connect(file, timeout=60)
    database.execute(f"""INSERT INTO stored_projects (id, tenant, owner, user_id, project_key, name, lead, url, origin, created_at, updated_at)
        {NUMBERS} SELECT 'many' || n, tenant, owner, user_id, 'MANY' || n, 'Project number ' || n, lead, url, origin, created_at, updated_at
        FROM numbers, (SELECT * FROM stored_projects LIMIT 1)""")
    database.execute(f"""INSERT INTO grant_events (tenant, owner, seq, event_type, message, happened_at)
        {NUMBERS} SELECT tenant, CASE WHEN n <= 490 THEN owner ELSE owner || n / 500 END, seq + n, event_type, message, happened_at - 7000 * ({MANY} - n)
        FROM numbers, (SELECT * FROM grant_events ORDER BY seq DESC LIMIT 1)""")
    database.commit()
    database.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    path = lambda text: pathlib.Path(text).resolve()
    for name in ["--service", "--sandbox", "--neighbour"]:
        parser.add_argument(name, type=path, required=True)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        stage, counting = Stage(folder), Counting(folder)
        try:
            stage.begin(chosen.service, chosen.sandbox, chosen.neighbour, lambda name: counting.command(name) if name == "service" else [])
            counting.begin("service", stage.pid("service"))
            few = [count(stage, counting, "service", route) for route in ROUTES]
            grow(folder / "bench.db")
            for route, before in zip(ROUTES, few):
                after = count(stage, counting, "service", route)
                print(f"{route}: {before:,.0f} instructions, {after:,.0f} with a million rows and events: {after / before:.2f} times")
        finally:
            stage.stop()


if __name__ == "__main__":
    main()
