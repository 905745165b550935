// The examples run as they are in the repository, against the service and the sandbox.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import { consent, stories, watch } from "./support/browser.mjs";
import { keyOf, sessionToken } from "./support/credentials.mjs";
import { markupProblems } from "./support/looks.mjs";
import { freePort, serve } from "./support/processes.mjs";

const EXAMPLES = path.resolve("../../examples");
const story = stories({ frontendFolder: path.join(EXAMPLES, "frontend") });

/** Runs a script of the examples; gives what it printed, or an error with `code` and `stderr`. */
function script(name, service, key) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, SERVICE_URL: service, ...(key ? { API_KEY: key } : {}) };
  return promisify(execFile)("python3", ["-W", "error", path.join(EXAMPLES, name)], { env });
}

const lines = (text) => text.trimEnd().split("\n");

/** What the API says with a key. */
async function asked(stage, key, address) {
  const answer = await fetch(stage.service + address, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200);
  return answer.json();
}

const issuesCalled = (stage, key, summary) =>
  asked(stage, key, `/connectors/jira/search?${new URLSearchParams({ q: `summary ~ "${summary}"`, limit: 50 })}`);

/** A way to the service on which the first answer to `lost` gets lost, after the service has done its work. */
async function lossyWay(stage, lost) {
  const port = await freePort();
  const tries = [];
  const close = await serve(port, async (request, response) => {
    const parts = [];
    for await (const part of request) {
      parts.push(part);
    }
    const headers = { ...request.headers };
    ["host", "connection", "content-length"].forEach((name) => delete headers[name]);
    const body = request.method === "GET" ? undefined : Buffer.concat(parts);
    const answer = await fetch(stage.service + request.url, { method: request.method, headers, body });
    const text = await answer.text();
    if (request.url === lost) {
      tries.push({ key: headers["idempotency-key"], status: answer.status, replayed: answer.headers.get("idempotent-replayed") });
    }
    if (request.url === lost && tries.length === 1) {
      request.socket.destroy();
    } else {
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(text);
    }
  });
  return { address: `http://127.0.0.1:${port}`, tries, close };
}

story("the frontend logs a person in and shows who they are and all their projects", async ({ page, stage }) => {
  await stage.switch("crowd", { site: "acme", projects: 120, pages: 0 });
  await page.goto(`${stage.frontend}/`);
  await page.getByText("Nobody is logged in.").waitFor();
  assert.equal(await page.locator("#projects li").count(), 0);
  await page.getByRole("button", { name: "Log in with Atlassian" }).click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.frontend}/?connected=atlassian&provider=atlassian&status=success`);
  await page.getByText("You are Omar Haddad.").waitFor();
  await page.locator("#projects li").nth(120).waitFor();
  assert.match(await page.locator("#projects li").first().textContent(), /^[A-Z0-9]+: \S/);
  assert.equal(await page.getByRole("button", { name: "Log in with Atlassian" }).isVisible(), false);
});

story("the frontend's page is quiet, and says what went wrong when a call fails", async ({ page, stage }) => {
  await page.goto(`${stage.frontend}/`);
  await page.getByText("Nobody is logged in.").waitFor();
  const troubles = watch(page, stage.frontend);
  const response = await page.reload();
  assert.deepEqual(await markupProblems(await response.text()), []);
  await page.getByText("Nobody is logged in.").waitFor();
  assert.deepEqual(troubles, [`request to elsewhere: ${stage.service}/auth/session`]);
  await page.route(`${stage.service}/auth/session`, (route) => route.fulfill({ status: 503, json: { message: "try again later" } }));
  await page.reload();
  await page.getByText("try again later").waitFor();
});

story("the Python script lists every project and creates one issue, even when the first answer is lost", async ({ stage }) => {
  await stage.switch("crowd", { site: "acme", projects: 250, pages: 0 });
  const key = await keyOf(stage, await sessionToken(stage), "read,write");
  const before = await issuesCalled(stage, key, "Written with Python");
  const way = await lossyWay(stage, "/connectors/jira/create");
  try {
    const { stdout, stderr } = await script("python/projects.py", way.address, key);
    assert.equal(stderr, "");
    const listed = lines(stdout);
    const created = listed.pop().match(/^Created ([A-Z0-9]+-\d+)$/)[1];
    assert.ok(listed.length > 250, `${listed.length} projects`);
    assert.equal(new Set(listed).size, listed.length, "no project twice");
    assert.ok(created.startsWith(`${listed[0].split(":")[0]}-`));
    assert.deepEqual(way.tries, [
      { key: way.tries[0].key, status: 201, replayed: null },
      { key: way.tries[0].key, status: 201, replayed: "true" },
    ]);
    const after = await issuesCalled(stage, key, "Written with Python");
    assert.deepEqual([before.length, after.map(({ id }) => id)], [0, [created]]);
  } finally {
    await way.close();
  }
});

story("the agent finds the tools, runs those that its model asks for, and answers", async ({ stage }) => {
  const key = await keyOf(stage, await sessionToken(stage));
  const { stdout, stderr } = await script("agent/agent.py", stage.service, key);
  const [project] = await asked(stage, key, "/connectors/jira/projects?limit=1");
  const jql = `project = ${project.key} ORDER BY created DESC`;
  const newest = await asked(stage, key, `/connectors/jira/search?${new URLSearchParams({ q: jql, limit: 3 })}`);
  assert.equal(newest.length, 3);
  assert.deepEqual(lines(stdout), newest.map(({ id, title }) => `${id}: ${title}`));
  assert.deepEqual(lines(stderr).map((line) => line.split(" ")[0]), ["jira-projects", "jira_search"]);
});

for (const name of ["python/projects.py", "agent/agent.py"]) {
  story(`${name} says so when it has no key, or one that is none`, async ({ stage }) => {
    await assert.rejects(script(name, stage.service), (error) => error.code === 1 && error.stderr.startsWith("API_KEY is not set"));
    await assert.rejects(script(name, stage.service, "ibk_nothing"), (error) => error.code === 1 && error.stderr.startsWith("401: "));
  });
}
