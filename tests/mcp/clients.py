"""PyPI's mcp, in either era, and fastmcp, as small programs use them. Each checks results against output schemas."""

import asyncio
import json
import os

from fastmcp import Client as FastClient
from mcp import Client

ENDPOINT = os.environ["ENDPOINT"]


async def with_mcp(mode):
    """A session in one era."""
    async with Client(ENDPOINT, mode=mode) as client:
        listed = await client.list_tools()
        assert any(tool.name == "jira_search" for tool in listed.tools), mode
        me = await client.call_tool("jira_get_current_user", {})
        assert not me.is_error and me.structured_content["account_id"], me
        assert json.loads(me.content[0].text) == me.structured_content
        found = await client.call_tool("jira_search", {"jql": "project = WEB ORDER BY key", "limit": 2})
        assert len(found.structured_content["items"]) == 2, found
        spaces = await client.call_tool("confluence_get_spaces", {})
        assert spaces.structured_content["items"], spaces
        absent = await client.call_tool("jira_get_issue", {"issue_key": "WEB-99999"})
        assert absent.is_error and "NOT_FOUND" in absent.content[0].text, absent


async def with_fastmcp():
    """The client that most Python agents use."""
    async with FastClient(ENDPOINT) as client:
        tools = await client.list_tools()
        assert any(tool.name == "confluence_get_page" for tool in tools)
        me = await client.call_tool("jira_get_current_user", {})
        assert me.structured_content["account_id"], me
        absent = await client.call_tool("jira_get_issue", {"issue_key": "WEB-99999"}, raise_on_error=False)
        assert absent.is_error, absent


async def main():
    """All of them."""
    await with_mcp("auto")
    await with_mcp("legacy")
    await with_fastmcp()
    print("mcp in both eras, fastmcp")


asyncio.run(main())
