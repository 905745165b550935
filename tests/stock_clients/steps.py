"""What the Python scripts share: where to call, with which secret, and how steps are told."""

import contextlib
import os
import sys

BASE = os.environ["STOCK_BASE"].rstrip("/")
SITE = os.environ["STOCK_SITE"]
SECRET = os.environ["STOCK_SECRET"]
# `bearer` or `basic`; the user name counts for Atlassian and not for a gateway.
AUTH = os.environ.get("STOCK_AUTH", "bearer")
USER = os.environ.get("STOCK_USER", "anybody")
JIRA = f"{BASE}/ex/jira/{SITE}"
CONFLUENCE = f"{BASE}/ex/confluence/{SITE}/wiki"
PROJECT = os.environ.get("STOCK_PROJECT", "WEB")
SPACE = os.environ.get("STOCK_SPACE", "ENG")
CLIENT = os.path.basename(sys.argv[0]).removesuffix(".py")


def step(name):
    """One line for what was asserted so far."""
    print(f"{CLIENT} ({AUTH}): {name}", flush=True)


def equal(found, expected):
    """Both are the same, or the script ends."""
    assert found == expected, f"found {found!r}, expected {expected!r}"


def ours(address):
    """An address in an answer leads back to where the call went, or clients leave it with their secret."""
    assert address.startswith(f"{BASE}/ex/"), address
    return address


@contextlib.contextmanager
def refused(kind, status, text=""):
    """What is done within fails with this kind of exception, this status and these words."""
    try:
        yield
    except kind as error:
        found = getattr(error, "status_code", None) or error.response.status_code
        equal(found, status)
        assert text in str(error), f"{text!r} is not in {error}"
    else:
        raise AssertionError(f"nothing failed with {status}")
