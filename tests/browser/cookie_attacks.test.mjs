// The person is logged in, and a browser sends their cookie along by itself: from another port of this machine
// with everything, from other sites only when it goes to us. No foreign page hears or changes anything by that.

import assert from "node:assert/strict";

import { CHANGES, KNOWLEDGE, PRIVATE, fetchAll, sendAll } from "./support/attacks.mjs";
import { logIn, statusOf, stories } from "./support/browser.mjs";
import { besiege, goFrom, lookInto, watchService } from "./support/siege.mjs";

const story = stories();
const connect = (page, stage) => logIn(page, stage, "omar");

async function stillConnected(page, stage) {
  await page.goto(`${stage.service}/connected`);
  assert.equal(await page.locator(".account strong").textContent(), "Omar Haddad");
  for (const product of ["jira", "confluence"]) {
    assert.match(await statusOf(page, product).textContent(), /Connected$/);
  }
  const users = await page.evaluate(async () => (await fetch("/users")).json());
  assert.ok(!JSON.stringify(users).includes("eve@example.com"));
}

story("a listed page succeeds with the same attempts, so the siege would see it if a foreign one did", async ({ page, stage }) => {
  await connect(page, stage);
  const { nothingHappened } = await watchService(stage);
  await page.goto(stage.frontend);
  assert.match((await fetchAll(page.mainFrame(), stage.service, PRIVATE)).join("\n"), KNOWLEDGE);
  await sendAll(page.mainFrame(), stage.service, CHANGES.slice(1, 4), `${stage.frontend}/bounce`);
  await assert.rejects(nothingHappened("the frontend", true), /POST .*\/rest\/api\/3\/issue/);
});

besiege(story, { connect, stillConnected, cookieTravels: (place) => place === "another port of this machine" });

for (const who of ["stranger", "neighbour"]) {
  story(`the ${who} opens the person's data in a window and cannot look into it`, async ({ page, stage, context }) => {
    await connect(page, stage);
    const foreign = await context.newPage();
    const { shown, status } = await goFrom(foreign, stage[who], `${stage.service}/connectors/jira/myself`, "window");
    assert.equal(status, 200, "going there is reading, with the cookie of the person who goes");
    assert.match(await shown.content(), /Omar Haddad/);
    assert.equal(await lookInto(foreign), "SecurityError");
    await stillConnected(page, stage);
  });

  story(`the ${who} cannot send the person to a change`, async ({ page, stage, context }) => {
    await connect(page, stage);
    const { nothingHappened } = await watchService(stage);
    const foreign = await context.newPage();
    for (const [, path] of CHANGES) {
      const { status, shown } = await goFrom(foreign, stage[who], stage.service + path, "post");
      assert.ok([204, 401, 403, 405, 415].includes(status), `a form to ${path}: ${status}`);
      assert.doesNotMatch(await shown.content(), KNOWLEDGE);
    }
    await nothingHappened(who);
    await stillConnected(page, stage);
  });
}

story("a name that was made to lead to this machine has neither the cookie nor the measurements", async ({ page, stage }) => {
  await connect(page, stage);
  const { nothingHappened } = await watchService(stage);
  const rebound = stage.service.replace("localhost", "rebound.example");
  await page.goto(`${rebound}/connected`);
  await page.getByRole("heading", { name: "Nobody is logged in" }).waitFor();
  for (const path of PRIVATE) {
    const status = await page.evaluate(async (path) => (await fetch(path)).status, path);
    assert.equal(status, 401, path);
  }
  await nothingHappened("rebound.example");
  await stillConnected(page, stage);
});
