// The dashboard is live: news come without a reload, and its stream is open when it should be, and only then.

import assert from "node:assert/strict";

import { logIn, stories } from "./support/browser.mjs";
import { cardOf, countStreams, events, live, openDashboard, setHidden, streams } from "./support/dashboard.mjs";

const story = stories();

story("a refresh is asked for, and its event and the new countdown arrive without a reload", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.evaluate(() => (globalThis.same = true));
  const refresh = cardOf(page, "jira").getByRole("button", { name: /^Refresh now/ });
  await refresh.click();
  await page.locator("#events .event.refresh").first().waitFor();
  assert.match((await events(page))[0], /^Token renewed/);
  await page.locator("#figure-succeeded", { hasText: "1" }).waitFor();
  assert.match(await page.locator("#chart svg").getAttribute("aria-label"), /1 refreshes succeeded|1 refresh succeeded/);
  assert.equal(await page.evaluate(() => globalThis.same), true);
  await page.locator("#announcer", { hasText: /./ }).waitFor({ state: "attached" });
});

story("a token that Atlassian no longer takes is renewed by the next look, and the page shows it", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues tr").first().waitFor();
  await stage.switch("expire-access-tokens");
  await page.getByRole("search", { name: "Issues" }).getByRole("button", { name: "Search" }).click();
  await page.locator("#events .event.refresh").first().waitFor();
  await page.locator("#issues:not([aria-busy]) tr").first().waitFor();
  assert.match(await cardOf(page, "jira").locator(".status").textContent(), /Connected$/);
});

story("a login that Atlassian has ended turns red by itself, and logging in again mends it", async ({ page, stage }) => {
  await openDashboard(page, stage, "lea");
  await stage.switch("revoke", { account: "lea" });
  await page.getByRole("search", { name: "Pages" }).getByRole("button", { name: "Search" }).click();
  const card = cardOf(page, "confluence");
  await card.locator(".status.reauth_required").waitFor();
  await card.getByRole("link", { name: "Log in again" }).waitFor();
  await page.locator("#confluence").getByRole("link", { name: "Log in again" }).waitFor();
});

story("two tabs see the same: what one changes the other shows", async ({ page, stage, context }) => {
  await openDashboard(page, stage);
  const other = await context.newPage();
  await other.goto(`${stage.service}/dashboard`);
  await live(other);
  await cardOf(page, "confluence").getByRole("button", { name: "Disconnect Confluence" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await cardOf(other, "confluence").locator(".status.not_connected").waitFor();
});

story("a dropped stream is said, and is taken up again with what was missed", async ({ page, stage, context }) => {
  await openDashboard(page, stage);
  await context.setOffline(true);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator("#stream.reconnecting, #stream.connecting").waitFor();
  const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const answer = await fetch(`${stage.service}/connectors/jira/connection`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json", Cookie: cookies, Origin: stage.service },
    body: JSON.stringify({ rotate: true }),
  });
  assert.equal(answer.status, 200);
  await context.setOffline(false);
  await live(page);
  await page.locator("#events .event.refresh").first().waitFor();
});

story("while the tab is hidden there is no stream, and a new one when it is looked at again", async ({ page, stage }) => {
  await countStreams(page);
  await openDashboard(page, stage);
  assert.deepEqual(await streams(page), [1, 1]);
  await setHidden(page, true);
  await page.locator("#stream.paused").waitFor();
  assert.deepEqual(await streams(page), [1, 0]);
  await setHidden(page, false);
  await live(page);
  assert.deepEqual(await streams(page), [2, 1]);
});

story("logging out closes the streams of every tab, and nothing stays on their pages", async ({ page, stage, context }) => {
  await openDashboard(page, stage);
  const other = await context.newPage();
  await countStreams(other);
  await other.goto(`${stage.service}/dashboard/token`);
  await live(other);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: /Log in with Atlassian|You are logged out/ }).waitFor();
  await other.getByRole("heading", { name: "You are logged out" }).waitFor();
  assert.deepEqual(await streams(other), [1, 0]);
  const left = await other.locator("body").innerText();
  assert.ok(!left.includes("Omar Haddad") && !left.includes("Acme"), left);
  assert.ok(await other.getByRole("heading", { name: "You are logged out" }).evaluate((heading) => heading === document.activeElement));
});

story("a stream that is refused because nobody is logged in any more says so", async ({ page, stage, context }) => {
  await openDashboard(page, stage);
  await setHidden(page, true);
  await context.clearCookies();
  await setHidden(page, false);
  await page.getByRole("heading", { name: "You are logged out" }).waitFor();
});

story("the connections page leads to the dashboard", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  await page.getByRole("link", { name: "Dashboard" }).first().click();
  await live(page);
});
