// A write whose answer was lost on its way: whoever presses the button again does not write twice unseen, and is told in words
// for people what happened.

import assert from "node:assert/strict";

import { stories } from "./support/browser.mjs";
import { openDashboard } from "./support/dashboard.mjs";

const story = stories();

/** The sandbox carries the next matching write out and breaks the connection then. */
const loseAnswer = (stage, path) => stage.switch("faults", { path_contains: path, method: "POST", times: 1, action: "process_then_drop" });

story("a comment whose answer was lost is on the page at once, and is not written again by chance", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues .open").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Your comment").fill("It hums.");
  await loseAnswer(stage, "/comment");
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  await drawer.locator(".comments li", { hasText: "It hums." }).waitFor();
  const words = await drawer.locator(".write .note.problem").textContent();
  assert.match(words, /^Nobody knows whether this was carried out: the answer was lost\. Look at the list before you send it again\.$/);
  assert.doesNotMatch(words, /Idempotency/);
  assert.equal(await drawer.getByLabel("Your comment").inputValue(), "It hums.");
  // Who has looked and presses again means it.
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  await drawer.locator(".comments li", { hasText: "It hums." }).nth(1).waitFor();
  assert.equal(await drawer.getByLabel("Your comment").inputValue(), "");
  assert.equal(await drawer.locator(".write .note.problem").count(), 0);
});

story("two presses of one comment are one comment", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues .open").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Your comment").fill("Once only.");
  const keys = [];
  page.on("request", (request) => request.method() === "POST" && keys.push(request.headers()["idempotency-key"]));
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  await drawer.locator(".comments li", { hasText: "Once only." }).waitFor();
  assert.equal(keys.length, 1);
  assert.match(keys[0], /^[0-9a-f]{32}$/);
  await drawer.getByLabel("Your comment").fill("Once only.");
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  await drawer.locator(".comments li", { hasText: "Once only." }).nth(1).waitFor();
  assert.notEqual(keys[1], keys[0]);
});

story("an issue whose answer was lost is in the list, and the form says so to a person", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.getByRole("button", { name: "New issue" }).click();
  const drawer = page.getByRole("dialog", { name: "New issue" });
  await drawer.getByLabel("Project").fill(await page.locator("#projects .choice-button").first().getAttribute("data-key"));
  await drawer.getByLabel("Summary").fill("The lost printer");
  await loseAnswer(stage, "/rest/api/3/issue");
  await drawer.getByRole("button", { name: "Create the issue" }).click();
  const words = await drawer.locator(".note.problem").textContent();
  assert.match(words, /^Nobody knows whether this was carried out: the answer was lost\. Look at the list before you send it again\.$/);
  assert.doesNotMatch(words, /Idempotency/);
  await page.locator("#issues .open", { hasText: "The lost printer" }).first().waitFor();
  await drawer.getByRole("button", { name: "Create the issue" }).click();
  await page.getByRole("dialog", { name: "The lost printer" }).getByText(/ is created\.$/).waitFor();
});

story("a project is understood in any case and by its name", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const project = page.locator("#projects .choice-button").first();
  const key = await project.getAttribute("data-key");
  const name = (await project.locator(".name").textContent()).trim();
  for (const typed of [key.toLowerCase(), name, name.toUpperCase()]) {
    await page.getByRole("button", { name: "New issue" }).click();
    const drawer = page.getByRole("dialog", { name: "New issue" });
    await drawer.getByLabel("Project").fill(typed);
    await drawer.getByLabel("Summary").fill(`Typed ${typed}`);
    await drawer.getByRole("button", { name: "Create the issue" }).click();
    await page.getByRole("dialog", { name: `Typed ${typed}` }).getByText(`${key}-`).first().waitFor();
    await page.keyboard.press("Escape");
  }
});

story("a pause that Atlassian asked for is told with its length beside a comment", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues .open").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Your comment").fill("Later.");
  const action = { rate_limit: { retry_after: "120", reason: "jira-burst-based" } };
  await stage.switch("faults", { path_contains: "/comment", method: "POST", times: 1, action });
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  await drawer.locator(".write .note.problem .wait", { hasText: /in 2 min|in 1 min|in 1\d\d/ }).waitFor();
  assert.ok(await drawer.locator(".write .note.problem").getByRole("button", { name: "Try again" }).isDisabled());
});
