// One Chromium per test file, one fresh profile per story, and a record of what went wrong on its pages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { openStage } from "./stage.mjs";

/** How every Chromium of these tests is started. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Names of the Internet that lead to this machine: the pages of strangers, and DNS rebinding.
  "--host-resolver-rules=MAP *.example 127.0.0.1",
];
const PATIENCE_MILLISECONDS = 15_000;

/** Starts a headless Chromium with a profile of its own. */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

/**
 * Prepares a stage and a browser for the stories of one file, and gives the function that plays one:
 * `story("what must hold", async ({ page, stage, newContext }) => …, contextOptions)`.
 */
export function stories(stageOptions) {
  let stage;
  let browser;
  before(async () => {
    [stage, browser] = await Promise.all([openStage(stageOptions), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    const objections = (await stage?.objections()) ?? [];
    await stage?.close();
    assert.deepEqual(objections, []);
  });
  return (sentence, play, contextOptions = {}) =>
    test(sentence, { timeout: 120_000 }, async (testContext) => {
      const contexts = [];
      const newContext = async (options = {}) => {
        const context = await browser.newContext({ ...contextOptions, ...options });
        context.setDefaultTimeout(PATIENCE_MILLISECONDS);
        contexts.push(context);
        return context;
      };
      try {
        const context = await newContext();
        await play({ stage, context, page: await context.newPage(), newContext });
      } catch (error) {
        testContext.diagnostic(`the service printed:\n${stage.log().slice(-4000)}`);
        throw error;
      } finally {
        await Promise.all(contexts.map((context) => context.close()));
      }
    });
}

/**
 * Records from now on what a good page never does: errors and policy violations in the console,
 * exceptions, and requests to any origin but its own. Gives the list, which should stay empty.
 */
export function watch(page, origin) {
  const troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      troubles.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => troubles.push(`exception: ${error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:") && !url.startsWith("blob:")) {
      troubles.push(`request to elsewhere: ${url}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) {
      troubles.push(`${response.status()} for ${response.url()}`);
    }
  });
  return troubles;
}

/** On the sandbox's consent page: chooses a person, leaves all their sites ticked, and accepts. */
export async function consent(page, person = "mia") {
  await page.waitForURL(/\/authorize\?/);
  await page.locator(`#account-${person}`).check();
  await page.locator("#accept").click();
}

/** Logs a person in over our own page; they end on their connections. */
export async function logIn(page, stage, person = "mia", button = "#login-atlassian") {
  await page.goto(`${stage.service}/login`);
  await page.locator(button).click();
  await consent(page, person);
  await page.waitForURL(`${stage.service}/connected?*`);
}

/** The status word of a product on the connections page. */
export const statusOf = (page, product) => page.locator(`section[data-product="${product}"] .status`);

/** Presses Tab, so many times at most, until an element has the focus, as a person without a mouse does. */
export async function tabTo(page, locator, most = 80) {
  for (let presses = 0; presses < most; presses++) {
    if (await locator.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`the keyboard does not reach ${locator}`);
}
