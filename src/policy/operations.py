#!/usr/bin/env python3
"""Writes operations.txt: what may be done at Jira Cloud and Confluence Cloud, and what it needs.

    operations.py FACTS.csv

FACTS.csv has one line for each operation of Atlassian's OpenAPI documents, with the columns product, method, path,
operation, deprecated, classic_scopes, granular_scopes (scopes of one operation separated by spaces). What an operation
counts as (read, write, admin, refused) is decided here. What no document has stands in by_hand.txt and data_center.txt.
"""

import csv
import pathlib
import sys

TARGET = pathlib.Path(__file__).parent / "operations.txt"

# POSTs that change nothing: their arguments are too long for an address.
POSTS_THAT_READ = {
    "/rest/api/3/changelog/bulkfetch",
    "/rest/api/3/comment/list",
    "/rest/api/3/expression/analyse",
    "/rest/api/3/expression/eval",
    "/rest/api/3/expression/evaluate",
    "/rest/api/3/issue/bulkfetch",
    "/rest/api/3/issue/watching",
    "/rest/api/3/issue/{issueIdOrKey}/changelog/list",
    "/rest/api/3/jql/autocompletedata",
    "/rest/api/3/jql/match",
    "/rest/api/3/jql/parse",
    "/rest/api/3/jql/pdcleaner",
    "/rest/api/3/jql/sanitize",
    "/rest/api/3/permissions/check",
    "/rest/api/3/permissions/project",
    "/rest/api/3/search",
    "/rest/api/3/search/approximate-count",
    "/rest/api/3/search/jql",
    "/rest/api/3/worklog/list",
    "/wiki/api/v2/content/convert-ids-to-types",
    "/wiki/api/v2/user/access/check-access-by-email",
    "/wiki/api/v2/users-bulk",
    "/wiki/rest/api/content/{id}/permission/check",
    "/wiki/rest/api/contentbody/convert/async/bulk/tasks",
    "/wiki/rest/api/contentbody/convert/async/{to}",
}

# For Atlassian's own apps, for Connect and for Forge: no login of a person can use them.
FOR_APPS = (
    "/rest/api/3/app/",
    "/rest/api/3/forge/",
    "/rest/api/3/jql/function/",
    "/rest/api/3/uiModifications",
    "/rest/api/3/user/email",
    "/rest/atlassian-connect/",
    "/rest/forge/",
    "/rest/internal/",
    "/wiki/api/v2/admin-key",
    "/wiki/api/v2/app/",
    "/wiki/rest/api/user/email",
    "/wiki/rest/atlassian-connect/",
)

# First words below the API's prefix: whatever is done there is an administrator's business.
ADMIN = {
    "jira": {
        "application-properties", "applicationrole", "auditing", "configuration", "group", "permissionscheme", "role",
        "screens", "screenscheme", "webhook", "workflow", "workflows", "workflowscheme",
    },
    "confluence": {"audit", "group", "settings"},
}

# First words below the prefix: reading is for everybody, changing is not.
ADMIN_CHANGES = {
    "jira": {"dashboard", "redact", "user"},
    "confluence": {"space-permissions", "space-roles"},
}

# Words anywhere in the path: who changes them changes what others may do, or destroys for good.
ADMIN_WORDS = {
    "jira": {"role", "permissionscheme"},
    "confluence": {"invite-by-email", "permission", "property", "redact", "role-assignments", "settings", "theme"},
}


def below_prefix(path):
    """The words of a path behind the API's prefix."""
    for prefix in ("/rest/api/3/", "/wiki/api/v2/", "/wiki/rest/api/"):
        if path.startswith(prefix):
            return path.removeprefix(prefix).split("/")
    return []


def access(row):
    """What an operation counts as."""
    product, method, path = row["product"], row["method"], row["path"]
    words = below_prefix(path)
    if not words or path.startswith(FOR_APPS) or method not in ("GET", "POST", "PUT", "DELETE"):
        return "refused"
    if words[0] in ADMIN[product]:
        return "admin"
    if method == "GET" or path in POSTS_THAT_READ:
        return "read"
    is_space = product == "confluence" and words[0] == "space" and len(words) == 2 and method == "DELETE"
    # A page's own properties are its content; a person's are not.
    asked = set(words) - ({"property"} if words[0] != "user" else set()) - ({"permission"} if words[0] == "filter" else set())
    if words[0] in ADMIN_CHANGES[product] or asked & ADMIN_WORDS[product] or is_space:
        return "admin"
    return "admin" if "manage:jira-configuration" in row["classic_scopes"] else "write"


def scopes(text):
    """Scopes as one word."""
    return "+".join(text.split()) or "-"


def main():
    """Writes the file anew."""
    with open(sys.argv[1], encoding="utf-8", newline="") as facts:
        rows = sorted(csv.DictReader(facts), key=lambda row: (row["path"], row["method"]))
    lines = [
        "# What may be done at Jira Cloud and Confluence Cloud. Written by operations.py; the facts are those of",
        "# Atlassian's OpenAPI documents. A line: what it counts as, product, method, path, name, its classic scopes, its",
        "# granular scopes (either set is enough), and `deprecated`.",
        "",
    ]
    for row in rows:
        words = [access(row), row["product"], row["method"], row["path"], row["operation"]]
        words += [scopes(row["classic_scopes"]), scopes(row["granular_scopes"])]
        lines.append(" ".join(words + (["deprecated"] if row["deprecated"] else [])))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
