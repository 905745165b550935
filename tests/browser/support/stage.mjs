// The stage of the stories: the service, the sandbox in Atlassian's place, a frontend whose origin is
// listed, and two pages that are not: a stranger (another site) and a neighbour (the same site, not listed).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { answering, freePort, run, servePage } from "./processes.mjs";

const FOREIGN_PAGE = `<!doctype html><html lang="en"><title>Elsewhere</title><h1>Elsewhere</h1>`;

/** A frontend as a customer would write it: a link to log in, and what it knows after that. */
const frontendPage = (service) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Frontend</title>
<a id="login">Log in</a> <button id="logout">Log out</button>
<p id="person"></p><ul id="connections"></ul><ul id="projects"></ul>
<script>
const service = ${JSON.stringify(service)};
const call = (path, options) => fetch(service + path, { credentials: "include", ...options });
const list = (id, texts) => document.getElementById(id).replaceChildren(
  ...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
login.href = service + "/auth/atlassian/login?return_url=" + encodeURIComponent(location.origin + "/after");
async function show() {
  const session = await (await call("/auth/session")).json();
  person.textContent = session.authenticated ? session.user.display_name : "nobody";
  list("connections", (await (await call("/connectors")).json()).map((each) => each.id + ": " + each.status));
  const answer = await call("/connectors/jira/projects");
  list("projects", answer.ok ? (await answer.json()).map((each) => each.key) : []);
  document.body.dataset.shown = "yes";
}
logout.onclick = async () => { await call("/auth/logout", { method: "POST" }); await show(); };
show();
</script>`;

/**
 * Opens a stage. `settings` go to the service in addition; `isConfigured: false` leaves out the
 * OAuth client. Gives the origins, `switch(name, body)` for the sandbox's switches, and `close()`.
 */
export async function openStage({ settings = {}, isConfigured = true } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "browser-story-"));
  const ports = [];
  while (ports.length < 5) {
    const port = await freePort();
    if (!ports.includes(port)) {
      ports.push(port);
    }
  }
  const stage = {
    folder,
    service: `http://localhost:${ports[0]}`,
    serviceByAddress: `http://127.0.0.1:${ports[0]}`,
    sandbox: `http://127.0.0.1:${ports[1]}`,
    frontend: `http://localhost:${ports[2]}`,
    stranger: `http://127.0.0.1:${ports[3]}`,
    neighbour: `http://localhost:${ports[4]}`,
  };
  const callback = `${stage.service}/auth/atlassian/callback`;
  const sandbox = run("atlassian-sandbox", {
    folder,
    parameters: ["--port", String(ports[1]), "--data-center-port", "0", "--redirect-uri", callback, "--quiet", "--exit-with-parent"],
  });
  const client = {
    ATLASSIAN_CLIENT_ID: "sandbox-client",
    ATLASSIAN_CLIENT_SECRET: "sandbox-secret",
    ATLASSIAN_REDIRECT_URI: callback,
  };
  const startService = () => run("integration-backend", {
    folder,
    settings: {
      PORT: String(ports[0]),
      PUBLIC_BASE_URL: stage.service,
      INTEGRATION_DB_URL: "sqlite://integration.db",
      ATLASSIAN_AUTH_URL: stage.sandbox,
      ATLASSIAN_API_URL: stage.sandbox,
      ATLASSIAN_SITE_URL_TEMPLATE: `${stage.sandbox}/sites/{site}`,
      CORS_ORIGINS: `${stage.frontend},*`,
      LOG_LEVEL: "warn",
      LOG_FORMAT: "json",
      ...(isConfigured ? client : {}),
      ...settings,
    },
  });
  let service = startService();
  const pages = [];
  stage.log = () => service.printed;
  stage.switch = (name, body = {}) => flip(stage.sandbox, name, body);
  stage.journal = () => journal(stage.sandbox);
  stage.succeeded = () => succeeded(stage.service);
  /** Stops the service and starts it again; with SIGKILL it has no time to say goodbye. */
  stage.restart = async (signal) => {
    await service.stop(signal);
    service = startService();
    await answering(`${stage.service}/ready`, service);
  };
  stage.close = async () => {
    await Promise.all([...pages.map((close) => close()), service.stop(), sandbox.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([answering(`${stage.sandbox}/`, sandbox), answering(`${stage.service}/ready`, service)]);
    pages.push(await servePage(ports[2], frontendPage(stage.service)));
    pages.push(await servePage(ports[3], FOREIGN_PAGE), await servePage(ports[4], FOREIGN_PAGE));
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

async function flip(sandbox, name, body) {
  const response = await fetch(`${sandbox}/_sandbox/${name}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) {
    throw new Error(`the sandbox refused ${name}: ${await response.text()}`);
  }
  return response.status === 204 ? null : response.json();
}

/** Forgets what the service has asked of Atlassian, and gives a way to see what it has asked since then. */
async function journal(sandbox) {
  await fetch(`${sandbox}/_sandbox/journal`, { method: "DELETE" });
  return async () => {
    const entries = await (await fetch(`${sandbox}/_sandbox/journal`)).json();
    return entries.map(({ method, path }) => `${method} ${path}`);
  };
}

/** What the service has answered so far with success or a redirect, by its own count: `{"GET /users": 2, …}`. */
async function succeeded(service) {
  const text = await (await fetch(`${service}/metrics`)).text();
  const line = /^integration_backend_http_requests_total\{route="([^"]*)",method="([^"]*)",status="[23]xx"\} (\d+)$/gm;
  const counts = {};
  for (const [, route, method, count] of text.matchAll(line)) {
    const name = `${method} ${route}`;
    counts[name] = (counts[name] ?? 0) + Number(count);
  }
  return counts;
}
