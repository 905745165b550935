// The dashboard: a person connects, looks, reads, writes, and gives a connection up.

import assert from "node:assert/strict";

import { consent, stories, tabTo, watch } from "./support/browser.mjs";
import { cardOf, events, live, openDashboard, renew } from "./support/dashboard.mjs";

const story = stories();

story("a person connects from the dashboard and sees what is connected, until when, and what is there", async ({ page, stage }) => {
  await page.goto(`${stage.service}/dashboard/token`);
  const troubles = watch(page, stage.service);
  await page.locator("#login-atlassian").click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/dashboard/token*`);
  await live(page);
  for (const product of ["jira", "confluence"]) {
    const card = cardOf(page, product);
    assert.match(await card.locator(".status").textContent(), /Connected$/);
    assert.match(await card.locator('[data-row="expires"] dd').textContent(), /^in (59 min \d+ s|1 h 0 min|60 min.*)$/);
    assert.match(await card.locator('[data-row="due"] dd').textContent(), /^in \d+ min \d+ s, by itself$/);
  }
  await page.locator("#issues tr").first().waitFor();
  await page.locator("#pages li").first().waitFor();
  assert.ok((await page.locator("#projects li").count()) > 1);
  assert.ok((await page.locator("#spaces li").count()) > 1);
  assert.deepEqual(await events(page), ["Connected to Jira and Confluence by logging in with Atlassian."]);
  assert.deepEqual(troubles.filter((trouble) => !trouble.includes(stage.sandbox)), []);
});

story("times are in the reader's zone, with the exact time in the title", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const time = page.locator("#events time").first();
  const iso = await time.getAttribute("datetime");
  const expected = await page.evaluate((text) => new Intl.DateTimeFormat(undefined, { timeStyle: "short", timeZone: "Asia/Kolkata" }).format(new Date(text)), iso);
  assert.equal(await time.textContent(), expected);
  assert.match(await time.getAttribute("title"), /GMT\+5:30/);
}, { timezoneId: "Asia/Kolkata" });

story("a project is chosen, issues are searched, one is opened and commented on", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const project = page.locator("#projects .choice-button").nth(1);
  await project.click();
  const key = await project.getAttribute("data-key");
  await page.locator("#issues:not([aria-busy]) .key", { hasText: `${key}-` }).first().waitFor();
  assert.equal(await project.getAttribute("aria-pressed"), "true");
  for (const shown of await page.locator("#issues .key").allTextContents()) {
    assert.ok(shown.startsWith(`${key}-`), shown);
  }
  await page.locator("#issues .open").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("heading", { name: "Comments" }).waitFor();
  await drawer.getByLabel("Your comment").fill("Looked at it: **works**, <b>really</b>, <blink>truly</blink>.");
  await drawer.getByRole("button", { name: "Add the comment" }).click();
  const mine = drawer.locator(".comments li").last();
  await mine.locator("strong", { hasText: "works" }).waitFor();
  // A tag that Markdown's readers know means what it says; any other is text.
  await mine.locator("strong", { hasText: "really" }).waitFor();
  assert.match(await mine.textContent(), /<blink>truly<\/blink>/);
  assert.equal(await mine.locator("blink").count(), 0);
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#issues .open").first().evaluate((button) => button === document.activeElement));

  await page.getByLabel("Words or JQL").fill("project = = nonsense");
  await page.keyboard.press("Enter");
  await page.locator("#issues-foot .note.problem").waitFor();
  assert.equal(await page.locator("#issues tr").count(), 0);
  await page.getByLabel("Words or JQL").fill("zzzqqqxxx");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing was found.").waitFor();
});

story("an issue is created and opens; what was forgotten is said beside the form", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.getByRole("button", { name: "New issue" }).click();
  const drawer = page.getByRole("dialog", { name: "New issue" });
  await drawer.getByLabel("Project").fill("NOSUCH");
  await drawer.getByLabel("Summary").fill("The printer sings");
  await drawer.getByRole("button", { name: "Create the issue" }).click();
  await drawer.locator(".note.problem").waitFor();
  const key = await page.locator("#projects .choice-button").first().getAttribute("data-key");
  await drawer.getByLabel("Project").fill(key);
  await drawer.getByLabel("Description").fill("Every day at **noon**.");
  await drawer.getByRole("button", { name: "Create the issue" }).click();
  const made = page.getByRole("dialog", { name: "The printer sings" });
  await made.getByText(/ is created\.$/).waitFor();
  await made.locator(".markdown strong", { hasText: "noon" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#issues .open", { hasText: "The printer sings" }).first().waitFor();
});

story("a space is chosen and a page is read", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#spaces .choice-button").first().click();
  await page.locator("#pages:not([aria-busy]) .open").first().click();
  await page.getByRole("dialog").getByRole("link", { name: "Open in Confluence" }).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByLabel("Words or CQL").fill("type = page");
  await page.keyboard.press("Enter");
  await page.locator("#pages:not([aria-busy]) li").first().waitFor();
});

story("a person with only the keyboard chooses a site, and the panel fills without a reload", async ({ page, stage }) => {
  await openDashboard(page, stage, "mia", "#login-jira");
  const jira = cardOf(page, "jira");
  assert.match(await jira.locator(".status").textContent(), /Choose a site$/);
  await page.locator("#jira").getByRole("link", { name: "Choose the site" }).waitFor();
  await page.evaluate(() => (globalThis.same = true));
  const request = page.getByText("Please choose the site to use.");
  await request.waitFor();
  await tabTo(page, jira.getByLabel("Site"));
  await page.keyboard.press("ArrowDown");
  await tabTo(page, jira.getByRole("button", { name: "Use this site" }));
  await page.keyboard.press("Enter");
  await jira.locator(".status.active").waitFor();
  assert.equal(await jira.locator(".site a").textContent(), "Globex");
  assert.equal(await request.count(), 0, "what is done is not asked for any more");
  await page.locator("#jira .split").waitFor();
  await page.locator("#issues tr, #issues-foot .nothing").first().waitFor();
  assert.equal(await page.evaluate(() => globalThis.same), true);
  assert.match((await events(page))[0], /globex/);
});

story("a person disconnects after a question, connects again, and the panel follows", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const card = cardOf(page, "jira");
  await card.getByRole("button", { name: "Disconnect Jira" }).click();
  await page.getByRole("dialog", { name: "Disconnect Jira?" }).waitFor();
  await page.keyboard.press("Escape");
  assert.match(await card.locator(".status").textContent(), /Connected$/);
  await card.getByRole("button", { name: "Disconnect Jira" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect", exact: true }).click();
  await card.locator(".status.not_connected").waitFor();
  await page.locator("#jira .split").waitFor({ state: "hidden" });
  assert.equal(await page.locator("#issues tr").count(), 0);
  assert.match(await cardOf(page, "confluence").locator(".status").textContent(), /Connected$/);
  await page.locator("#jira").getByRole("link", { name: "Connect Jira" }).click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/dashboard/token*`);
  await card.locator(".status.active").waitFor();
  await page.locator("#issues tr").first().waitFor();
});

