// Open mode: whoever sits at this computer needs no login here, and foreign pages still get nothing.

import assert from "node:assert/strict";

import { consent, statusOf, stories, watch } from "./support/browser.mjs";

const story = stories({ settings: { AUTH_MODE: "open" } });

story("the connections page works without a login, and connecting makes the cards active", async ({ page, stage, newContext }) => {
  const troubles = watch(page, stage.service);
  await page.goto(`${stage.service}/connected`);
  await page.getByText("Open mode: this computer needs no login").waitFor();
  assert.equal(await page.getByRole("button", { name: "Log out" }).count(), 0);
  assert.deepEqual(troubles, []);

  await page.goto(`${stage.service}/login`);
  await page.locator("#login-atlassian").click();
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/connected?*`);
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);

  const other = await (await newContext()).newPage();
  await other.goto(`${stage.service}/connected`);
  assert.match(await statusOf(other, "confluence").textContent(), /Connected$/);
});

for (const who of ["stranger", "neighbour"]) {
  story(`the ${who}'s page reads nothing and changes nothing, although no login is needed`, async ({ page, stage }) => {
    await page.goto(`${stage.service}/auth/atlassian/login?return_url=/connected`);
    await consent(page, "omar");
    await page.waitForURL(`${stage.service}/connected?*`);

    await page.goto(stage[who]);
    const heard = await page.evaluate(async (service) => {
      const ask = async (path, options) => {
        try {
          const answer = await fetch(service + path, options);
          return `${answer.status} ${await answer.text()}`;
        } catch {
          return "blocked";
        }
      };
      return [
        await ask("/connectors/jira/projects", { credentials: "include" }),
        await ask("/connectors/jira/projects", { credentials: "omit" }),
        await ask("/auth/session", { credentials: "omit" }),
        await ask("/connectors/jira/connection", { method: "DELETE", credentials: "omit" }),
        await ask("/auth/logout", { method: "POST", mode: "no-cors", credentials: "include" }),
      ].join("\n");
    }, stage.service);
    assert.ok(!/Omar|acme|"authenticated":true|"ok":true|"key"/.test(heard), heard);
    await page.goto(`${stage.service}/connected`);
    assert.match(await statusOf(page, "jira").textContent(), /Connected$/);
  });
}
