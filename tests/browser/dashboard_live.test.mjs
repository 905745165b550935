// The dashboard is live: news come without a reload, and its stream is open when it should be, and only then.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { consent, logIn, stories } from "./support/browser.mjs";
import { cardOf, countStreams, events, live, openDashboard, renew, setHidden, staleLines, streams } from "./support/dashboard.mjs";

const story = stories();
const YOUNG_MILLISECONDS = 31_000;

story("a refresh is asked for, and its event and the new countdown arrive without a reload", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.evaluate(() => (globalThis.same = true));
  const card = cardOf(page, "jira");
  const refresh = card.getByRole("button", { name: /^Refresh now/ });
  await refresh.click();
  await card.getByText("only seconds old").waitFor();
  // A login that is this young is not renewed again, whoever asks.
  await pause(YOUNG_MILLISECONDS);
  const before = await card.locator('[data-row="expires"] time').getAttribute("datetime");
  await refresh.click();
  await page.locator("#events .event.refresh").first().waitFor();
  assert.match((await events(page))[0], /^Token renewed/);
  await page.locator("#figure-succeeded", { hasText: "1" }).waitFor();
  assert.match(await page.locator("#chart svg").getAttribute("aria-label"), /1 succeeded, 0 failed/);
  assert.notEqual(await card.locator('[data-row="expires"] time').getAttribute("datetime"), before);
  assert.equal(await page.evaluate(() => globalThis.same), true);
});

story("a token that Atlassian no longer takes is renewed by the next look, and the page shows it", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await renew(page, stage);
  await page.locator("#issues:not([aria-busy]) tr").first().waitFor();
  assert.match(await cardOf(page, "jira").locator(".status").textContent(), /Connected$/);
  assert.match(await page.locator("#announcer").textContent(), /^Token renewed/);
});

