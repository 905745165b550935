// A frontend on a listed origin logs a person in and works with their session, as a customer's would.

import assert from "node:assert/strict";

import { consent, stories } from "./support/browser.mjs";

const story = stories();

async function shown(page) {
  await page.locator("body[data-shown]").waitFor();
  return {
    person: await page.locator("#person").textContent(),
    connections: await page.locator("#connections li").allTextContents(),
    projects: await page.locator("#projects li").allTextContents(),
  };
}

story("a person logs in from the frontend, sees data, stays logged in over a reload, and logs out", async ({ page, stage, context }) => {
  await page.goto(stage.frontend);
  assert.equal((await shown(page)).person, "nobody");

  await page.locator("#login").click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.frontend}/after?*`);
  assert.equal(new URL(page.url()).search, "?connected=atlassian&provider=atlassian&status=success");
  for (const visit of ["the first", "after a reload"]) {
    const seen = await shown(page);
    assert.equal(seen.person, "Omar Haddad", visit);
    assert.deepEqual(seen.connections, ["jira: active", "confluence: active"], visit);
    assert.equal(seen.projects.length, 25, "the first page of Jira's projects");
    await page.reload();
  }

  const cookies = await context.cookies(stage.service);
  const session = cookies.find((cookie) => cookie.name === "ib_session");
  assert.ok(session?.httpOnly, "scripts cannot read the session cookie");
  assert.equal(await page.evaluate(() => document.cookie), "");

  await shown(page);
  await page.evaluate(() => delete document.body.dataset.shown);
  await page.locator("#logout").click();
  const last = await shown(page);
  assert.equal(last.person, "nobody");
  assert.deepEqual(last.projects, []);
  assert.deepEqual(last.connections, ["jira: not_connected", "confluence: not_connected"]);
  assert.deepEqual(await context.cookies(stage.service), []);
});

story("a frontend that fetches the address itself gets a login that works", async ({ page, stage }) => {
  await page.goto(stage.frontend);
  const url = await page.evaluate(async (service) => {
    const returnUrl = encodeURIComponent(`${location.origin}/after`);
    const answer = await fetch(`${service}/auth/jira/login?return_url=${returnUrl}&state=mine`, { credentials: "include" });
    return (await answer.json()).url;
  }, stage.service);
  await page.goto(url);
  await consent(page, "lea");
  await page.waitForURL(`${stage.frontend}/after?*`);
  assert.equal(new URL(page.url()).search, "?connected=jira&provider=jira&status=success&state=mine");
  assert.equal((await shown(page)).person, "Léa Fontaine");
});

story("a frontend that forgot to send credentials is told so on the page where its login ends", async ({ page, stage }) => {
  await page.goto(stage.frontend);
  const url = await page.evaluate(async (service) => {
    const answer = await fetch(`${service}/auth/jira/login?redirect=false`, { credentials: "omit" });
    return (await answer.json()).url;
  }, stage.service);
  await page.goto(url);
  await consent(page);
  const explanation = await page.getByRole("alert").textContent();
  assert.match(explanation, /credentials: "include"/);
  await page.getByRole("link", { name: "Start again" }).waitFor();
});

story("a person who declines comes back to the frontend with the reason", async ({ page, stage, context }) => {
  await page.goto(stage.frontend);
  await page.locator("#login").click();
  await page.locator("#decline").click();
  await page.waitForURL(`${stage.frontend}/after?*`);
  assert.equal(new URL(page.url()).search, "?error=access_denied&provider=atlassian&status=error");
  assert.equal((await shown(page)).person, "nobody");
  assert.deepEqual(await context.cookies(stage.service), []);
});

story("two tabs that log in at the same time both end well", async ({ page, stage, context }) => {
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(stage.frontend);
    await tab.locator("#login").click();
    await tab.waitForURL(/\/authorize\?/);
  }
  for (const tab of [page, other]) {
    await consent(tab, "omar");
    await tab.waitForURL(`${stage.frontend}/after?connected=atlassian&provider=atlassian&status=success`);
    assert.equal((await shown(tab)).person, "Omar Haddad");
  }
});
