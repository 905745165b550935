// Web pages of others in the same browser: they see nothing, change nothing and log nobody in.

import assert from "node:assert/strict";

import { logIn, statusOf, stories } from "./support/browser.mjs";

const story = stories();
const FOREIGN = ["stranger", "neighbour"];

/** Asks from within a page; gives the status and body, or that the browser kept them from it. */
const ask = (page, url, options) =>
  page.evaluate(
    async ([url, options]) => {
      try {
        const answer = await fetch(url, options);
        return { status: answer.status, body: await answer.text() };
      } catch {
        return "blocked";
      }
    },
    [url, options],
  );

async function stillConnected(page, stage) {
  await page.goto(`${stage.service}/connected`);
  assert.equal(await page.locator(".account strong").textContent(), "Omar Haddad");
  for (const product of ["jira", "confluence"]) {
    assert.match(await statusOf(page, product).textContent(), /Connected$/);
  }
}

for (const who of FOREIGN) {
  story(`the ${who}'s scripts read nothing with the person's cookie`, async ({ page, stage, context }) => {
    await logIn(page, stage, "omar");
    const foreign = await context.newPage();
    await foreign.goto(stage[who]);
    for (const path of ["/auth/session", "/connectors", "/connectors/jira/connection", "/api/atlassian/resources"]) {
      assert.equal(await ask(foreign, stage.service + path, { credentials: "include" }), "blocked", path);
    }
    const open = await ask(foreign, `${stage.service}/connectors`, { credentials: "omit" });
    assert.deepEqual(
      JSON.parse(open.body).map((each) => each.connected),
      [false, false],
    );
    await stillConnected(page, stage);
  });

  story(`the ${who}'s scripts change nothing`, async ({ page, stage, context }) => {
    await logIn(page, stage, "omar");
    const foreign = await context.newPage();
    await foreign.goto(stage[who]);
    const credentials = "include";
    for (const mode of ["cors", "no-cors"]) {
      await ask(foreign, `${stage.service}/auth/logout`, { method: "POST", mode, credentials });
      await ask(foreign, `${stage.service}/connectors/jira/connection`, { method: "POST", mode, credentials });
    }
    for (const method of ["DELETE", "PATCH"]) {
      const body = method === "PATCH" ? '{"rotate":true}' : undefined;
      const headers = { "Content-Type": "application/json" };
      const answer = await ask(foreign, `${stage.service}/connectors/jira/connection`, { method, credentials, headers, body });
      assert.equal(answer, "blocked", method);
    }
    await stillConnected(page, stage);
  });

  story(`a form on the ${who}'s page changes nothing`, async ({ page, stage, context }) => {
    await logIn(page, stage, "omar");
    for (const path of ["/auth/logout", "/auth/jira/api-token", "/connectors/jira/connection"]) {
      const foreign = await context.newPage();
      await foreign.goto(stage[who]);
      await Promise.all([
        foreign.waitForResponse(stage.service + path),
        foreign.evaluate((action) => {
          const form = Object.assign(document.createElement("form"), { method: "post", action, enctype: "text/plain" });
          document.body.append(form);
          form.submit();
        }, stage.service + path),
      ]);
      await stillConnected(page, stage);
    }
  });

  story(`an image on the ${who}'s page starts no login`, async ({ page, stage, context }) => {
    await page.goto(stage[who]);
    const asked = page.waitForRequest((request) => request.url().startsWith(`${stage.service}/auth/jira/login`));
    const outcome = page.evaluate(
      (src) => new Promise((end) => Object.assign(new Image(), { src, onload: () => end("shown"), onerror: () => end("refused") })),
      `${stage.service}/auth/jira/login?redirect=true`,
    );
    await asked;
    assert.equal(await outcome, "refused");
    assert.deepEqual(await context.cookies(stage.service), []);
  });

  story(`the ${who}'s page cannot frame our pages`, async ({ page, stage, context }) => {
    await logIn(page, stage, "omar");
    const foreign = await context.newPage();
    for (const path of ["/login", "/connected", "/docs"]) {
      await foreign.goto(stage[who]);
      const [message] = await Promise.all([
        foreign.waitForEvent("console", (message) => message.text().includes("frame-ancestors")),
        foreign.evaluate((src) => document.body.append(Object.assign(document.createElement("iframe"), { src })), stage.service + path),
      ]);
      assert.equal(message.type(), "error", path);
    }
  });
}

story("a link on a foreign page to log out or to disconnect changes nothing", async ({ page, stage, context }) => {
  await logIn(page, stage, "omar");
  for (const path of ["/auth/logout", "/api/oauth/atlassian/refresh"]) {
    const foreign = await context.newPage();
    await foreign.goto(stage.stranger);
    const [response] = await Promise.all([
      foreign.waitForResponse(stage.service + path),
      foreign.evaluate((href) => Object.assign(document.createElement("a"), { href }).click(), stage.service + path),
    ]);
    assert.equal(response.status(), 405, path);
  }
  await stillConnected(page, stage);
});

story("a login that an attacker has begun elsewhere cannot be ended in the victim's browser", async ({ page, stage, context, newContext }) => {
  const attacker = await (await newContext()).newPage();
  await attacker.goto(stage.frontend);
  const url = await attacker.evaluate(async (service) => {
    const answer = await fetch(`${service}/auth/jira/login?redirect=false`, { credentials: "include" });
    return (await answer.json()).url;
  }, stage.service);
  const { callback } = await stage.switch("consent", { url, account: "lea" });

  await page.goto(stage.stranger);
  await page.evaluate((href) => location.assign(href), callback);
  await page.getByRole("heading", { name: "The login did not work" }).waitFor();
  assert.deepEqual(await context.cookies(stage.service), []);
  await page.goto(`${stage.service}/connected`);
  await page.getByRole("heading", { name: "Nobody is logged in" }).waitFor();
});
