// The dashboard in order: every width, light and dark, in each of its states, with an open drawer, and by keyboard.

import assert from "node:assert/strict";

import { stories, tabTo, watch } from "./support/browser.mjs";
import { openDashboard, staleLines } from "./support/dashboard.mjs";
import { SCHEMES, WIDTHS, accessibilityProblems, inspect } from "./support/looks.mjs";

const story = stories();

/** Looks at what is on the page now, at every width, light and dark. */
async function inspectAsItIs(page, where) {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${where}, ${width} px, ${colorScheme}: ${wide} px too wide`);
      assert.deepEqual(await accessibilityProblems(page), [], `${where}, ${width} px, ${colorScheme}`);
    }
  }
}

story("the dashboard of a person with one site is in order", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await inspect(page, stage.service, "/dashboard/token", "#issues tr");
});

story("the dashboard of a person who must choose a site is in order", async ({ page, stage }) => {
  await openDashboard(page, stage, "mia");
  await inspect(page, stage.service, "/dashboard/token", "#jira .empty");
});

story("the dashboard in a namespace where nothing is connected is in order", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await inspect(page, stage.service, "/dashboard/token?tenant=empty", "#jira .empty");
});

story("the login buttons in the dashboard's place are in order", async ({ page, stage }) => {
  await page.goto(`${stage.service}/dashboard/token`);
  await page.getByRole("heading", { name: "Log in with Atlassian" }).waitFor();
  await inspectAsItIs(page, "nobody");
});

story("an open issue, the form for a new one and an open page are in order", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const troubles = watch(page, stage.service);
  await page.locator("#issues .open").first().click();
  await page.getByRole("dialog").getByRole("heading", { name: "Comments" }).waitFor();
  await inspectAsItIs(page, "issue");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "New issue" }).click();
  await inspectAsItIs(page, "new issue");
  await page.keyboard.press("Escape");
  await page.locator("#pages .open").first().click();
  await page.getByRole("dialog").getByRole("link", { name: "Open in Confluence" }).waitFor();
  await inspectAsItIs(page, "page");
  assert.deepEqual(troubles, []);
});

story("a login that has ended and a failing Atlassian are shown in order", async ({ page, stage }) => {
  await openDashboard(page, stage);
  // A call that is still under way would learn of the end first, and take the search away.
  await page.locator("#issues .open").first().waitFor();
  await page.locator("#pages .open").first().waitFor();
  await stage.switch("revoke", { account: "omar" });
  await page.getByRole("search", { name: "Pages" }).getByRole("button", { name: "Search" }).click();
  await page.locator("#confluence .empty").waitFor();
  await inspectAsItIs(page, "ended");
});

story("the question about a draft and the page while the service is away are in order", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.getByRole("button", { name: "New issue" }).click();
  await page.getByLabel("Summary").fill("The printer sings");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Throw your draft away?" }).waitFor();
  await inspectAsItIs(page, "draft");
  await page.getByRole("button", { name: "Throw it away" }).click();
  await stage.stop("SIGTERM");
  await staleLines(page).first().waitFor();
  await inspectAsItIs(page, "stale");
  await stage.start();
});

story("the keyboard reaches everything in the order of the page, and a drawer keeps it", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues .open").first().waitFor();
  await page.locator("#pages .open").first().waitFor();
  await page.evaluate(() => document.activeElement.blur());
  const before = [
    page.getByRole("button", { name: "Log out" }),
    page.getByRole("button", { name: /^Refresh now.*Jira/ }),
    page.getByRole("button", { name: "Disconnect Jira" }),
    page.getByRole("button", { name: "7 days" }),
    page.getByLabel("Kind of event"),
    page.getByRole("button", { name: "New issue" }),
    page.getByLabel("Words or JQL"),
    page.locator("#issues .open").first(),
  ];
  for (const place of before) {
    await tabTo(page, place);
  }
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Your comment").waitFor();
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    // The browser's own controls are between the last and the first.
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.getElementById("drawer").contains(document.activeElement)));
  }
  await page.keyboard.press("Escape");
  await tabTo(page, page.getByLabel("Words or CQL"));
});

story("without scripts the page shows how things stand", async ({ page, stage }) => {
  await page.goto(`${stage.service}/dashboard/token`);
  await page.locator("#login-atlassian").click();
  await page.locator("#account-omar").check();
  await page.locator("#accept").click();
  await page.waitForURL(`${stage.service}/dashboard/token*`);
  assert.match(await page.locator('section[data-product="jira"] .status').textContent(), /Connected$/);
  assert.match(await page.locator("noscript").textContent(), /JavaScript/);
  assert.equal(await page.locator("#jira").isVisible(), false);
}, { javaScriptEnabled: false });
