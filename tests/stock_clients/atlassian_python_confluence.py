"""`ConfluenceV2` of atlassian-python-api, as twenty-line programs use it."""

import warnings

from atlassian import ConfluenceV2
from requests import HTTPError

from steps import AUTH, CONFLUENCE, SECRET, SPACE, USER, equal, refused, step

warnings.simplefilter("ignore", DeprecationWarning)
credential = {"token": SECRET} if AUTH == "bearer" else {"username": USER, "password": SECRET}
confluence = ConfluenceV2(url=CONFLUENCE, **credential)
spaces = {space["key"]: space for space in confluence.get_spaces(limit=1)}
space = spaces[SPACE]["id"]
assert len(spaces) > 2, "the pages were followed"
equal(confluence.get_space_by_key(SPACE)["id"], space)
step("spaces listed, one by one to the end")

TITLE = f"Made by ConfluenceV2 ({AUTH})"
page = confluence.create_page(space, TITLE, "<p>first</p>", representation="storage")
equal((page["title"], page["version"]["number"]), (TITLE, 1))
read = confluence.get_page_by_id(page["id"], body_format="storage")
equal(read["body"]["storage"]["value"], "<p>first</p>")
step("page created and read")

# Without the version the client asks for the page with `body-format=none`, which Atlassian refuses.
second = {"title": TITLE, "body": "<p>second</p>", "representation": "storage", "status": "current", "version": 1}
confluence.update_page(page["id"], **second)
read = confluence.get_page_by_id(page["id"], body_format="storage")
equal((read["body"]["storage"]["value"], read["version"]["number"]), ("<p>second</p>", 2))
equal([one["number"] for one in confluence.get_all_page_versions(page["id"])], [2, 1])
with refused(HTTPError, 409):
    confluence.update_page(page["id"], **second)
step("page updated; a stale version is refused")

child = confluence.create_page(space, f"{TITLE} below", "<p>c</p>", parent_id=page["id"], representation="storage")
equal([one["id"] for one in confluence.get_child_pages(page["id"])], [child["id"]])
titles = {one["title"] for one in confluence.get_pages(space_id=space, body_format="storage", limit=2)}
assert {TITLE, f"{TITLE} below"} <= titles, titles
step("child and all pages listed to the end")

label = f"rest/api/content/{page['id']}/label"
confluence.post(label, data=[{"prefix": "global", "name": "stock"}])
equal([one["name"] for one in confluence.get_page_labels(page["id"])], ["stock"])
confluence.delete(label, params={"name": "stock"})
equal(confluence.get_page_labels(page["id"]), [])
step("label added and removed")

BYTES = bytes(range(256)) * 400
upload = f"rest/api/content/{page['id']}/child/attachment"
headers = {"X-Atlassian-Token": "no-check"}
made = confluence.post(upload, files={"file": ("a file.bin", BYTES)}, headers=headers)["results"][0]
(listed,) = confluence.get(f"api/v2/pages/{page['id']}/attachments")["results"]
equal((listed["id"], listed["title"], listed["fileSize"]), (made["id"], "a file.bin", len(BYTES)))
equal(confluence.get(f"{upload}/{made['id']}/download", not_json_response=True), BYTES)
confluence.delete(f"api/v2/attachments/{made['id']}")
equal(confluence.get(f"api/v2/pages/{page['id']}/attachments")["results"], [])
step("file uploaded, downloaded, deleted")

# The client's own methods for one comment call an address that Atlassian does not have.
words = {"representation": "storage", "value": "<p>a word</p>"}
comment = confluence.post("api/v2/footer-comments", data={"pageId": page["id"], "body": words})
equal([one["id"] for one in confluence.get_page_footer_comments(page["id"])], [comment["id"]])
confluence.delete(f"api/v2/footer-comments/{comment['id']}")
equal(list(confluence.get_page_footer_comments(page["id"])), [])
step("comment added and deleted")

with refused(HTTPError, 410):
    confluence.get(f"rest/api/content/{page['id']}")
confluence.delete_page(child["id"])
confluence.delete_page(page["id"])
with refused(HTTPError, 404):
    confluence.get_page_by_id(page["id"])
step("what is gone in v1 is gone; pages deleted")
