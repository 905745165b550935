// A login that cannot be renewed, because the app does not ask for `offline_access`: nothing promises more than it can.

import assert from "node:assert/strict";

import { stories } from "./support/browser.mjs";
import { cardOf, openDashboard } from "./support/dashboard.mjs";

const ATLASSIAN_SCOPES = "read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence";
const story = stories({ settings: { ATLASSIAN_SCOPES } });

story("its card says what is missing and when it ends, live and on the page of connections", async ({ page, stage }) => {
  await openDashboard(page, stage);
  for (const product of ["jira", "confluence"]) {
    const card = cardOf(page, product);
    await card.getByText(/offline_access was not granted/).waitFor();
    assert.match(await card.locator(".status").textContent(), /Connected, not renewed$/);
    assert.match(await card.locator('[data-row="expires"] dd').textContent(), /^in /);
    assert.equal(await card.locator('[data-row="due"]').isVisible(), false);
    assert.equal(await card.getByRole("button", { name: /^Refresh now/ }).count(), 0);
    await card.getByRole("link", { name: "Log in again" }).waitFor();
  }
  assert.doesNotMatch(await page.locator("main").innerText(), /by itself|by themselves|renews itself/);

  await page.goto(`${stage.service}/connected`);
  for (const product of ["jira", "confluence"]) {
    const card = cardOf(page, product);
    await card.getByText(/offline_access was not granted/).waitFor();
    const ends = card.locator('[data-row="ends"] time');
    assert.ok(Date.parse(await ends.getAttribute("datetime")) > Date.now());
    assert.match(await ends.textContent(), /^\d?\d:\d\d/, "in the reader's zone");
  }
  assert.doesNotMatch(await page.locator("main").innerText(), /by itself|by themselves|renews itself/);
});