story("a login that Atlassian has ended turns red by itself, and logging in again mends it", async ({ page, stage }) => {
  await openDashboard(page, stage, "omar");
  // What the page loads by itself is there: the search below is the first call that is refused.
  await page.locator("#issues tr").first().waitFor();
  await page.locator("#pages li").first().waitFor();
  await stage.switch("revoke", { account: "omar" });
  await page.getByRole("search", { name: "Pages" }).getByRole("button", { name: "Search" }).click();
  const card = cardOf(page, "confluence");
  await card.locator(".status.reauth_required").waitFor();
  await card.getByRole("link", { name: "Log in again" }).waitFor();
  assert.match((await events(page))[0], /log in again/);
  await page.locator("#confluence").getByRole("link", { name: "Log in again" }).click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/dashboard/token*`);
  await card.locator(".status.active").waitFor();
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

for (const [signal, how] of [["SIGTERM", "says goodbye"], ["SIGKILL", "does not"]]) {
  story(`a stream that drops because the service goes away and ${how} is said, and taken up again with what was missed`, async ({ page, stage, context }) => {
    await openDashboard(page, stage);
    await page.locator("#issues tr").first().waitFor();
    const before = await events(page);
    const cookies = (await context.cookies(stage.service)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const reconnecting = page.locator("#stream.reconnecting").waitFor();
    await stage.restart(signal);
    // Before the page is back, something happens that it does not hear.
    const path = `${stage.service}/connectors/confluence/connection`;
    const answer = await fetch(path, { method: "DELETE", headers: { Cookie: cookies, Origin: stage.service } });
    assert.equal(answer.status, 200);
    await reconnecting;
    await live(page);
    await cardOf(page, "confluence").locator(".status.not_connected").waitFor();
    const shown = await events(page);
    assert.match(shown[0], /Confluence/);
    assert.equal(shown[1], before[0]);
  });
}

const isGrey = (page) => cardOf(page, "jira").evaluate((card) => getComputedStyle(card).filter.includes("grayscale"));

story("while the service is away the cards are grey and say from when they are, and they recover", async ({ page, stage }) => {
  await openDashboard(page, stage);
  assert.equal(await staleLines(page).count(), 0);
  assert.equal(await isGrey(page), false);
  const before = Date.now();
  await stage.stop("SIGKILL");
  await staleLines(page).first().waitFor();
  assert.equal(await staleLines(page).count(), 2, "one on each card");
  assert.match(await staleLines(page).first().textContent(), /^As of .*\d:\d\d.*\. The service does not answer; this page tries again by itself\.$/);
  const heard = Date.parse(await staleLines(page).first().locator("time").getAttribute("datetime"));
  assert.ok(heard <= before + 1000 && heard > before - 60_000, String(before - heard));
  assert.equal(await isGrey(page), true);
  // Nobody knows now whether a renewal will come.
  assert.equal(await cardOf(page, "jira").locator('[data-row="due"]').isVisible(), false);
  await stage.start();
  await live(page);
  assert.equal(await staleLines(page).count(), 0);
  assert.equal(await isGrey(page), false);
});

story("a stream that has fallen silent is given up, and the cards say so", async ({ page, stage }) => {
  await page.clock.install();
  await openDashboard(page, stage);
  await page.route("**/dashboard/events*", (route) => route.abort());
  await page.clock.fastForward(35_000);
  assert.equal(await staleLines(page).count(), 0);
  await page.clock.fastForward(10_000);
  await staleLines(page).first().waitFor();
  await page.unroute("**/dashboard/events*");
  await page.clock.fastForward(20_000);
  await live(page);
  assert.equal(await staleLines(page).count(), 0);
});

story("a login that cannot be renewed because of the app's secret says so on its card, live and on the page of connections", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues tr").first().waitFor();
  await stage.switch("secret", { client_id: "sandbox-client", secret: "another" });
  try {
    await stage.switch("expire-access-tokens");
    await page.getByRole("search", { name: "Issues" }).getByRole("button", { name: "Search" }).click();
    const card = cardOf(page, "jira");
    await card.locator(".error-slot", { hasText: "client id and secret" }).waitFor();
    for (const path of ["/dashboard/token", "/connected"]) {
      await page.goto(`${stage.service}${path}`);
      await card.getByText(/client id and secret/).first().waitFor();
      assert.doesNotMatch(await card.innerText(), /renews itself|nothing to do/);
    }
  } finally {
    await stage.switch("secret", { client_id: "sandbox-client", secret: "sandbox-secret" });
  }
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

story("a person who logs in again in another tab is not logged out in the first", async ({ page, stage, context }) => {
  await countStreams(page);
  await openDashboard(page, stage);
  const other = await context.newPage();
  await other.goto(`${stage.service}/auth/atlassian/login?return_url=/connected`);
  await consent(other, "omar");
  await other.waitForURL(`${stage.service}/connected*`);
  await page.waitForFunction(() => globalThis.streams.length === 2);
  await live(page);
  assert.equal(await page.getByRole("heading", { name: "You are logged out" }).count(), 0);
  assert.equal(await page.getByRole("heading", { name: "Dashboard", exact: true }).count(), 1);
});

story("a person whose new cookie comes later than the end of the old session is not logged out", async ({ page, stage, context }) => {
  await countStreams(page);
  await openDashboard(page, stage);
  let asked = 0;
  await page.route("**/auth/session", (route) => {
    asked += 1;
    return asked === 1 ? route.fulfill({ json: { authenticated: false, user: null } }) : route.continue();
  });
  const other = await context.newPage();
  await other.goto(`${stage.service}/auth/atlassian/login?return_url=/connected`);
  await consent(other, "omar");
  await other.waitForURL(`${stage.service}/connected*`);
  await page.waitForFunction(() => globalThis.streams.length === 2);
  await live(page);
  assert.ok(asked >= 2, `${asked}`);
  assert.equal(await page.getByRole("heading", { name: "You are logged out" }).count(), 0);
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

story("a copy of all projects is made, and its bar moves without a reload", async ({ page, stage }) => {
  await stage.switch("crowd", { site: "acme", projects: 700, pages: 0 });
  await openDashboard(page, stage);
  await page.evaluate(() => (globalThis.same = true));
  // Slow enough to be watched.
  const delay = { secs: 0, nanos: 400_000_000 };
  await stage.switch("faults", { path_contains: "/project/search", times: 8, action: { delay } });
  const strip = page.getByRole("group", { name: "Stored copy of the projects" });
  await strip.getByRole("button", { name: "Make a copy" }).click();
  const bar = strip.getByRole("progressbar", { name: "Copying projects" });
  await bar.waitFor();
  const values = new Set();
  while (await bar.isVisible()) {
    values.add(await bar.evaluate((element) => element.position).catch(() => -1));
    await page.waitForTimeout(100);
  }
  assert.ok(values.size >= 3, `the bar stood at ${[...values]}`);
  assert.match(await strip.locator(".how").textContent(), /^7\d\d projects/);
  await strip.getByRole("button", { name: "Copy again" }).waitFor();
  assert.match(await page.locator("#announcer").textContent(), /Stored copy of the projects/);
  assert.equal(await page.evaluate(() => globalThis.same), true);
});
