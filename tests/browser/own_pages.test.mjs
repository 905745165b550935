// Our own pages, for people without a frontend: log in, choose a site, disconnect, log in again, log out.

import assert from "node:assert/strict";

import { consent, logIn, statusOf, stories, tabTo, watch } from "./support/browser.mjs";

const story = stories();

story("a person logs in, and the page shows what is connected and how", async ({ page, stage }) => {
  const troubles = watch(page, stage.service);
  await page.goto(`${stage.service}/login`);
  assert.deepEqual(troubles, []);
  await logIn(page, stage, "omar");
  for (const product of ["jira", "confluence"]) {
    const card = page.locator(`section[data-product="${product}"]`);
    assert.match(await statusOf(page, product).textContent(), /Connected$/);
    assert.equal(await card.locator(".site a").getAttribute("href"), `${stage.sandbox}/sites/acme.atlassian.net${product === "confluence" ? "/wiki" : ""}`);
  }
  assert.equal(await page.locator(".account strong").textContent(), "Omar Haddad");
});

story("a person with only the keyboard chooses one of several sites", async ({ page, stage }) => {
  await logIn(page, stage, "mia", "#login-jira");
  assert.equal(new URL(page.url()).search, "?connected=jira&provider=jira&status=success&needs_site=1");
  assert.match(await statusOf(page, "jira").textContent(), /Choose a site$/);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await tabTo(page, page.getByLabel("Site"), 40);
  await page.keyboard.press("ArrowDown");
  await tabTo(page, page.getByRole("button", { name: "Use this site" }), 40);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${stage.service}/connected`);
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);
  assert.equal(await page.locator('section[data-product="jira"] .site a').textContent(), "Globex");
});

story("a person disconnects one product after a question, and the other one stays", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  const disconnect = page.getByRole("button", { name: "Disconnect Jira" });
  await disconnect.click();
  await page.getByRole("dialog", { name: "Disconnect Jira?" }).waitFor();
  await page.keyboard.press("Escape");
  assert.ok(await disconnect.evaluate((button) => button === document.activeElement), "the focus comes back");
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);

  await disconnect.click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await page.locator('section[data-product="jira"] .status.not_connected').waitFor();
  assert.match(await statusOf(page, "confluence").textContent(), /Connected$/);

  await page.locator('section[data-product="jira"]').getByRole("link", { name: "Connect Jira" }).click();
  await consent(page, "omar");
  await page.locator('section[data-product="jira"] .status.active').waitFor();
});

story("a connection that Atlassian has ended says so, and logging in again mends it with the same site", async ({ page, stage }) => {
  await logIn(page, stage, "mia", "#login-jira");
  const jira = page.locator('section[data-product="jira"]');
  await page.getByLabel("Site").selectOption({ label: "Globex (globex.atlassian.net)" });
  await page.getByRole("button", { name: "Use this site" }).click();
  await page.waitForURL(`${stage.service}/connected`);
  await jira.locator(".status.active").waitFor();
  await stage.switch("revoke", { account: "mia" });
  const ended = await page.evaluate(async () => (await fetch("/connectors/jira/projects")).json());
  assert.equal(ended.code, "TOKEN_EXPIRED");
  await page.goto(`${stage.service}/connected`);
  assert.match(await statusOf(page, "jira").textContent(), /Log in again$/);
  await jira.getByRole("link", { name: "Log in again" }).click();
  await consent(page, "mia");
  await jira.locator(".status.active").waitFor();
  assert.equal(await jira.locator(".site a").textContent(), "Globex");
});

story("a person who declines is told so and can start again", async ({ page, stage }) => {
  await page.goto(`${stage.service}/login`);
  await page.locator("#login-atlassian").click();
  await page.locator("#decline").click();
  await page.waitForURL(`${stage.service}/connected?error=access_denied&provider=atlassian&status=error`);
  assert.match(await page.getByRole("alert").first().textContent(), /declined at Atlassian/);
  await page.getByRole("link", { name: "Log in", exact: true }).click();
  await page.waitForURL(`${stage.service}/login`);
});

story("after logging out nothing is shown any more, not even with Back", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Nobody is logged in" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Nobody is logged in" }).waitFor();
  assert.ok(!(await page.content()).includes("Omar Haddad"));
});

story("a login that was started on 127.0.0.1 moves over to localhost and works", async ({ page, stage, context }) => {
  await page.goto(`${stage.serviceByAddress}/login`);
  await page.locator("#login-atlassian").click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/connected?connected=atlassian&provider=atlassian&status=success`);
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);
  assert.deepEqual(await context.cookies(stage.serviceByAddress), []);
});

story("without scripts a person can log in and see the connections", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);
  assert.match(await page.locator("noscript").textContent(), /JavaScript/);
}, { javaScriptEnabled: false });

story("the login that ends on a page of its own says that it worked", async ({ page, stage }) => {
  await page.goto(`${stage.service}/api/v1/auth/atlassian/login`);
  await consent(page, "omar");
  await page.getByRole("heading", { name: "You are logged in" }).waitFor();
  await page.getByRole("link", { name: "See your connections" }).click();
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);
});

story("when the service cannot be reached, a button says so and works again later", async ({ page, stage, context }) => {
  await logIn(page, stage, "omar");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Log out" }).click();
  assert.match(await page.locator("#message .note").textContent(), /could not be reached/);
  await context.setOffline(false);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Nobody is logged in" }).waitFor();
});
