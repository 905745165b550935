// Takes pictures of every page of ours at phone, tablet and desktop width, light and dark, into a folder:
//   node screenshots.mjs FOLDER
// It is for looking, not for testing; run.sh makes the programs and packages that it needs.

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { consent, logIn, startBrowser } from "./support/browser.mjs";
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

await mkdir(folder, { recursive: true });
const [browser, stage, bare] = await Promise.all([startBrowser(), openStage(), openStage({ isConfigured: false })]);
try {
  const page = await browser.newPage();
  await visitor(page, stage);
  await connections(page, stage);
  await page.goto(`${bare.service}/login`);
  await picture(page, "login-unconfigured");
} finally {
  await Promise.all([browser.close(), stage.close(), bare.close()]);
}
