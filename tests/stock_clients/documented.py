"""The snippets of docs/use/any-client.md, taken from the document and run as they stand there."""

import os
import pathlib
import re
import subprocess
import sys

from stage import PROGRAMS, call

HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "use" / "any-client.md"
# Where the modules of Node.js are found from.
FOLDER = HERE / ".documented"


def snippets():
    """Every snippet: the heading above it, its language and its text."""
    heading, language, lines = "", None, []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if fence := re.match(r"\s*```(\w*)$", line):
            if language is None:
                language, lines = fence[1], []
            else:
                yield heading, language, "\n".join(lines)
                language = None
        elif language is not None:
            lines.append(line.strip() if language == "sh" else line)
        elif title := re.match(r"#+ (.*)", line):
            heading = title[1]


class Reader:
    """Somebody who pastes what the document shows, with the names of this installation."""

    def __init__(self, stage, owner, key):
        self.stage, self.owner, self.key = stage, owner, key
        self.made = []

    def run(self, command, text):
        """Runs a snippet; gives what it printed."""
        text = text.replace("https://ib.example.com", self.stage.base)
        settings = {**self.stage.settings(), "IB_KEY": self.key, "HOME": os.environ["HOME"]}
        settings["PATH"] = f"{PROGRAMS}:{settings['PATH']}"
        folder = FOLDER if command[0] == "node" else self.stage.folder.name
        done = subprocess.run(
            [*command, text], cwd=folder, env=settings, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout

    def keys(self, text):
        """Runs the lines about keys one by one: each names what an earlier one showed."""
        printed = []
        for line in text.splitlines():
            line = re.sub(r"<id of the person[^>]*>|<id>", self.owner, line)
            line = line.replace("<id of the key>", self.made[-1][1] if self.made else "")
            printed.append(self.run(["bash", "-euc"], line))
            if "keys create" in line:
                name = re.search(r"to revoke it by: (\S+)", printed[-1])[1]
                self.made.append((printed[-1].split()[0], name))
        return printed

    def answered(self, key, path, method="GET"):
        """The status that a key gets."""
        body = {"fields": {"summary": "x"}} if method == "PUT" else None
        return call(f"{self.stage.base}{path}", method, body, {"Authorization": f"Bearer {key}"})[0]

    def sent(self):
        """What reached Atlassian since this was asked: methods and last words of the paths."""
        return [(one["method"], one["path"].split("/")[-1]) for one in self.stage.journal()]


ISSUE = "/ex/jira/-/rest/api/3/issue/WEB-2"
MYSELF = "/ex/jira/-/rest/api/3/myself"


def set_up(reader, text):
    """The key that the document makes may read and write, for ninety days."""
    reader.keys(text)
    key, _ = reader.made[-1]
    assert (reader.answered(key, MYSELF), reader.answered(key, ISSUE, "PUT")) == (200, 204)
    reader.key = key


def curl(reader, text):
    """Both lines print what Atlassian answered."""
    printed = reader.run(["bash", "-euc"], text)
    assert '"displayName":"Mia Krystof"' in printed and '"results":[' in printed, printed


def pycontribs(reader, text):
    """The issue is made, changed, commented and deleted."""
    reader.sent()
    reader.run([sys.executable, "-c"], text)
    methods = [method for method, _ in reader.sent()]
    assert [one for one in methods if one != "GET"] == ["POST", "PUT", "POST", "DELETE"], methods


def atlassian_python(reader, text):
    """Who it is and an issue are printed; a page is made and deleted."""
    printed = reader.run([sys.executable, "-W", "ignore", "-c"], text)
    assert printed.startswith("Mia Krystof APP-"), printed
    methods = [method for method, path in reader.sent()]
    assert methods[-2:] == ["POST", "DELETE"], methods


def javascript(reader, text):
    """Something of Mia's site is printed."""
    FOLDER.mkdir(exist_ok=True)
    printed = reader.run(["node", "--input-type=module", "--eval"], text)
    assert "Mia Krystof" in printed or "results" in printed, printed


def for_a_week(reader, text):
    """The contractor's key reads, changes nothing, ends in a week, and is revoked at once."""
    *before, revoke = text.splitlines()
    listed = reader.keys("\n".join(before))[-1]
    key, name = reader.made[-1]
    assert (reader.answered(key, MYSELF), reader.answered(key, ISSUE, "PUT")) == (200, 403)
    (row,) = (row for row in listed.splitlines() if row.startswith(name))
    assert re.search(r" read +\d{4}-\d\d-\d\dT", row) and " good" in row, row
    reader.keys(revoke)
    assert reader.answered(key, MYSELF) == 401


def narrower(reader, text):
    """Each key does what it is narrowed to, and nothing else."""
    reader.keys(text)
    (looking, _), (commenting, _) = reader.made[-2:]
    assert [reader.answered(looking, path) for path in (ISSUE, MYSELF)] == [200, 403]
    assert [reader.answered(commenting, path) for path in (ISSUE, MYSELF)] == [200, 403]
    assert reader.answered(commenting, ISSUE, "PUT") == 403


def places(reader, text):
    """The key reads no other way than with tools, and only what lies in its projects."""
    reader.keys(text)
    key, _ = reader.made[-1]
    assert reader.answered(key, ISSUE) == 403
    for project, expected in [("OPS", 200), ("WEB", 403)]:
        body = {"tool": "jira_search", "args": {"jql": "created > -90d", "projects_filter": project}}
        bearer = {"Authorization": f"Bearer {key}"}
        status, _, answer = call(f"{reader.stage.base}/connectors/tools/invoke", "POST", body, bearer)
        assert status == expected, (project, status, answer)


CHECKS = {
    "Set up": set_up,
    "curl": curl,
    "Python: jira (pycontribs)": pycontribs,
    "Python: atlassian-python-api": atlassian_python,
    "JavaScript: jira.js, confluence.js": javascript,
    "A read-only key for a week": for_a_week,
    "A narrower key": narrower,
    "Projects and spaces": places,
}


def main(stage, owner, key):
    """Runs every snippet; a heading without a check of its own is a mistake. Gives the keys that were made."""
    reader, seen = Reader(stage, owner, key), []
    for heading, _, text in snippets():
        assert heading in CHECKS, f"nobody checks the snippet under {heading!r}"
        CHECKS[heading](reader, text)
        seen.append(heading)
        print(f"any-client.md: {heading}", flush=True)
    assert set(seen) == set(CHECKS), set(CHECKS) - set(seen)
    return [key for key, _ in reader.made]
