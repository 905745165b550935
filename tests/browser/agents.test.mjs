// Programs that ask to be let in: the page that asks, with the keyboard, on a phone, light and dark, in nobody's frame;
// and taking it back.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { consent, logIn, stories, tabTo, watch } from "./support/browser.mjs";
import { inspect, SCHEMES } from "./support/looks.mjs";
import { freePort, servePage } from "./support/processes.mjs";

const story = stories();
const VERIFIER = "a-verifier-of-a-client-in-a-browser-story-of-ours";
const CLIENT_PAGE = `<!doctype html><html lang="en"><title>Client</title><h1>You can close this page</h1>`;

/** A client that registers itself and listens on this machine. */
async function client(stage, name = "Story Client") {
  const port = await freePort();
  const close = await servePage(port, CLIENT_PAGE);
  const redirect = `http://127.0.0.1:${port}/callback`;
  const registered = await send(stage, "/register", JSON.stringify({ client_name: name, redirect_uris: [redirect] }), "application/json");
  const path = `/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: registered.client_id,
    redirect_uri: redirect,
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
    state: "story",
    scope: "read write",
    resource: `${stage.service}/mcp`,
  })}`;
  const exchange = (code) =>
    send(stage, "/token", new URLSearchParams({ grant_type: "authorization_code", code, code_verifier: VERIFIER, client_id: registered.client_id, redirect_uri: redirect }));
  return { path, redirect, exchange, close };
}

