// Open mode needs no login, so every page in the person's browser could act as them. None can: not by
// fetching, embedding, framing, forms or navigation, nor under a name that was made to lead to this machine.

import assert from "node:assert/strict";

import { CHANGES, KNOWLEDGE, PERSONAL, PRIVATE } from "./support/attacks.mjs";
import { consent, statusOf, stories } from "./support/browser.mjs";
import { besiege, goFrom, lookInto, watchService } from "./support/siege.mjs";

const story = stories({ settings: { AUTH_MODE: "open" } });
const FOREIGN = ["stranger", "neighbour"];

async function connect(page, stage) {
  await page.goto(`${stage.service}/auth/atlassian/login?return_url=/connected`);
  await consent(page, "omar");
  await page.waitForURL(`${stage.service}/connected?*`);
  await page.goto("about:blank");
}

async function stillConnected(page, stage) {
  await page.goto(`${stage.service}/connected`);
  for (const product of ["jira", "confluence"]) {
    assert.match(await statusOf(page, product).textContent(), /Connected$/);
  }
}

/** Asks as the page that is shown: every path, and every change; one line each. */
const askAsShown = (page) =>
  page.evaluate(
    async ([paths, changes]) => {
      const heard = [];
      for (const [method, path, content] of [...paths.map((path) => ["GET", path]), ...changes]) {
        const headers = content ? { "Content-Type": "application/json" } : {};
        const answer = await fetch(path, { method, headers, body: content && JSON.stringify(content) });
        heard.push(`${method} ${path} ${answer.status} ${await answer.text()}`);
      }
      return heard;
    },
    [PRIVATE.concat(PERSONAL), CHANGES],
  );

story("a person at this machine reads all of it, on either name, so that there is something to protect", async ({ page, stage }) => {
  await connect(page, stage);
  for (const origin of [stage.service, stage.serviceByAddress]) {
    await stillConnected(page, { service: origin });
    const heard = [];
    for (const path of PRIVATE.concat(PERSONAL)) {
      const [status, text] = await page.evaluate(async (path) => {
        const answer = await fetch(path);
        return [answer.status, await answer.text()];
      }, path);
      assert.equal(status, 200, path);
      heard.push(text);
    }
    assert.ok(heard.filter((text) => KNOWLEDGE.test(text)).length > PRIVATE.length / 2, heard.join("\n"));
    const changed = await page.evaluate(async () => {
      const body = JSON.stringify({ rotate: true });
      return (await fetch("/connectors/jira/connection", { method: "PATCH", headers: { "Content-Type": "application/json" }, body })).status;
    });
    assert.equal(changed, 200, origin);
  }
  const typed = await page.goto(`${stage.service}/connectors/jira/myself`);
  assert.equal((await typed.json()).display_name, "Omar Haddad");
});

besiege(story, { connect, stillConnected, cookieTravels: () => false });

for (const who of FOREIGN) {
  story(`the ${who} leads the person to pages and starts, and to nothing else`, async ({ page, stage, context }) => {
    await connect(page, stage);
    const { nothingHappened } = await watchService(stage);
    const foreign = await context.newPage();
    for (const means of ["link", "get", "window"]) {
      for (const path of PRIVATE) {
        const { status, shown } = await goFrom(foreign, stage[who], stage.service + path, means);
        const text = await shown.content();
        assert.equal(status, 403, `${means} to ${path}: ${text}`);
        assert.doesNotMatch(text, KNOWLEDGE);
        if (means === "window") {
          await shown.close();
        }
      }
    }
    for (const [, path] of CHANGES) {
      const { status } = await goFrom(foreign, stage[who], stage.service + path, "post");
      assert.ok([204, 403, 405, 415].includes(status), `a form to ${path}: ${status}`);
    }
    await nothingHappened(who);
    for (const path of ["/", "/login", "/connected", "/docs"]) {
      assert.equal((await goFrom(foreign, stage[who], stage.service + path, "link")).status, 200, path);
    }
    const { shown } = await goFrom(foreign, stage[who], `${stage.service}/connected`, "window");
    await shown.getByText("Open mode: this computer needs no login").waitFor();
    assert.equal(await lookInto(foreign), "SecurityError");
    await shown.close();
    await foreign.goto(stage[who]);
    await foreign.evaluate((href) => location.assign(href), `${stage.service}/auth/atlassian/login`);
    await consent(foreign, "omar");
    await foreign.waitForURL(`${stage.service}/connected?*`);
    await stillConnected(page, stage);
  });
}

for (const name of ["rebound.example", "localhost.example"]) {
  story(`the name ${name}, made to lead to this machine, has no authority`, async ({ page, stage }) => {
    await connect(page, stage);
    const { nothingHappened } = await watchService(stage);
    const rebound = stage.service.replace("localhost", name);
    await page.goto(`${rebound}/connected`);
    assert.doesNotMatch(await page.content(), KNOWLEDGE);
    const heard = await askAsShown(page);
    for (const path of PRIVATE) {
      assert.ok(heard.some((line) => line.startsWith(`GET ${path} 403 `)), `${path}:\n${heard.join("\n")}`);
    }
    for (const [method, path] of CHANGES.filter(([, path]) => path !== "/auth/logout")) {
      assert.ok(heard.some((line) => line.startsWith(`${method} ${path} 403 `)), `${method} ${path}:\n${heard.join("\n")}`);
    }
    assert.doesNotMatch(heard.join("\n"), KNOWLEDGE);
    const start = await page.goto(`${rebound}/auth/atlassian/login`);
    assert.equal(start.status(), 403);
    await nothingHappened(name);
    await stillConnected(page, stage);
  });
}
