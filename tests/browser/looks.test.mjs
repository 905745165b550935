// What every page of ours keeps to: quiet console, own files only, no sideways scrolling, accessible.

import assert from "node:assert/strict";

import { logIn, stories, watch } from "./support/browser.mjs";
import { inspect } from "./support/looks.mjs";

const story = stories();

for (const path of ["/login", "/login?error=access_denied", "/connected", "/connected?error=no_site"]) {
  story(`${path} is in order for a visitor`, async ({ page, stage }) => {
    await inspect(page, stage.service, path, "h1");
  });
}

story("the connections of a person with one site are in order", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  await inspect(page, stage.service, "/connected?connected=atlassian&provider=atlassian&status=success", ".status.active");
  await inspect(page, stage.service, "/login", "h1");
});

story("the connections of a person who must choose a site are in order", async ({ page, stage }) => {
  await logIn(page, stage, "mia");
  await inspect(page, stage.service, "/connected?connected=atlassian&provider=atlassian&status=success&needs_site=1", ".status.needs_site");
});

story("the sandbox's pages are in order", async ({ page, stage }) => {
  await page.goto(`${stage.service}/login`);
  await page.locator("#login-atlassian").click();
  await page.waitForURL(/\/authorize\?/);
  const { pathname, search } = new URL(page.url());
  await inspect(page, stage.sandbox, pathname + search, "#accept");
  await inspect(page, stage.sandbox, "/", "h1");
  await inspect(page, stage.sandbox, "/sites/acme.atlassian.net/jira/projects", "table");
});

story("the documentation works without the Internet and shows every operation", async ({ page, stage }) => {
  const troubles = watch(page, stage.service);
  await page.goto(`${stage.service}/docs`);
  await page.locator(".opblock").first().waitFor();
  const { paths } = await (await fetch(`${stage.service}/openapi.json`)).json();
  const methods = ["get", "post", "put", "patch", "delete"];
  const operations = Object.values(paths).flatMap((path) => methods.filter((method) => path[method]));
  // The earlier systems' operations are folded away.
  for (const folded of await page.locator('.opblock-tag[data-is-open="false"]').all()) {
    await folded.click();
  }
  await page.locator('.opblock-tag[data-is-open="false"]').waitFor({ state: "detached" });
  assert.equal(await page.locator(".opblock").count(), operations.length);
  const session = page.locator(".opblock", { hasText: "/auth/session" });
  await session.locator(".opblock-summary").click();
  await session.getByRole("button", { name: "Execute" }).click();
  await session.locator(".live-responses-table .response-col_status", { hasText: "200" }).first().waitFor();
  assert.deepEqual(troubles, []);
});
