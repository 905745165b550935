"""The snippets of docs/use/mcp.md, taken from the document: commands run as they stand there, and what is pasted into
programs that are not here is read as those programs read it, and its address and header are used."""

import asyncio
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request

from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "docs" / "use" / "mcp.md"
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"])
# Where mcp-remote is installed.
REMOTE = HERE.parent / "oauth_clients"
START_SECONDS = 60


def snippets():
    """Every snippet: the heading above it, its language and its text."""
    heading, language, lines = "", None, []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if fence := re.match(r"```(\w*)$", line):
            if language is None:
                language, lines = fence[1], []
            else:
                yield heading, language, "\n".join(lines)
                language = None
        elif language is not None:
            lines.append(line)
        elif title := re.match(r"#+ (.*)", line):
            heading = title[1]


def two_ports():
    """A port that nothing listens on, nor on the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with contextlib.suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


class Newcomer:
    """Somebody who typed `./run.sh --sandbox` and nothing else. The script runs as it is, in a folder of its own, so that
    the files of whoever runs the tests stay as they are; what it would build is there already."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        home = pathlib.Path(self.folder.name)
        shutil.copy(ROOT / "run.sh", home)
        (home / "bin").mkdir()
        cargo = home / "bin" / "cargo"
        cargo.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        cargo.chmod(0o755)
        self.port, self.sandbox_port = two_ports(), two_ports()
        self.base = f"http://localhost:{self.port}"
        self.settings = {
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],
            "CARGO_TARGET_DIR": str(PROGRAMS.parent),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
        }
        self.log = open(home / "log", "w+", encoding="utf-8")
        self.service = subprocess.Popen(
            ["./run.sh", "--sandbox"], cwd=home, env=self.settings, stdout=self.log, stderr=self.log
        )

    def __enter__(self):
        end = time.monotonic() + START_SECONDS
        while self.service.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError):
                self.call("/ready")
                return self
            time.sleep(0.1)
        self.__exit__(RuntimeError)
        raise AssertionError("./run.sh --sandbox does not start")

    def __exit__(self, kind, *_):
        self.service.terminate()
        self.service.wait(timeout=60)
        if kind is not None:
            self.log.seek(0)
            print(self.log.read()[-4000:])
        self.log.close()
        self.folder.cleanup()

    def call(self, path, body=None, headers=None):
        """The JSON that the service answers to whoever is on this machine."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.base + path, data, sent)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def key(self, *words):
        """A key, made as the document says."""
        made = subprocess.run(
            ["./run.sh", "--sandbox", "keys", "create", *words],
            cwd=self.folder.name, env=self.settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        return made.stdout.split()[0]


class Reader:
    """Somebody who pastes what the document shows, with the names of this installation."""

    def __init__(self, newcomer):
        self.newcomer = newcomer
        self.address = f"{newcomer.base}/mcp"
        self.key = ""

    def own(self, text):
        """A snippet with the own address and key in the place of those that it shows."""
        assert "ib.example.com" in text or "localhost:3001" in text, text
        text = text.replace("https://ib.example.com", self.newcomer.base)
        return text.replace("http://localhost:3001", self.newcomer.base).replace("ibk_…", self.key)

    def run(self, command, folder, **more):
        """Runs a command; gives what it printed."""
        settings = {**os.environ, **more}
        done = subprocess.run(
            command, cwd=folder, env=settings, capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def connects(self, address, headers):
        """The address is the endpoint, and the key in the header is what counts there: it only reads, and who shows none
        may write here."""
        assert address == self.address, address
        assert headers == {"Authorization": f"Bearer {self.key}"}, headers
        lists_what_reads(StreamableHttpTransport(address, headers=headers))


def lists_what_reads(transport):
    """Lists the tools with a client, and runs one."""

    async def look():
        async with Client(transport) as client:
            tools = {tool.name for tool in await client.list_tools()}
            assert "jira_get_issue" in tools and "jira_create_issue" not in tools, tools
            me = await client.call_tool("jira_get_current_user", {})
            assert me.structured_content["account_id"], me

    asyncio.run(asyncio.wait_for(look(), 120))


def at_once(reader, language, text):
    """Whoever has just started the program, and has logged in nowhere, sees the tools."""
    assert language == "sh" and "--header" not in text, text
    printed = reader.run(shlex.split(reader.own(text)), HERE)
    names = [tool["name"] for tool in json.loads(printed)["tools"]]
    assert "jira_search" in names and "jira_create_issue" in names, names
    # From here on with a login, and with a key that reads.
    for product in ("jira", "confluence"):
        login = {"email": "omar@example.com", "api_token": "classic-token-omar", "site": "acme"}
        reader.newcomer.call(f"/auth/{product}/api-token", login)
    # Whose the logins of open mode are.
    reader.key = reader.newcomer.key("--as", "local", "--scope", "read")


def claude_code(reader, language, text):
    """A name, the transport, the address and one header, in the order that the command takes them."""
    assert language == "sh", language
    words = shlex.split(reader.own(text))
    assert words[:5] == ["claude", "mcp", "add", "--transport", "http"], words
    name, address, flag, header = words[5:]
    assert re.fullmatch(r"[\w-]+", name) and flag == "--header", words
    field, value = header.split(": ", 1)
    reader.connects(address, {field: value})


def visual_studio_code(reader, language, text):
    """What is asked for is what the header needs."""
    assert language == "json", language
    read = json.loads(reader.own(text))
    ((_, server),) = read["servers"].items()
    (asked,) = read["inputs"]
    assert asked["type"] == "promptString" and asked["password"] is True, asked
    headers = {name: value.replace(f"${{input:{asked['id']}}}", reader.key) for name, value in server["headers"].items()}
    assert server["type"] == "http", server
    reader.connects(server["url"], headers)


def in_json(member):
    """A file of JSON with servers, whose address stands under this name."""

    def check(reader, language, text):
        assert language == "json", language
        ((_, server),) = json.loads(reader.own(text))["mcpServers"].items()
        assert set(server) == {member, "headers"}, server
        reader.connects(server[member], server["headers"])

    return check


def codex(reader, language, text):
    """The key comes from the variable that the file names and the document does, too."""
    assert language == "toml", language
    ((_, server),) = tomllib.loads(reader.own(text))["mcp_servers"].items()
    assert server["bearer_token_env_var"] == "IB_KEY", server
    reader.connects(server["url"], {"Authorization": f"Bearer {reader.key}"})


def by_command(reader, language, text):
    """The command is started as a program would start it, and spoken to."""
    assert language == "sh", language
    command, *parameters = shlex.split(reader.own(text))
    with tempfile.TemporaryDirectory() as settings:
        kept = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "MCP_REMOTE_CONFIG_DIR": settings}
        lists_what_reads(StdioTransport(command, parameters, env=kept, cwd=str(REMOTE), keep_alive=False))


def own_agent(reader, language, text):
    """The lines run inside a coroutine, as they must."""
    assert language == "python", language
    imports, lines = reader.own(text).split("\n\n", 1)
    program = f"import asyncio\n{imports}\nasync def main():\n{textwrap.indent(lines, '    ')}\nasyncio.run(main())\n"
    printed = reader.run([sys.executable, "-c", program], HERE)
    assert "APP-" in printed, printed


CHECKS = {
    "Before you begin": at_once,
    "Claude Code": claude_code,
    "Visual Studio Code": visual_studio_code,
    "Cursor": in_json("url"),
    "Codex": codex,
    "Gemini CLI": in_json("httpUrl"),
    "Programs that only start commands": by_command,
    "Your own agent": own_agent,
}


def main():
    """Checks every snippet in its order; a heading without a check of its own is a mistake."""
    seen = []
    with Newcomer() as newcomer:
        reader = Reader(newcomer)
        for heading, language, text in snippets():
            assert heading in CHECKS, f"nobody checks the snippet under {heading!r}"
            CHECKS[heading](reader, language, text)
            seen.append(heading)
            print(f"mcp.md: {heading}", flush=True)
    assert set(seen) == set(CHECKS), set(CHECKS) - set(seen)


main()
