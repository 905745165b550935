// What every page of ours keeps to: quiet console, own files only, no sideways scrolling, accessible.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

import { logIn, stories, watch } from "./support/browser.mjs";

const story = stories();
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [390, 820, 1440];
const SCHEMES = ["light", "dark"];

/** Serious problems that axe-core finds, in a form that a failing test can show. */
async function accessibilityProblems(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

/** Looks at a page at every width, light and dark. `ready` is what is on it when it has been drawn. */
async function inspect(page, origin, path, ready) {
  const troubles = watch(page, origin);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      const where = `${path}, ${width} px, ${colorScheme}`;
      await page.setViewportSize({ width, height: 900 });
      await page.goto(origin + path);
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
      assert.deepEqual(await accessibilityProblems(page), [], where);
    }
  }
  assert.deepEqual(troubles, [], path);
}

for (const path of ["/login", "/login?error=access_denied", "/connected", "/connected?error=no_site"]) {
  story(`${path} is in order for a visitor`, async ({ page, stage }) => {
    await inspect(page, stage.service, path, "h1");
  });
}

story("the connections of a person with one site are in order", async ({ page, stage }) => {
  await logIn(page, stage, "omar");
  await inspect(page, stage.service, "/connected?connected=atlassian", ".status.active");
  await inspect(page, stage.service, "/login", "h1");
});

story("the connections of a person who must choose a site are in order", async ({ page, stage }) => {
  await logIn(page, stage, "mia");
  await inspect(page, stage.service, "/connected?connected=atlassian&needs_site=1", ".status.needs_site");
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
  assert.equal(await page.locator(".opblock").count(), operations.length);
  const session = page.locator(".opblock", { hasText: "/auth/session" });
  await session.locator(".opblock-summary").click();
  await session.getByRole("button", { name: "Execute" }).click();
  await session.locator(".live-responses-table .response-col_status", { hasText: "200" }).first().waitFor();
  assert.deepEqual(troubles, []);
});
