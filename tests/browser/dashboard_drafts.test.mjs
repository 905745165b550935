// What somebody writes on the dashboard is not thrown away by accident.

import assert from "node:assert/strict";

import { stories } from "./support/browser.mjs";
import { openDashboard } from "./support/dashboard.mjs";

const story = stories();

story("a draft is not thrown away without a question, whichever way the drawer is left", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const drawer = page.locator("#drawer");
  const question = page.getByRole("dialog", { name: "Throw your draft away?" });
  await page.getByRole("button", { name: "New issue" }).click();
  // Nothing is written yet, so there is nothing to ask about.
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });

  await page.getByRole("button", { name: "New issue" }).click();
  await page.getByLabel("Summary").fill("The printer sings");
  const leaving = [
    () => page.keyboard.press("Escape"),
    // The second Escape in a row answers the question with no, and the third asks again.
    () => page.keyboard.press("Escape"),
    () => page.getByRole("button", { name: "Close" }).click(),
    () => page.mouse.click(5, 400),
  ];
  for (const leave of leaving) {
    await leave();
    await question.waitFor();
    assert.ok(await question.getByRole("button", { name: "Go on writing" }).evaluate((button) => button === document.activeElement));
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "hidden" });
    assert.equal(await drawer.isVisible(), true);
    assert.equal(await page.getByLabel("Summary").inputValue(), "The printer sings");
  }
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: "Throw it away" }).click();
  await drawer.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "New issue" }).click();
  assert.equal(await page.getByLabel("Summary").inputValue(), "");
});

story("a comment that is written and not sent is a draft, and one that is sent is none", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues .open").first().click();
  const drawer = page.locator("#drawer");
  await drawer.getByLabel("Your comment").fill("half a thou");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Go on writing" }).click();
  const asked = new Promise((resolve) => {
    page.once("dialog", (dialog) => resolve(dialog.type()) ?? dialog.dismiss());
  });
  await page.close({ runBeforeUnload: true });
  assert.equal(await asked, "beforeunload");
  await drawer.getByLabel("Your comment").fill("half a thought");
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  await drawer.locator(".comments li", { hasText: "half a thought" }).first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });
});
