// Takes the picture of the dashboard that README shows:
//   node picture.mjs ../../docs/images/dashboard.png
// Like screenshots.mjs it is started by hand; run.sh makes the programs and packages that it needs.

import { startBrowser } from "./support/browser.mjs";
import { openDashboard, renew } from "./support/dashboard.mjs";
import { openStage } from "./support/stage.mjs";

const RENEWALS = 2;

const [browser, stage] = await Promise.all([startBrowser(), openStage()]);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1360 }, colorScheme: "light", locale: "en-GB" });
  await openDashboard(page, stage, "omar");
  for (let renewal = 1; renewal <= RENEWALS; renewal++) {
    await renew(page, stage);
    await page.locator("#events .event.refresh").nth(renewal - 1).waitFor();
  }
  await page.locator("#jira .sync button").first().click();
  await page.locator("#jira .sync").getByText("Copy again").waitFor();
  // Loaded anew, the page no longer says that somebody has just logged in.
  await page.goto(`${stage.service}/dashboard/token`);
  await page.locator("#events .event.refresh").first().waitFor();
  await page.locator("#issues .open").first().waitFor();
  await page.screenshot({ path: process.argv[2] ?? "dashboard.png" });
} finally {
  await Promise.all([browser.close(), stage.close()]);
}
