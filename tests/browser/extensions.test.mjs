// Browser extensions: real ones in a real Chromium. A listed one works, with the person's cookie where the browser
// gives it that and with a session token everywhere; one that is not listed changes nothing, and nobody passes for one.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { CHANGES, KNOWLEDGE, PRIVATE } from "./support/attacks.mjs";
import { logIn, statusOf } from "./support/browser.mjs";
import { browserWithExtensions, newIdentity } from "./support/extension.mjs";
import { watchService } from "./support/siege.mjs";
import { openStage } from "./support/stage.mjs";

const OURS = ["http://localhost/*"];
const JSON_TYPE = { "Content-Type": "application/json" };
const OWN_TOKEN = { email: "omar@example.com", api_token: "classic-token-omar", site: "acme" };
const identities = { helper: newIdentity(), guest: newIdentity(), stranger: newIdentity(), visitor: newIdentity() };
const listed = `${identities.helper.origin},${identities.guest.origin}`;

let stage;
let open;
let browser;

before(async () => {
  [stage, open] = await Promise.all([openStage({ settings: { ALLOWED_ORIGINS: listed } }), openStage({ settings: { AUTH_MODE: "open" } })]);
  const [takeover] = CHANGES.filter(([method]) => method === "DELETE");
  browser = await browserWithExtensions({
    // Listed; the helper has rights on our site, the guest has none.
    helper: { identity: identities.helper, hosts: OURS, contentScript: inPage(takeover) },
    guest: { identity: identities.guest, hosts: [] },
    // Not listed, likewise.
    stranger: { identity: identities.stranger, hosts: OURS },
    visitor: { identity: identities.visitor, hosts: [] },
  });
});
after(async () => {
  await browser?.close();
  await Promise.all([stage?.close(), open?.close()]);
});

/** A script in the pages of others that tries a change and tells the page what came of it. */
const inPage = ([method, path]) => `
  if (location.origin !== "${stage.service}") {
    fetch("${stage.service}${path}", { method: "${method}", credentials: "include" })
      .then((answer) => answer.status, () => "blocked")
      .then((outcome) => { document.documentElement.dataset.outcome = outcome; });
  }`;

const post = (content, headers = {}) => ({ method: "POST", credentials: "include", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(content) });
const issue = { project_key: "APP", summary: "From the side panel" };

/** A page on which Omar has logged in. */
async function loggedIn() {
  await browser.context.clearCookies();
  const page = await browser.context.newPage();
  await logIn(page, stage, "omar");
  return page;
}

async function stillConnected(page) {
  await page.goto(`${stage.service}/connected`);
  assert.equal(await page.locator(".account strong").textContent(), "Omar Haddad");
  assert.match(await statusOf(page, "jira").textContent(), /Connected$/);
  await page.close();
}

test("a listed extension with rights on our site works with the person's login", async () => {
  const page = await loggedIn();
  const me = await browser.ask("helper", `${stage.service}/connectors/jira/myself`, { credentials: "include" });
  assert.equal(JSON.parse(me.text).display_name, "Omar Haddad");
  const created = await browser.ask("helper", `${stage.service}/connectors/jira/create`, post(issue));
  assert.equal(created.status, 201, created.text);
  const changed = await browser.ask("helper", `${stage.service}/connectors/jira/connection`, { ...post({ rotate: true }), method: "PATCH" });
  assert.equal(changed.status, 200, changed.text);
  await stillConnected(page);
});

test("a listed extension without rights gets no cookie from the browser, and works with a session token", async () => {
  const page = await loggedIn();
  const address = `${stage.service}/connectors/jira/myself`;
  assert.equal((await browser.ask("guest", address, { credentials: "include" })).status, 401);
  const { status, token, text } = await browser.ask("guest", `${stage.service}/auth/jira/api-token`, post(OWN_TOKEN));
  assert.equal(status, 200, text);
  assert.match(token, /^ibs_/, "it may read the header");
  const me = await browser.ask("guest", address, { headers: { "X-Session-Token": token } });
  assert.equal(JSON.parse(me.text).display_name, "Omar Haddad");
  const created = await browser.ask("guest", `${stage.service}/connectors/jira/create`, post(issue, { "X-Session-Token": token }));
  assert.equal(created.status, 201, created.text);
  await stillConnected(page);
});

test("an extension that is not listed changes nothing and logs nobody in, whatever rights it has on our site", async () => {
  const page = await loggedIn();
  const { nothingHappened } = await watchService(stage);
  for (const [method, path, content] of CHANGES) {
    const body = content && JSON.stringify(content);
    const answer = await browser.ask("stranger", stage.service + path, { method, credentials: "include", headers: content ? JSON_TYPE : {}, body });
    assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
    const blocked = await browser.ask("visitor", stage.service + path, { method, credentials: "include", headers: JSON_TYPE, body });
    assert.equal(blocked, "blocked", `${method} ${path}`);
  }
  for (const path of PRIVATE) {
    assert.equal(await browser.ask("visitor", stage.service + path, { credentials: "include" }), "blocked", path);
    assert.equal((await browser.ask("visitor", stage.service + path, { credentials: "omit" })).status, 401, path);
  }
  await nothingHappened("extensions that are not listed");
  // Where the person has given an extension rights on our site, the browser lets it read like the person: a request
  // without an origin, that looks like a typed address. Installing it was that decision.
  const read = await browser.ask("stranger", `${stage.service}/connectors/jira/myself`, { credentials: "include" });
  assert.equal(read.status, 200);
  await stillConnected(page);
});

test("a page cannot pass for a listed extension, and its script in a foreign page acts as that page", async () => {
  const page = await loggedIn();
  for (const who of ["stranger", "neighbour"]) {
    const { nothingHappened } = await watchService(stage);
    const foreign = await browser.context.newPage();
    await foreign.goto(stage[who]);
    await foreign.locator("html[data-outcome]").waitFor();
    assert.match(await foreign.locator("html").getAttribute("data-outcome"), /^(blocked|40[13])$/);
    const heard = await foreign.evaluate(
      async ([service, origin]) => {
        const headers = { Origin: origin, "Sec-Fetch-Site": "none", "Content-Type": "application/json" };
        const lines = [];
        for (const method of ["GET", "DELETE"]) {
          for (const credentials of ["include", "omit"]) {
            const answer = await fetch(`${service}/connectors/jira/connection`, { method, credentials, headers }).catch(() => null);
            lines.push(answer ? `${answer.status} ${await answer.text()}` : "blocked");
          }
        }
        return lines.join("\n");
      },
      [stage.service, identities.helper.origin],
    );
    assert.doesNotMatch(heard, KNOWLEDGE);
    await nothingHappened(who, true);
    await foreign.close();
  }
  await stillConnected(page);
});

test("in open mode an extension that is not listed has no authority", async () => {
  const own = await fetch(`${open.service}/auth/jira/api-token`, post(OWN_TOKEN));
  assert.equal(own.status, 200);
  const { nothingHappened } = await watchService(open);
  for (const path of PRIVATE) {
    const answer = await browser.ask("visitor", open.service + path, { credentials: "omit" });
    assert.equal(answer.status, 403, `${path}: ${answer.text}`);
  }
  for (const [method, path, content] of CHANGES.filter(([, path]) => path !== "/auth/logout")) {
    const body = content && JSON.stringify(content);
    for (const name of ["stranger", "visitor"]) {
      const answer = await browser.ask(name, open.service + path, { method, headers: content ? JSON_TYPE : {}, body });
      assert.equal(answer.status, 403, `${name}: ${method} ${path}: ${answer.text}`);
    }
  }
  await nothingHappened("extensions that are not listed");
});