story("events are filtered by their kind and product", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await renew(page, stage);
  await page.getByLabel("Kind of event").selectOption("info");
  assert.equal(await page.locator("#events .event.refresh").count(), 0);
  assert.ok((await page.locator("#events .event.info").count()) > 0);
  await page.getByLabel("Kind of event").selectOption("error");
  await page.getByText("Nothing of this kind has happened.").waitFor();
});

story("when Atlassian fails, the panel says so where it happened, and trying again works", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#issues tr").first().waitFor();
  await stage.switch("faults", { path_contains: "/search/jql", times: null, action: { status: { status: 503, headers: [], body: "{}" } } });
  await page.getByRole("search", { name: "Issues" }).getByRole("button", { name: "Search" }).click();
  const trouble = page.locator("#issues-foot .note.problem");
  await trouble.waitFor();
  const again = trouble.getByRole("button", { name: "Try again" });
  await fetch(`${stage.sandbox}/_sandbox/faults`, { method: "DELETE" });
  await again.click();
  await page.locator("#issues tr").first().waitFor();
});

story("when Atlassian asks for a pause, the panel counts it down and lets the person try again after it", async ({ page, stage }) => {
  await openDashboard(page, stage);
  await page.locator("#pages li").first().waitFor();
  const action = { status: { status: 429, headers: [["Retry-After", "6"]], body: "{}" } };
  await stage.switch("faults", { path_contains: "/wiki/", times: 1, action });
  await page.locator("#spaces .choice-button").nth(1).click();
  const trouble = page.locator("#pages-foot .note.problem");
  const again = trouble.getByRole("button", { name: "Try again" });
  await trouble.getByText(/in [1-6] s/).waitFor();
  assert.ok(await again.isDisabled());
  await trouble.locator("button:enabled").click();
  await page.locator("#pages li, #pages-foot .nothing").first().waitFor();
});

story("hostile text from Jira stays text and does not widen the page", async ({ page, stage }) => {
  await openDashboard(page, stage);
  const hostile = `<script>globalThis.hacked=1</script><img src=x onerror=globalThis.hacked=1> ${"W".repeat(120)} \u202eלבגד\u202c مرحبا`;
  const key = await page.locator("#projects .choice-button").first().getAttribute("data-key");
  const troubles = watch(page, stage.service);
  const made = await page.evaluate(async ([project, summary]) => {
    const body = JSON.stringify({ project_key: project, summary, description: `${summary}\n\n[click](javascript:globalThis.hacked=1)\n\n<iframe src=//evil.example></iframe>` });
    return (await fetch("/connectors/jira/create", { method: "POST", headers: { "Content-Type": "application/json" }, body })).json();
  }, [key, hostile]);
  assert.ok(made.id, JSON.stringify(made));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByLabel("Words or JQL").fill(`key = ${made.id}`);
  await page.keyboard.press("Enter");
  const open = page.locator("#issues:not([aria-busy]) .open", { hasText: "globalThis.hacked" });
  assert.equal(await open.textContent(), hostile);
  await open.click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("<iframe src=//evil.example></iframe>").waitFor();
  assert.equal(await drawer.locator("a[href^='javascript'], iframe, script, img").count(), 0);
  const wide = await page.evaluate(() => [document.documentElement, document.getElementById("drawer")].map((each) => each.scrollWidth - each.clientWidth));
  assert.deepEqual(wide, [0, 0]);
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.deepEqual(troubles, []);
});
