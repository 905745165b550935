// Plays "what blocks the release?" as an agent would, with our tools and with those of PyPI's mcp-atlassian, on the same data:
// the sandbox's Data Center, which both reach with personal access tokens. Counts calls, and tokens in the vocabulary of OpenAI's
// newer models: of the list of tools, which every turn of a model carries, of the arguments and of the results.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { getEncoding } from "js-tiktoken";

import { freePort } from "../browser/support/processes.mjs";

const { PROGRAMS, PEER, PATH, HOME } = process.env;
const PROJECT = "MILL";
const RELEASE = "4.0";
const PAGE = "Plan for 4.0";
/** What the question needs stands at the end of the page, where no snippet of a search shows it. */
const DECIDING = "<p>We release when nothing is blocked.</p>";
const encoding = getEncoding("o200k_base");
const cost = (value) => encoding.encode(typeof value === "string" ? value : JSON.stringify(value)).length;

/** The sandbox and the service in open mode, in a folder of their own. */
async function openStage() {
  const folder = await mkdtemp(path.join(tmpdir(), "release-story-"));
  const [port, cloud, host] = [await freePort(), await freePort(), await freePort()];
  const start = (program, parameters, settings = {}) =>
    spawn(path.join(PROGRAMS, program), parameters, { cwd: folder, env: { PATH, ...settings }, stdio: "ignore" });
  const sandbox = start("atlassian-sandbox", ["--port", `${cloud}`, "--data-center-port", `${host}`, "--quiet", "--exit-with-parent"]);
  const service = start("integration-backend", [], {
    PORT: `${port}`,
    AUTH_MODE: "open",
    INTEGRATION_DB_URL: "sqlite://story.db",
    ALLOWED_UPSTREAM_HOSTS: `http://127.0.0.1:${host}`,
    ENABLE_JIRA_PAT: "true",
    RATE_LIMIT_PER_MINUTE: "0",
  });
  const stage = { service: `http://localhost:${port}`, host: `http://127.0.0.1:${host}` };
  stage.close = async () => {
    for (const child of [service, sandbox]) {
      child.kill();
      if (child.exitCode === null) await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  await answering(`${stage.service}/ready`);
  await answering(`${stage.host}/rest/api/2/serverInfo`);
  return stage;
}

async function answering(address) {
  for (let tries = 0; tries < 600; tries += 1) {
    const answer = await fetch(address).catch(() => null);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nobody answers at ${address}`);
}

/** A call of the Data Center's own API. */
async function call(stage, product, method, address, body) {
  const headers = { Authorization: `Bearer ${product}-pat-mia`, "Content-Type": "application/json" };
  const answer = await fetch(stage.host + address, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${address}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A release with eight issues, of which two block it and are talked about, and a page about it. */
async function prepare(stage) {
  const jira = (method, address, body) => call(stage, "jira", method, `/rest/api/2/${address}`, body);
  const version = await jira("POST", "version", { name: RELEASE, project: PROJECT, releaseDate: "2026-12-15" });
  const make = async (summary, fields) => {
    const made = await jira("POST", "issue", {
      fields: { project: { key: PROJECT }, issuetype: { name: "Task" }, summary, description: `${summary}. `.repeat(12), ...fields },
    });
    return made.key;
  };
  const fixVersions = [{ id: version.id }];
  for (const part of ["Import", "Export", "Search", "Login", "Billing", "Mail"]) await make(`${part} for the release`, { fixVersions });
  const blockers = [];
  for (const reason of ["The certificate has expired", "The vendor has not answered"]) {
    const key = await make(reason, { fixVersions, labels: ["blocker"] });
    for (const day of ["Monday", "Tuesday", "Wednesday"]) await jira("POST", `issue/${key}/comment`, { body: `${day}: still waiting, as said before.` });
    blockers.push(key);
  }
  await call(stage, "confluence", "POST", "/rest/api/content", {
    type: "page",
    title: PAGE,
    space: { key: "PLANT" },
    body: { storage: { value: `<h1>Plan</h1>${"<p>Each part is tried by those who ordered it.</p>".repeat(40)}${DECIDING}`, representation: "storage" } },
  });
  return blockers;
}

/** An agent with a server's tools, which counts. */
class Agent {
  constructor(client) {
    Object.assign(this, { client, calls: 0, written: 0, read: 0 });
  }

  static async with(transport) {
    const client = new Client({ name: "story", version: "1" });
    await client.connect(transport);
    const agent = new Agent(client);
    const { tools } = await client.listTools();
    agent.tools = tools.length;
    agent.definitions = tools;
    agent.list = cost(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })));
    return agent;
  }

  /** What a model reads of a result: the text. */
  async run(name, parameters) {
    const result = await this.client.callTool({ name, arguments: parameters });
    const text = result.content.map((block) => block.text).join("\n");
    assert.ok(!result.isError, `${name}: ${text}`);
    this.calls += 1;
    this.written += cost({ name, arguments: parameters });
    this.read += cost(text);
    return text;
  }
}

/**
 * The story. Both have tools of the same names; what a list offers beyond, an agent takes: comments with what is searched, where the
 * description of the fields names them, and the texts of pages with what is found of them. Both are also asked for comments with the
 * search; who does not give them is asked for each issue.
 */
async function play(agent, blockers) {
  const versions = await agent.run("jira_get_project_versions", { project_key: PROJECT });
  assert.match(versions, new RegExp(`"${RELEASE}"`));
  const jql = `project = ${PROJECT} AND fixVersion = "${RELEASE}" AND labels = blocker AND statusCategory != Done`;
  const fields = "summary,status,assignee,description,comment,issuelinks";
  const planned = await agent.run("jira_search", { jql, fields, limit: 20 });
  for (const blocker of blockers) assert.ok(planned.includes(blocker), `${blocker} is not in ${planned}`);
  if (!planned.includes("still waiting")) {
    for (const blocker of blockers) assert.match(await agent.run("jira_get_issue", { issue_key: blocker }), /still waiting/);
  }
  const query = { query: `title ~ "${PAGE}"`, limit: 3 };
  const search = agent.definitions.find((tool) => tool.name === "confluence_search");
  if (search.inputSchema.properties.include_content) query.include_content = true;
  const found = await agent.run("confluence_search", query);
  if (!/nothing is blocked/.test(found)) {
    const [id] = /"id": ?"?(\d+)/.exec(found).slice(1);
    assert.match(await agent.run("confluence_get_page", { page_id: id }), /nothing is blocked/);
  }
  return agent;
}

const stage = await openStage();
try {
  const blockers = await prepare(stage);
  for (const product of ["jira", "confluence"]) {
    const body = JSON.stringify({ pat: `${product}-pat-mia` });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${stage.service}/connectors/${product}/connection`, { method: "PATCH", headers, body });
    assert.equal(answer.status, 200, await answer.text());
  }
  const rows = [];
  const measured = async (name, transport) => {
    const agent = await play(await Agent.with(transport), blockers);
    const turns = agent.calls + 1;
    rows.push([name, agent.tools, agent.list, agent.calls, agent.written, agent.read, turns * agent.list + agent.written + agent.read]);
    await agent.client.close();
  };
  for (const query of ["", "?toolsets=all", "?readonly=1&toolsets=jira_issues,jira_projects,confluence_pages"]) {
    await measured(`\`/mcp${query}\``, new StreamableHTTPClientTransport(new URL(`${stage.service}/mcp${query}`)));
  }
  if (PEER) {
    const env = {
      PATH,
      HOME,
      JIRA_URL: stage.host,
      JIRA_PERSONAL_TOKEN: "jira-pat-mia",
      CONFLUENCE_URL: stage.host,
      CONFLUENCE_PERSONAL_TOKEN: "confluence-pat-mia",
    };
    await measured("mcp-atlassian", new StdioClientTransport({ command: PEER, args: [], env, stderr: "ignore" }));
  }
  console.log("| server | tools | tokens of the list | calls | tokens of arguments | tokens of results | tokens of the whole story |");
  console.log("|---|---|---|---|---|---|---|");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
} finally {
  await stage.close();
}
