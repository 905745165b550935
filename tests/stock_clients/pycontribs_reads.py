"""The `jira` package of pycontribs with a key that only reads, or a service that is read-only: it reads, and changes nothing."""

import io
import os

from jira import JIRA, JIRAError

from steps import AUTH, JIRA as SERVER, PROJECT, SECRET, USER, equal, ours, refused, step

REFUSAL = os.environ.get("STOCK_REFUSAL", "this needs an API key with the scope write")
credential = {"token_auth": SECRET} if AUTH == "bearer" else {"basic_auth": (USER, SECRET)}
jira = JIRA(server=SERVER, max_retries=0, **credential)
found = jira.search_issues(f"project = {PROJECT} ORDER BY key", maxResults=2, fields="summary")
issue = jira.issue(found[0].key)
ours(issue.self)
before = issue.fields.summary
step("connected, searched, read")

for change in (
    lambda: issue.update(summary="Changed"),
    lambda: jira.add_comment(issue.key, "a word"),
    lambda: jira.create_issue(project=PROJECT, issuetype={"name": "Task"}, summary="Made"),
    lambda: jira.transition_issue(issue.key, "Done"),
    lambda: jira.add_attachment(issue.key, attachment=io.BytesIO(b"x"), filename="a.txt"),
    issue.delete,
):
    with refused(JIRAError, 403, REFUSAL):
        change()
equal(jira.issue(issue.key).fields.summary, before)
step("changes nothing")
