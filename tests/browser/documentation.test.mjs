// The documentation page is a client too: offline, under its policy, with a session token, a key or the cookie.

import assert from "node:assert/strict";

import { logIn, stories, watch } from "./support/browser.mjs";
import { keyOf, sessionToken } from "./support/credentials.mjs";

const story = stories();

async function openDocs(page, stage) {
  await page.goto(`${stage.service}/docs`);
  await page.locator(".opblock").first().waitFor();
}

/** Fills in one of the credentials that the page asks for. */
async function authorize(page, scheme, value) {
  await page.locator(".auth-wrapper .btn.authorize").click();
  const form = page.locator(".auth-container", { hasText: scheme });
  await form.locator("input").fill(value);
  await form.getByRole("button", { name: "Apply credentials" }).or(form.getByRole("button", { name: "Authorize", exact: true })).click();
  await page.locator(".modal-ux").getByRole("button", { name: "Close" }).first().click();
}

/** Runs an operation on the page; gives the status and the text of the answer. */
async function execute(page, method, address) {
  const operation = page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${address}"]`) });
  if (!(await operation.getByRole("button", { name: "Execute" }).count())) {
    await operation.locator(".opblock-summary-control").click();
  }
  await operation.getByRole("button", { name: "Execute" }).click();
  const row = operation.locator(".live-responses-table .response").first();
  await row.locator(".response-col_description pre, .response-col_description code").first().waitFor();
  return { status: (await row.locator(".response-col_status").first().textContent()).trim(), text: await row.textContent() };
}

for (const [name, scheme, credential] of [
  ["a session token", "session_token", sessionToken],
  ["a key", "api_key", async (stage) => keyOf(stage, await sessionToken(stage))],
]) {
  story(`with ${name} the documentation page reads a person's projects, and loads nothing from elsewhere`, async ({ page, stage, context }) => {
    const value = await credential(stage);
    const troubles = watch(page, stage.service);
    await openDocs(page, stage);
    await authorize(page, scheme, value);
    const { status, text } = await execute(page, "get", "/connectors/jira/myself");
    assert.match(status, /^200/);
    assert.match(text, /Omar Haddad/);
    assert.deepEqual(troubles, []);
    assert.deepEqual(await context.cookies(stage.service), []);
    assert.equal(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage])), "[{},{}]", "a credential is not kept in the browser");
  });
}

story("with the cookie of a login the documentation page reads and changes; a key that may only read is told so", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  await openDocs(page, stage);
  assert.match((await execute(page, "get", "/connectors/jira/myself")).text, /Omar Haddad/);
  assert.match((await execute(page, "post", "/api/oauth/atlassian/refresh")).text, /Token refreshed/);
  await authorize(page, "api_key", await keyOf(stage, await sessionToken(stage)));
  const refused = await execute(page, "post", "/connectors/jira/create");
  assert.match(refused.status, /^403/);
  assert.match(refused.text, /scope write/);
});

const groups = (page) => page.locator(".opblock-tag-section > .opblock-tag, .opblock-tag-section > h3").evaluateAll((all) => all.map((one) => one.dataset.tag));
const shownPaths = (page) => page.locator(".opblock-summary-path").evaluateAll((all) => all.map((one) => one.dataset.path));

story("the earlier systems' routes come last and folded; the box filters by any words, and finds those, too", async ({ page, stage }) => {
  await openDocs(page, stage);
  const names = await groups(page);
  assert.equal(names[0], "Login");
  assert.equal(names.at(-1), "Compatible routes");
  const all = await shownPaths(page);
  assert.ok(all.includes("/connectors/jira/projects") && !all.includes("/api/jira/projects"), all.join(" "));
  const box = page.getByRole("searchbox", { name: "Filter operations" });
  await box.fill("comments jira");
  await page.waitForFunction(() => document.querySelectorAll(".opblock").length < 10);
  for (const path of await shownPaths(page)) {
    assert.match(path, /jira.*comments/);
  }
  await box.fill("listRawProjects");
  await page.locator('[data-path="/api/jira/projects"]').waitFor();
  await box.fill("");
  await page.locator('[data-path="/connectors/jira/create"]').waitFor();
  assert.deepEqual(await groups(page), names);
  assert.ok(!(await shownPaths(page)).includes("/api/jira/projects"), "folded again");
});

// The service's own tests send what the page shows for all operations; here a person does it for some.
const EXECUTED = ["listJiraProjects", "searchJira", "listJiraComments", "listConfluencePages", "listPanelIssues"];

story("Execute works just as an operation stands there, first of all for projects; a callback has none", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  await openDocs(page, stage);
  const box = page.getByRole("searchbox", { name: "Filter operations" });
  for (const name of EXECUTED) {
    await box.fill(name);
    await page.locator(`[id$="-${name}"]`).waitFor();
    const path = await page.locator(`[id$="-${name}"] .opblock-summary-path`).getAttribute("data-path");
    const { status, text } = await execute(page, "get", path);
    assert.match(status, /^200/, `${path}: ${text}`);
    assert.doesNotMatch(text, /Response body(Download)?\[\s*\]/, `${path} shows something`);
  }
  await box.fill("finishAtlassianLogin");
  const callback = page.locator(".opblock-get");
  await callback.locator(".opblock-summary-control").click();
  await callback.locator(".responses-wrapper").waitFor();
  assert.equal(await callback.getByRole("button", { name: "Execute" }).count(), 0);
});
