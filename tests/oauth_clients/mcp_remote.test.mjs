// mcp-remote: finds the authorization server, registers, sends a person there, gets tokens, uses them after a restart,
// and renews them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { freePort } from "../browser/support/processes.mjs";
import { openStage } from "../browser/support/stage.mjs";
import { ScriptedBrowser } from "./scripted_browser.mjs";

const PATIENCE_MILLISECONDS = 30_000;
let stage;
let folder;
let port;

before(async () => {
  stage = await openStage({});
  folder = await mkdtemp(path.join(tmpdir(), "mcp-remote-"));
  port = await freePort();
});
after(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A running mcp-remote, spoken to over its standard input and output. */
function start(browser) {
  const { PATH } = process.env;
  const program = "node_modules/mcp-remote/dist/proxy.js";
  const child = spawn("node", [program, `${stage.service}/mcp`, String(port), "--allow-http", "--transport", "http-only"], {
    // No real browser: the address is printed as well.
    env: { PATH, HOME: folder, MCP_REMOTE_CONFIG_DIR: folder, BROWSER: "true" },
  });
  const remote = { child, printed: "", logins: 0 };
  const waiting = new Map();
  let number = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    waiting.get(message.id)?.(message);
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    remote.printed += `${line}\n`;
    const address = line.trim();
    if (address.startsWith(`${stage.service}/authorize?`)) {
      remote.logins += 1;
      browser.letIn(address).catch((error) => child.emit("error", new Error(`${error.message}: ${error.cause}; mcp-remote printed:\n${remote.printed}`)));
    }
  });
  remote.ask = (method, params = {}) => {
    number += 1;
    const id = number;
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${method}: no answer; mcp-remote printed:\n${remote.printed}`));
      const timer = setTimeout(late, PATIENCE_MILLISECONDS);
      child.once("error", reject);
      waiting.set(id, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
  };
  remote.begin = async () => {
    const clientInfo = { name: "test", version: "1" };
    const begun = await remote.ask("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    return begun;
  };
  remote.end = async () => {
    child.kill();
    await once(child, "close");
  };
  return remote;
}

/** A file of those in which mcp-remote keeps what it knows. */
async function kept(ending) {
  const files = await readdir(folder, { recursive: true });
  const name = files.find((file) => file.endsWith(ending));
  return JSON.parse(await readFile(path.join(folder, name), "utf8"));
}

test("mcp-remote logs in once, works, and needs nobody after a restart or when its token has ended", { timeout: 120_000 }, async () => {
  const browser = new ScriptedBrowser(stage, "omar");
  const first = start(browser);
  const begun = await first.begin();
  assert.ok(begun.result, JSON.stringify(begun));
  const { result } = await first.ask("tools/list");
  const names = result.tools.map(({ name }) => name);
  assert.ok(names.includes("jira_search") && names.includes("jira_create_issue"), names.join(" "));
  const me = await first.ask("tools/call", { name: "jira_get_current_user", arguments: {} });
  assert.match(JSON.stringify(me.result), /Omar Haddad/);
  assert.equal(first.logins, 1);
  await first.end();

  const second = start(browser);
  await second.begin();
  assert.ok((await second.ask("tools/list")).result);
  assert.equal(second.logins, 0, second.printed);

  // As if an hour had passed: its access token is worth nothing any more.
  const [tokens, client] = [await kept("tokens.json"), await kept("client_info.json")];
  const taken = await fetch(`${stage.service}/revoke`, { method: "POST", body: new URLSearchParams({ token: tokens.access_token, client_id: client.client_id }) });
  assert.equal(taken.status, 200);
  const again = await second.ask("tools/call", { name: "jira_get_current_user", arguments: {} });
  assert.match(JSON.stringify(again.result ?? again), /Omar Haddad/);
  assert.equal(second.logins, 0, second.printed);
  assert.notEqual((await kept("tokens.json")).refresh_token, tokens.refresh_token);
  const agents = await browser.read("/agents");
  assert.equal(agents.length, 1);
  assert.ok(agents[0].host.startsWith("localhost:") || agents[0].host.startsWith("127.0.0.1:"), agents[0].host);
  await second.end();
});
