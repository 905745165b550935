// What the stories of the dashboard share: getting there, and finding things on it.

import { consent } from "./browser.mjs";

/** Logs a person in from the dashboard's own login buttons; they end on the dashboard, live. */
export async function openDashboard(page, stage, person = "omar", button = "#login-atlassian") {
  await page.goto(`${stage.service}/dashboard/token`);
  await page.locator(button).click();
  await consent(page, person);
  await page.waitForURL(`${stage.service}/dashboard/token*`);
  await live(page);
}

/** Waits until the stream has brought something. */
export const live = (page) => page.locator("#stream.live").waitFor();

/** The card of a product's connection. */
export const cardOf = (page, product) => page.locator(`section[data-product="${product}"]`);

/** The lines that say from when the cards are; none while they are live. */
export const staleLines = (page) => page.locator(".as-of:visible");

/** The texts of the events on the page, the newest first. */
export const events = (page) => page.locator("#events .message").allTextContents();

/** Counts the streams that the page opens, and how many of them are open. Before the page is loaded. */
export function countStreams(page) {
  return page.addInitScript(() => {
    const Original = globalThis.EventSource;
    globalThis.streams = [];
    globalThis.EventSource = class extends Original {
      constructor(...parameters) {
        super(...parameters);
        globalThis.streams.push(this);
      }
    };
  });
}

/** How many streams the page has opened, and how many are not closed. */
export const streams = (page) => page.evaluate(() => [globalThis.streams.length, globalThis.streams.filter((each) => each.readyState !== 2).length]);

/** Makes the page believe that its tab is hidden, or looked at again. */
export const setHidden = (page, isHidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);

/** Makes the token one that Atlassian no longer takes, and looks at something, which renews it. */
export async function renew(page, stage) {
  await page.locator("#issues tr").first().waitFor();
  await stage.switch("expire-access-tokens");
  await page.getByRole("search", { name: "Issues" }).getByRole("button", { name: "Search" }).click();
  await page.locator("#events .event.refresh").first().waitFor();
}
