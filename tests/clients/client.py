"""A Python program against the service, with the client made from the OpenAPI document."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "made"))

from service import Client  # noqa: E402
from service.api.confluence import create_confluence_page, get_confluence_page, list_confluence_spaces  # noqa: E402
from service.api.connections import list_connectors  # noqa: E402
from service.api.jira import (  # noqa: E402
    add_jira_comment,
    create_jira_issue,
    find_jira_users,
    get_jira_issue,
    list_jira_comments,
    list_jira_projects,
    list_jira_transitions,
    make_jira_transition,
    search_jira,
    update_jira_issue,
)
from service.api.tools import invoke_tool  # noqa: E402
from service.models import (  # noqa: E402
    ErrorBody,
    Invocation,
    InvocationArgs,
    IssueChange,
    NewComment,
    NewIssue,
    NewPage,
    TransitionRequest,
)


def brought(answer):
    """What an answer brought; an error ends the program with its own sentence."""
    if answer is None or isinstance(answer, ErrorBody):
        sys.exit(f"the service refused: {answer and answer.message}")
    return answer


client = Client(base_url=os.environ["SERVICE"], headers={"X-Session-Token": os.environ["SESSION_TOKEN"]})

connections = brought(list_connectors.sync(client=client))
assert [one.status for one in connections] == ["active", "active"], connections

projects = brought(list_jira_projects.sync(client=client, limit=2))
assert len(projects) == 2 and projects[0].key < projects[1].key, projects

made = brought(create_jira_issue.sync(client=client, body=NewIssue(project_key="APP", summary="Made by a Python client")))
issue = brought(get_jira_issue.sync(made.id, client=client))
assert issue.title == "Made by a Python client", issue

changed = brought(update_jira_issue.sync(made.id, client=client, body=IssueChange(summary="Changed by a Python client")))
assert changed.title == "Changed by a Python client", changed

brought(add_jira_comment.sync(made.id, client=client, body=NewComment(body="Seen.")))
comments = brought(list_jira_comments.sync(made.id, client=client))
assert [one.body for one in comments] == ["Seen."], comments

steps = brought(list_jira_transitions.sync(made.id, client=client))
done = next(step for step in steps if step.to_status == "Done")
finished = brought(make_jira_transition.sync(made.id, client=client, body=TransitionRequest(transition=done.id)))
assert finished.status == "Done", finished

hits = brought(search_jira.sync(client=client, q="project = APP", limit=3))
assert len(hits) == 3 and all(hit.metadata.project == "APP" for hit in hits), hits

people = brought(find_jira_users.sync(client=client, q="mia"))
assert people[0].account_id, people

space = brought(list_confluence_spaces.sync(client=client, limit=1))[0]
page = brought(create_confluence_page.sync(client=client, body=NewPage(space_key=space.key, title="Made by a Python client", body="# Made")))
read = brought(get_confluence_page.sync(page.id, client=client))
assert read.body.startswith("# Made"), read

arguments = InvocationArgs.from_dict({"jql": "project = APP", "limit": 2})
result = brought(invoke_tool.sync(client=client, body=Invocation(tool="jira_search", args=arguments)))
assert len(result.items) == 2, result

missing = get_jira_issue.sync("APP-99999", client=client)
assert isinstance(missing, ErrorBody) and missing.code == "NOT_FOUND", missing