async function send(stage, path, body, type) {
  const headers = type ? { "Content-Type": type } : {};
  const response = await fetch(stage.service + path, { method: "POST", body, headers });
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

async function statusAtMcp(stage, token) {
  const response = await fetch(`${stage.service}/mcp`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
  return response.status;
}

/** How many agents the person on this page has let in. */
const agentsOf = (page) => page.evaluate(async () => (await (await fetch("/agents")).json()).length);

/** Lets a client in with the pointer, and gives its token. */
async function letIn(page, stage, asking) {
  await page.goto(stage.service + asking.path);
  await page.locator("#allow-write").click();
  await page.waitForURL(`${asking.redirect}?*`);
  const { access_token: token } = await asking.exchange(new URL(page.url()).searchParams.get("code"));
  return token;
}

story("who is not logged in logs in first, and with the keyboard alone allows reading only", async ({ page, stage }) => {
  const asking = await client(stage);
  await page.goto(stage.service + asking.path);
  assert.match(await page.locator(".note").first().textContent(), /says it is Story Client \(127\.0\.0\.1:\d+\)/);
  await page.locator("#login-atlassian").click();
  await consent(page, "omar");
  await page.getByRole("heading", { name: "Let a program in?" }).waitFor();
  assert.equal(await page.locator(".claimed").textContent(), "Story Client");
  assert.equal(await page.locator(".host").textContent(), new URL(asking.redirect).host);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await tabTo(page, page.getByRole("button", { name: "Allow reading only" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${asking.redirect}?*`);
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get("state"), "story");
  assert.equal(answer.get("iss"), stage.service);
  const { scope, access_token: token } = await asking.exchange(answer.get("code"));
  assert.equal(scope, "read");
  assert.equal(await statusAtMcp(stage, token), 200);
  await asking.close();
});

story("a person does not let it in, and the client is told", async ({ page, stage }) => {
  const asking = await client(stage);
  await logIn(page, stage, "omar");
  await page.goto(stage.service + asking.path);
  await page.getByRole("button", { name: "Do not let it in" }).click();
  await page.waitForURL(`${asking.redirect}?error=access_denied*`);
  await asking.close();
});

story("the page that asks is in order on a phone and on a large screen, light and dark", async ({ page, stage }) => {
  const asking = await client(stage, `Long ${"name".repeat(18)}`);
  await inspect(page, stage.service, asking.path, "#login-atlassian");
  await logIn(page, stage, "omar");
  await inspect(page, stage.service, asking.path, "#allow-read");
  await asking.close();
});

story("what went wrong is told on a page of ours, and the browser is sent nowhere", async ({ page, stage }) => {
  await page.goto(`${stage.service}/authorize?client_id=ibc_forged.x&redirect_uri=https://evil.example/`);
  await page.getByRole("heading", { name: "No program was let in" }).waitFor();
  assert.ok(page.url().startsWith(stage.service));
});

story("nobody frames the page that asks, and no other page answers it", async ({ page, stage }) => {
  const asking = await client(stage);
  await logIn(page, stage, "omar");
  const before = await agentsOf(page);
  await page.goto(stage.service + asking.path);
  const form = await page.evaluate(() => [...document.querySelectorAll("form input")].map(({ name, value }) => [name, value]));
  for (const elsewhere of [stage.stranger, stage.neighbour, stage.frontend]) {
    await page.goto(elsewhere);
    const framed = await page.evaluate(async (address) => {
      const frame = Object.assign(document.createElement("iframe"), { src: address });
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
      return frame.contentDocument === null;
    }, stage.service + asking.path);
    assert.ok(framed, "it is of another origin");
    const inside = page.frames().find((frame) => frame !== page.mainFrame());
    assert.equal(await inside.locator("#allow-read").count(), 0, elsewhere);
    // The very fields of the person's own page, which no other page can read.
    const sent = page.waitForResponse((response) => response.request().method() === "POST");
    await page.evaluate(([address, fields]) => {
      const made = Object.assign(document.createElement("form"), { method: "post", action: address });
      for (const [name, value] of [...fields, ["decision", "write"]]) {
        made.append(Object.assign(document.createElement("input"), { name, value }));
      }
      document.body.append(made);
      made.submit();
    }, [`${stage.service}/authorize`, form]);
    assert.equal((await sent).status(), 403, elsewhere);
    await page.waitForURL(`${stage.service}/authorize`);
  }
  await page.goto(`${stage.service}/dashboard`);
  assert.equal(await agentsOf(page), before);
  await asking.close();
});

story("who has let nobody in is told how that goes", async ({ page, stage }) => {
  await logIn(page, stage, "lea");
  await inspect(page, stage.service, "/dashboard", "#agents code");
  assert.match(await page.locator("#agents").textContent(), /No program is let in\. .*\/mcp\./);
});

story("a person takes back with the keyboard what an agent may do, and it works at once", async ({ page, stage }) => {
  const [first, second] = [await client(stage, "First Client"), await client(stage, "Second Client")];
  await logIn(page, stage, "mia");
  const tokens = [await letIn(page, stage, first), await letIn(page, stage, second)];
  const troubles = watch(page, stage.service);
  await page.goto(`${stage.service}/dashboard`);
  const agents = page.locator("#agent-list li");
  assert.deepEqual(await agents.locator("strong").allTextContents(), ["Second Client", "First Client"]);
  assert.match(await agents.first().textContent(), /may read and write · let in .* · never used/);
  const takeBack = page.getByRole("button", { name: "Take back what Second Client may do" });
  await takeBack.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Take back what Second Client may do?" }).waitFor();
  await page.keyboard.press("Escape");
  assert.ok(await takeBack.evaluate((button) => button === document.activeElement), "the focus comes back");
  assert.equal(await statusAtMcp(stage, tokens[1]), 200);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Take back", exact: true }));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#agent-list li").length === 1);
  const rest = page.getByRole("button", { name: "Take back what First Client may do" });
  assert.ok(await rest.evaluate((button) => button === document.activeElement), "the next one has the focus");
  assert.deepEqual([await statusAtMcp(stage, tokens[1]), await statusAtMcp(stage, tokens[0])], [401, 200]);
  assert.deepEqual(troubles, []);
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    await inspect(page, stage.service, "/dashboard", "#agent-list li");
  }
  await first.close();
  await second.close();
});

story("without scripts a person lets a program in", async ({ page, stage }) => {
  const asking = await client(stage);
  await logIn(page, stage, "omar");
  assert.equal(await statusAtMcp(stage, await letIn(page, stage, asking)), 200);
  await asking.close();
}, { javaScriptEnabled: false });
