"""The `jira` package of pycontribs, as twenty-line programs use it: version 2 of the API, addresses of `self`."""

import io

from jira import JIRA, JIRAError

from steps import AUTH, JIRA as SERVER, PROJECT, SECRET, USER, equal, ours, refused, step

credential = {"token_auth": SECRET} if AUTH == "bearer" else {"basic_auth": (USER, SECRET)}
jira = JIRA(server=SERVER, max_retries=0, **credential)
equal(jira.server_info()["deploymentType"], "Cloud")
me = jira.myself()
equal(me["displayName"], "Mia Krystof")
step("connected")

assert {"summary", "fixVersions"} <= {field["id"] for field in jira.fields()}
assert PROJECT in {project.key for project in jira.projects()}
equal({priority.name for priority in jira.priorities()}, {"Highest", "High", "Medium", "Low", "Lowest"})
assert "Done" in {status.name for status in jira.statuses()}
assert "Fixed" in {resolution.name for resolution in jira.resolutions()}
assert "Task" in {kind.name for kind in jira.issue_types()}
ours(jira.project(PROJECT).self)
step("projects and choices read")

TEXT = "h2. Title\n\nsome *bold* text"
issue = jira.create_issue(
    project=PROJECT, issuetype={"name": "Task"}, summary="Made by pycontribs", description=TEXT, labels=["stock"]
)
ours(issue.self)
equal(jira.issue(issue.key).fields.description, TEXT)
equal(jira.issue(issue.key, fields="summary").fields.summary, "Made by pycontribs")
step("issue created and read")

found = jira.search_issues(f"key = {issue.key}", fields="summary,labels")
equal([(one.key, one.fields.labels) for one in found], [(issue.key, ["stock"])])
every = jira.search_issues(f"project = {PROJECT}", maxResults=False, fields="summary")
equal(len(every), jira.approximate_issue_count(f"project = {PROJECT}"))
step("search, to the end of the pages")

issue.update(summary="Changed by pycontribs", description="plain")
issue.update(update={"labels": [{"add": "more"}, {"remove": "stock"}]})
issue = jira.issue(issue.key)
equal((issue.fields.summary, issue.fields.description), ("Changed by pycontribs", "plain"))
equal(issue.fields.labels, ["more"])
jira.assign_issue(issue.key, me["accountId"])
equal(jira.issue(issue.key).fields.assignee.accountId, me["accountId"])
step("issue updated at the address of its `self`")

comment = jira.add_comment(issue.key, "a *first* word")
ours(comment.self)
equal(jira.comment(issue.key, comment.id).body, "a *first* word")
comment.update(body="a second word")
equal([one.body for one in jira.comments(issue.key)], ["a second word"])
comment.delete()
equal(jira.comments(issue.key), [])
step("comment added, changed, deleted")

names = {step["name"] for step in jira.transitions(issue.key)}
assert "In Progress" in names, names
jira.transition_issue(issue.key, "In Progress")
equal(jira.issue(issue.key).fields.status.name, "In Progress")
history = jira.issue(issue.key, expand="changelog").changelog.histories
assert any(item.field == "status" for change in history for item in change.items)
step("transition, and its place in the changelog")

BYTES = bytes(range(256)) * 400
attachment = jira.add_attachment(issue.key, attachment=io.BytesIO(BYTES), filename="ümlaut file.bin")
equal((attachment.filename, attachment.size), ("ümlaut file.bin", len(BYTES)))
equal(jira.attachment(attachment.id).get(), BYTES)
equal(b"".join(jira.attachment(attachment.id).iter_content(4096)), BYTES)
jira.attachment(attachment.id).delete()
equal(jira.issue(issue.key).fields.attachment, [])
equal(jira.attachment_meta()["enabled"], True)
step("file uploaded, downloaded, deleted")

log = jira.add_worklog(issue.key, timeSpent="1h 30m", comment="hard work")
equal(jira.worklog(issue.key, log.id).timeSpentSeconds, 5400)
log.update(timeSpent="2h")
equal([one.timeSpent for one in jira.worklogs(issue.key)], ["2h"])
log.delete()
equal(jira.worklogs(issue.key), [])
step("time logged, changed, deleted")

jira.add_watcher(issue.key, me["accountId"])
equal(jira.watchers(issue.key).watchCount, 1)
jira.remove_watcher(issue.key, me["accountId"])
equal(jira.watchers(issue.key).watchCount, 0)
with refused(JIRAError, 404):
    jira.add_vote(issue.key)
equal(jira.votes(issue.key).votes, 0)
step("watched and no longer; no vote for one's own")

other = jira.create_issue(project=PROJECT, issuetype={"name": "Task"}, summary="Other")
assert "Blocks" in {kind.name for kind in jira.issue_link_types()}
jira.create_issue_link("Blocks", issue.key, other.key)
(link,) = jira.issue(issue.key).fields.issuelinks
equal(link.outwardIssue.key, other.key)
equal(jira.issue_link(link.id).type.name, "Blocks")
jira.delete_issue_link(link.id)
equal(jira.issue(issue.key).fields.issuelinks, [])
remote = jira.add_simple_link(issue.key, {"url": "https://example.com/1", "title": "One"})
equal([one.object.title for one in jira.remote_links(issue.key)], ["One"])
jira.remote_link(issue.key, remote.id).delete()
equal(jira.remote_links(issue.key), [])
step("linked to an issue and to the web, and no longer")

version = jira.create_version("pycontribs 1", PROJECT)
component = jira.create_component("pycontribs part", PROJECT)
issue.update(fields={"fixVersions": [{"name": version.name}], "components": [{"name": component.name}]})
issue = jira.issue(issue.key)
equal([one.name for one in issue.fields.fixVersions], ["pycontribs 1"])
equal([one.name for one in issue.fields.components], ["pycontribs part"])
version.update(released=True)
equal(jira.version(version.id).released, True)
version.delete()
component.delete()
assert "pycontribs 1" not in {one.name for one in jira.project_versions(PROJECT)}
assert "pycontribs part" not in {one.name for one in jira.project_components(PROJECT)}
step("version and component made, used, deleted")

(board,) = jira.boards(projectKeyOrID=PROJECT)
sprint = jira.create_sprint("pycontribs", board.id)
jira.add_issues_to_sprint(sprint.id, [issue.key])
assert sprint.id in {one.id for one in jira.sprints(board.id, state="future")}
equal([one.key for one in jira.search_issues(f"sprint = {sprint.id}", fields="key")], [issue.key])
jira.move_to_backlog([issue.key])
sprint.delete()
step("sprint planned on a board and deleted")

kept = jira.create_filter("pycontribs", jql=f"key = {issue.key}")
equal([one.key for one in jira.search_issues(f"filter = {kept.id}", fields="key")], [issue.key])
jira.update_filter(kept.id, jql=f"key = {other.key}")
equal(jira.filter(kept.id).jql, f"key = {other.key}")
kept.delete()
step("filter kept, used, deleted")

other.delete()
issue.delete()
with refused(JIRAError, 404):
    jira.issue(issue.key)
with refused(JIRAError, 400, "You must specify a summary of the issue."):
    jira.create_issue(project=PROJECT, issuetype={"name": "Task"}, summary="")
step("issues deleted; what is wrong is refused in Jira's words")
