#!/usr/bin/env python3
"""Lists every Jira project, page by page, and creates one issue in the first. Needs API_KEY; SERVICE_URL is optional."""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

SERVICE = os.environ.get("SERVICE_URL", "http://localhost:3001")
KEY = os.environ.get("API_KEY") or sys.exit("API_KEY is not set; make one with: integration-backend keys create --as local (see examples/README.md)")


def call(path, body=None, **headers):
    """Calls the API: POST with a body, else GET. Gives the answer and its headers."""
    headers |= {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(SERVICE + path, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response), response.headers


def projects():
    """Every project. Each page but the last one comes with the cursor of the next."""
    query = {"limit": 100}
    while query:
        page, headers = call("/connectors/jira/projects?" + urllib.parse.urlencode(query))
        yield from page
        cursor = headers["X-Next-Cursor"]
        query = {"limit": 100, "cursor": cursor} if cursor else None


def create(issue):
    """Creates an issue, in up to three tries. All have the same key, so the service creates it once even when an answer is lost."""
    key = str(uuid.uuid4())
    for is_last in (False, False, True):
        try:
            return call("/connectors/jira/create", issue, **{"Idempotency-Key": key})[0]
        except OSError as error:  # No answer, or one that may ask for another try.
            if is_last or getattr(error, "code", 503) not in (409, 429, 503):
                raise
            time.sleep(int(getattr(error, "headers", {}).get("Retry-After", 1)))


try:
    found = list(projects())
    print("\n".join(f"{project['key']}: {project['name']}" for project in found))
    created = create({"project_key": found[0]["key"], "summary": "Written with Python", "description": "In **Markdown**."})
    print("Created", created["id"])
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code}: {json.load(error)['message']}")
