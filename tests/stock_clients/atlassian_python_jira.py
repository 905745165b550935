"""`Jira` of atlassian-python-api, as twenty-line programs use it: version 2 of the API, search in version 3."""

import io

from atlassian import Jira
from requests import HTTPError

from steps import AUTH, JIRA, PROJECT, SECRET, USER, equal, ours, refused, step

credential = {"token": SECRET} if AUTH == "bearer" else {"username": USER, "password": SECRET}
jira = Jira(url=JIRA, cloud=True, **credential)
me = jira.myself()
equal(me["displayName"], "Mia Krystof")
ours(me["self"])
step("connected")

assert PROJECT in {project["key"] for project in jira.projects()}
assert "summary" in {field["id"] for field in jira.get_all_fields()}
assert "Medium" in {priority["name"] for priority in jira.get_all_priorities()}
assert "Done" in {status["name"] for status in jira.get_all_statuses()}
step("projects and choices read")

fields = {"project": {"key": PROJECT}, "issuetype": {"name": "Task"}, "summary": "Made by atlassian-python-api"}
made = jira.issue_create(fields={**fields, "description": "some *bold* text", "labels": ["stock"]})
key = made["key"]
ours(made["self"])
equal(jira.issue(key)["fields"]["description"], "some *bold* text")
equal(jira.issue_field_value(key, "summary"), "Made by atlassian-python-api")
step("issue created and read")

found = jira.enhanced_jql(f"key = {key}", fields=["summary"])
equal([one["key"] for one in found["issues"]], [key])
every, token = [], None
while True:
    page = jira.enhanced_jql(f"project = {PROJECT}", fields=["summary"], nextPageToken=token, limit=5)
    every += page["issues"]
    token = page.get("nextPageToken")
    if not token:
        break
equal(len({one["key"] for one in every}), jira.approximate_issue_count(f"project = {PROJECT}")["count"])
step("search, to the end of the pages")

jira.update_issue_field(key, {"summary": "Changed", "labels": ["a", "b"]})
jira.edit_issue(key, {"labels": [{"remove": "a"}]})
issue = jira.issue(key)["fields"]
equal((issue["summary"], issue["labels"]), ("Changed", ["b"]))
jira.assign_issue(key, me["accountId"])
equal(jira.issue(key)["fields"]["assignee"]["accountId"], me["accountId"])
step("issue updated and assigned")

comment = jira.issue_add_comment(key, "a *first* word")
equal(comment["body"], "a *first* word")
jira.issue_edit_comment(key, comment["id"], "a second word")
equal([one["body"] for one in jira.issue_get_comments(key)["comments"]], ["a second word"])
jira.delete(f"rest/api/2/issue/{key}/comment/{comment['id']}")
equal(jira.issue_get_comments(key)["total"], 0)
step("comment added, changed, deleted")

assert "In Progress" in {one["name"] for one in jira.get_issue_transitions(key)}
jira.set_issue_status(key, "In Progress")
equal(jira.get_issue_status(key), "In Progress")
step("transition")

BYTES = bytes(range(256)) * 400
file = io.BytesIO(BYTES)
file.name = "a file.bin"
(attachment,) = jira.add_attachment_object(key, file)
equal((attachment["filename"], attachment["size"]), ("a file.bin", len(BYTES)))
equal(jira.get_attachment(attachment["id"])["size"], len(BYTES))
content = jira.get(f"rest/api/2/attachment/content/{attachment['id']}", not_json_response=True)
equal(content, BYTES)
jira.remove_attachment(attachment["id"])
equal(jira.get_attachments_ids_from_issue(key), [])
step("file uploaded, downloaded, deleted")

jira.issue_worklog(key, "2026-02-03T04:05:06.000+0000", 5400, comment="hard work")
equal([one["timeSpent"] for one in jira.issue_get_worklog(key)["worklogs"]], ["1h 30m"])
jira.issue_add_watcher(key, me["accountId"])
equal(jira.issue_get_watchers(key)["watchCount"], 1)
jira.issue_delete_watcher(key, account_id=me["accountId"])
equal(jira.issue_get_watchers(key)["watchCount"], 0)
step("time logged, watched and no longer")

other = jira.issue_create(fields={**fields, "summary": "Other"})["key"]
jira.create_issue_link({"type": {"name": "Blocks"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": other}})
(link,) = jira.issue(key)["fields"]["issuelinks"]
equal(link["outwardIssue"]["key"], other)
jira.remove_issue_link(link["id"])
equal(jira.issue(key)["fields"]["issuelinks"], [])
jira.create_or_update_issue_remote_links(key, "https://example.com/1", "One", global_id="a=1")
equal([one["object"]["title"] for one in jira.get_issue_remote_links(key)], ["One"])
step("linked to an issue and to the web")

(board,) = jira.get_all_agile_boards(project_key=PROJECT)["values"]
sprints = jira.get_all_sprints_from_board(board["id"], state="active")
equal([one["state"] for one in sprints["values"]], ["active"])
jira.add_issues_to_sprint(sprints["values"][0]["id"], [key])
inside = jira.get_all_issues_for_sprint_in_board(board["id"], sprints["values"][0]["id"])
assert key in {one["key"] for one in inside["issues"]}
step("board and sprint read, issue planned")

jira.delete_issue(other)
jira.delete_issue(key)
with refused(HTTPError, 404, "Issue does not exist"):
    jira.issue(key)
with refused(HTTPError, 400, "You must specify a summary of the issue."):
    jira.issue_create(fields={**fields, "summary": ""})
step("issues deleted; what is wrong is refused in Jira's words")
