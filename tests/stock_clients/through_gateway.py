"""The clients through the service's gateway, and what is counted on both sides of it afterwards."""

import json
import pathlib

import documented
from stage import Stage, call

POLICY = pathlib.Path(__file__).parents[2] / "src" / "policy"
STRANGE = "11111111-2222-3333-4444-555555555555"


def templates():
    """The requests that the table of operations knows: method and segments, none for a parameter."""
    known = set()
    for name in ("operations.txt", "by_hand.txt", "data_center.txt"):
        for line in (POLICY / name).read_text(encoding="utf-8").splitlines():
            words = line.split(" ")
            if words[0] in ("read", "write", "admin"):
                segments = words[3].split("/")[1:]
                known.add((words[2], *(None if part.startswith("{") else part for part in segments)))
    return known


def is_known(known, method, segments):
    """Whether one of the operations is this request."""
    of_length = (one for one in known if one[0] == method and len(one) == len(segments) + 1)
    return any(all(word in (None, part) for word, part in zip(one[1:], segments)) for one in of_length)


def at_atlassian(path):
    """The segments of a path that reached an API, as the table has them; none for what is no API."""
    segments = path.split("?")[0].split("/")[1:]
    if segments[0] == "ex":
        segments = segments[3:]
    if segments[:2] == ["rest", "api"]:
        segments[2] = "3"
    return segments


def count(stage, secrets):
    """Holds the calls that left against what may leave, and the answers against where they may lead."""
    known = templates()
    stage.journal()
    apis = [one for one in stage.calls if one["path"].startswith(("/ex/", "/rest/"))]
    for one in stage.calls:
        assert not any(secret in json.dumps(one) for secret in secrets), f"a key left: {one}"
    for one in apis:
        headers = dict(one["headers"])
        # The token of a login, or the personal access token of the Data Center.
        assert headers.get("authorization", "").startswith("Bearer "), one
        assert headers["user-agent"].startswith("integration-backend/"), one
        assert is_known(known, one["method"], at_atlassian(one["path"])), f"not in the table: {one['path']}"
    for path, address in stage.recorder.followed:
        assert address.startswith(f"{stage.base}/ex/"), f"{path} leads to {address}"
    return len(apis), len(stage.recorder.followed)


def foreign_site(stage, key):
    """A site that is not the key's is not there, and nobody is asked."""
    stage.journal()
    for path in (f"/ex/jira/{STRANGE}/rest/api/2/serverInfo", f"/ex/confluence/{STRANGE}/wiki/api/v2/pages"):
        status, _, body = call(f"{stage.base}{path}", headers={"Authorization": f"Bearer {key}"})
        assert (status, json.loads(body)["code"]) == (404, "NOT_FOUND"), body
    assert stage.journal() == []


def connect_data_center(stage, key):
    """A personal access token behind the key; gives the address that a client of Jira is told."""
    bearer = {"Authorization": f"Bearer {key}"}
    body = {"pat": "jira-pat-mia", "base_url": stage.data_center}
    status, _, answer = call(f"{stage.base}/connectors/jira/connection", "PATCH", body, bearer)
    assert status == 200, answer
    (site,) = json.loads(call(f"{stage.base}/oauth/token/accessible-resources", headers=bearer)[2])
    assert site["id"].startswith("dc:"), site
    return f"{stage.base}/ex/jira/{site['id']}"


def main(run, scopes):
    """Runs every client, both ways of sending a key; gives the names of those that failed."""
    with Stage(scopes) as stage:
        stage.start()
        mia = stage.log_in()
        key, reader = stage.key(mia), stage.key(mia, "--scope", "read", "--expires", "7d")
        host_key = stage.key(mia, "--tenant", "host")
        settings = {"STOCK_BASE": stage.base, "STOCK_SITE": "acme.atlassian.net", "STOCK_SECRET": key}
        host = {"STOCK_DATA_CENTER": connect_data_center(stage, host_key), "STOCK_DATA_CENTER_SECRET": host_key}
        stage.journal()
        failed = []
        for auth in ("bearer", "basic"):
            failed += run({**settings, **host, "STOCK_AUTH": auth})
            failed += run({**settings, "STOCK_SECRET": reader, "STOCK_AUTH": auth}, only="pycontribs_reads")
        made = documented.main(stage, mia, key)
        calls, addresses = count(stage, [key, reader, host_key, *made])
        foreign_site(stage, key)
        stage.start(READ_ONLY="true")
        failed += run({**settings, "STOCK_AUTH": "bearer", "STOCK_REFUSAL": "READ_ONLY=true"}, only="pycontribs_reads")
        sent = {one["method"] for one in stage.journal() if one["path"].startswith("/ex/")}
        assert sent == {"GET"}, sent
        print(f"stock clients: {calls} calls left, all known and with the login's token; {addresses} addresses lead here")
    return failed
