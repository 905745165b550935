// The TypeScript SDKs of both eras, as small programs use them. Each checks every result against the tool's output schema.

import assert from "node:assert/strict";

import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/** What a small program does. */
async function steps(name, client, transport) {
  await client.connect(transport);
  const { tools } = await client.listTools();
  assert.ok(tools.some((tool) => tool.name === "jira_search"), name);
  const call = (tool, parameters = {}) => client.callTool({ name: tool, arguments: parameters });
  const me = await call("jira_get_current_user");
  assert.ok(me.structuredContent.account_id, name);
  assert.deepEqual(JSON.parse(me.content[0].text), me.structuredContent);
  const jql = "project = WEB ORDER BY key";
  const first = await call("jira_search", { jql, limit: 1 });
  const second = await call("jira_search", { jql, limit: 1, page_token: first.structuredContent.next_cursor });
  assert.notEqual(first.structuredContent.items[0].key, second.structuredContent.items[0].key, name);
  const made = await call("jira_create_issue", { project_key: "WEB", issue_type: "Task", summary: `By ${name}` });
  const read = await call("jira_get_issue", { issue_key: made.structuredContent.id });
  assert.equal(read.structuredContent.summary, `By ${name}`);
  const spaces = await call("confluence_get_spaces");
  assert.ok(spaces.structuredContent.items.length > 0, name);
  const absent = await call("jira_get_issue", { issue_key: "WEB-99999" });
  assert.equal(absent.isError, true, name);
  assert.match(absent.content[0].text, /NOT_FOUND/);
  await client.close();
}

const endpoint = () => new URL(process.env.ENDPOINT);
const legacy = new LegacyClient({ name: "legacy", version: "1" });
await steps("legacy", legacy, new LegacyTransport(endpoint()));
const modern = new ModernClient({ name: "modern", version: "1" }, { versionNegotiation: { mode: "auto" } });
await steps("modern", modern, new ModernTransport(endpoint()));
console.log("both eras");
