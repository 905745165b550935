// The dashboard in open mode, with READ_ONLY: no login, no log out, and nothing that could change something.

import assert from "node:assert/strict";

import { consent, stories, watch } from "./support/browser.mjs";
import { cardOf, live } from "./support/dashboard.mjs";

const story = stories({ settings: { AUTH_MODE: "open", READ_ONLY: "true" } });

story("whoever uses this computer connects, looks at everything, and is told why nothing can be changed", async ({ page, stage }) => {
  const troubles = watch(page, stage.service);
  await page.goto(`${stage.service}/dashboard/token`);
  await live(page);
  assert.deepEqual(troubles, []);
  await page.getByText("Open mode").waitFor();
  await page.getByText(/read-only \(READ_ONLY=true\)/).waitFor();
  await cardOf(page, "jira").getByRole("link", { name: "Connect Jira" }).click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/dashboard/token*`);
  await page.locator("#issues .open").first().click();
  await page.getByRole("dialog").getByRole("heading", { name: "Comments" }).waitFor();
  assert.equal(await page.getByLabel("Your comment").count(), 0);
  await page.keyboard.press("Escape");
  assert.match(await cardOf(page, "jira").locator(".status").textContent(), /Connected$/);
  for (const name of ["Log out", /^Disconnect/, /^Refresh now/, "New issue", "Use this site", "Make a copy"]) {
    assert.equal(await page.getByRole("button", { name }).count(), 0, String(name));
  }
  await page.goto(`${stage.service}/connected`);
  await page.getByText(/read-only \(READ_ONLY=true\)/).waitFor();
  assert.equal(await page.locator("main").getByRole("button").count(), 0);
  assert.equal(await page.locator("main").getByRole("combobox").count(), 0);
});
