// A service without an Atlassian app: the pages say what its operator has to do.

import assert from "node:assert/strict";

import { stories, watch } from "./support/browser.mjs";

const story = stories({ isConfigured: false });

story("the login page names the steps and the callback address, and offers no login that must fail", async ({ page, stage }) => {
  const troubles = watch(page, stage.service);
  await page.goto(`${stage.service}/login`);
  assert.match(await page.locator("main").textContent(), /ATLASSIAN_CLIENT_ID/);
  const callback = `${stage.service}/auth/atlassian/callback`;
  await page.getByText(callback, { exact: true }).waitFor();
  const steps = await page.locator("main").textContent();
  assert.ok(steps.includes(`ATLASSIAN_REDIRECT_URI=${callback}`), steps);
  assert.equal(await page.locator('a[href^="/auth/"]').count(), 0);
  assert.deepEqual(troubles, []);
});
