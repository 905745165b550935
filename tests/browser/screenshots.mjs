// Takes pictures of every page of ours at phone, tablet and desktop width, light and dark, into a folder:
//   node screenshots.mjs FOLDER
// It is for looking, not for testing; run.sh makes the programs and packages that it needs.

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { consent, logIn, startBrowser } from "./support/browser.mjs";
import { cardOf, openDashboard, renew, staleLines } from "./support/dashboard.mjs";
import { openStage } from "./support/stage.mjs";

const folder = process.argv[2] ?? path.join("screenshots");
const WIDTHS = [390, 820, 1440];

async function picture(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.screenshot({ path: path.join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
}

async function visitor(page, stage) {
  await page.goto(`${stage.service}/login`);
  await picture(page, "login");
  await page.goto(`${stage.service}/connected`);
  await picture(page, "connected-nobody");
  await page.goto(`${stage.service}/connected?error=access_denied`);
  await picture(page, "connected-declined");
  await page.goto(`${stage.service}/auth/jira/callback?state=unknown&code=unknown`);
  await picture(page, "start-again");
  await page.goto(`${stage.service}/auth/atlassian/login?return_url=/connected`);
  await picture(page, "sandbox-consent");
  await page.goto(stage.sandbox);
  await picture(page, "sandbox-front");
  await page.goto(`${stage.sandbox}/sites/acme.atlassian.net/jira/projects`);
  await picture(page, "sandbox-projects");
}

async function connections(page, stage) {
  await logIn(page, stage, "omar");
  await picture(page, "connected-active");
  await page.getByRole("button", { name: "Disconnect Jira" }).click();
  await picture(page, "connected-question");
  await page.keyboard.press("Escape");
  await stage.switch("revoke", { account: "omar" });
  await page.request.get(`${stage.service}/connectors/jira/projects`);
  await page.goto(`${stage.service}/connected?error=no_site`);
  await picture(page, "connected-ended");
  await logIn(page, stage, "mia");
  await picture(page, "connected-needs-site");
  await page.getByRole("button", { name: "Use this site" }).first().click();
  await page.locator(".status.active").waitFor();
  await page.locator('section[data-product="confluence"] .disconnect').click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await page.locator(".status.not_connected").waitFor();
  await picture(page, "connected-two-sites");
  await page.goto(`${stage.service}/login`);
  await picture(page, "login-again");
  await page.goto(`${stage.service}/api/v1/auth/atlassian/login`);
  await consent(page);
  await page.waitForURL(/callback/);
  await picture(page, "login-ended");
}

async function dashboard(page, stage) {
  await page.context().clearCookies();
  await page.goto(`${stage.service}/dashboard/token`);
  await picture(page, "dashboard-nobody");
  await openDashboard(page, stage, "mia");
  await picture(page, "dashboard-needs-site");
  for (const product of ["jira", "confluence"]) {
    await cardOf(page, product).getByRole("button", { name: "Use this site" }).click();
    await cardOf(page, product).locator(".status.active").waitFor();
  }
  // "Refresh now" does nothing for a login that is only seconds old; a token that Atlassian refuses is always renewed.
  await renew(page, stage);
  await page.locator("#issues .open").first().waitFor();
  await page.locator("#pages .open").first().waitFor();
  await picture(page, "dashboard");
  await page.locator("#issues .open").first().click();
  await page.getByRole("dialog").getByRole("heading", { name: "Comments" }).waitFor();
  await picture(page, "dashboard-issue");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "New issue" }).click();
  await picture(page, "dashboard-new-issue");
  await page.getByLabel("Summary").fill("The printer sings");
  await page.keyboard.press("Escape");
  await picture(page, "dashboard-draft");
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.locator("#pages .open").first().click();
  await page.getByRole("dialog").getByRole("link", { name: "Open in Confluence" }).waitFor();
  await picture(page, "dashboard-page");
  await page.keyboard.press("Escape");
  await stage.switch("revoke", { account: "mia" });
  await page.getByRole("search", { name: "Pages" }).getByRole("button", { name: "Search" }).click();
  await page.locator("#confluence .empty").waitFor();
  await picture(page, "dashboard-ended");
  await page.goto(`${stage.service}/dashboard/token?tenant=empty`);
  await page.locator("#jira .empty").waitFor();
  await picture(page, "dashboard-empty");
  await stage.stop("SIGTERM");
  await staleLines(page).first().waitFor();
  await picture(page, "dashboard-stale");
  await stage.start();
}

await mkdir(folder, { recursive: true });
const [browser, stage, bare] = await Promise.all([startBrowser(), openStage(), openStage({ isConfigured: false })]);
try {
  const page = await browser.newPage();
  await visitor(page, stage);
  await connections(page, stage);
  await dashboard(page, stage);
  await page.goto(`${bare.service}/login`);
  await picture(page, "login-unconfigured");
} finally {
  await Promise.all([browser.close(), stage.close(), bare.close()]);
}
