"""The `jira` package of pycontribs with Jira Data Center: people by name, search with `startAt`, files on the host."""

import io
import os

from jira import JIRA, JIRAError

from steps import AUTH, equal, refused, step

HOST = os.environ["STOCK_DATA_CENTER"].rstrip("/")
SECRET = os.environ["STOCK_DATA_CENTER_SECRET"]
PROJECT = "MILL"

credential = {"token_auth": SECRET} if AUTH == "bearer" else {"basic_auth": ("anybody", SECRET)}
jira = JIRA(server=HOST, max_retries=0, **credential)
equal(jira.server_info()["deploymentType"], "Server")
equal(jira.myself()["name"], "mia")
assert PROJECT in {project.key for project in jira.projects()}
step("connected")

issue = jira.create_issue(
    project=PROJECT, issuetype={"name": "Task"}, summary="Made by pycontribs", description="some *bold* text"
)
assert issue.self.startswith(f"{HOST}/"), issue.self
equal(jira.issue(issue.key).fields.description, "some *bold* text")
issue.update(summary="Changed")
equal(jira.issue(issue.key).fields.summary, "Changed")
jira.assign_issue(issue.key, "mia")
equal(jira.issue(issue.key).fields.assignee.name, "mia")
step("issue created, read, updated at the address of its `self`, assigned")

every = jira.search_issues(f"project = {PROJECT}", maxResults=False, fields="summary")
assert issue.key in {one.key for one in every}
equal(len(every), every.total)
step("search, to the end of the pages")

comment = jira.add_comment(issue.key, "a *first* word")
comment.update(body="a second word")
equal([one.body for one in jira.comments(issue.key)], ["a second word"])
comment.delete()
equal(jira.comments(issue.key), [])
step("comment added, changed, deleted")

BYTES = bytes(range(256)) * 400
attachment = jira.add_attachment(issue.key, attachment=io.BytesIO(BYTES), filename="a file.bin")
equal(jira.attachment(attachment.id).get(), BYTES)
attachment.delete()
equal(jira.issue(issue.key).fields.attachment, [])
step("file uploaded, downloaded, deleted")

jira.transition_issue(issue.key, "In Progress")
equal(jira.issue(issue.key).fields.status.name, "In Progress")
issue.delete()
with refused(JIRAError, 404):
    jira.issue(issue.key)
step("transition; issue deleted")
