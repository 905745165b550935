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
