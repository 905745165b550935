// The stage of the stories: the service, the sandbox in Atlassian's place, a frontend whose origin is
// listed, and two pages that are not: a stranger (another site) and a neighbour (the same site, not listed).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { answering, freePort, run, serveFolder, servePage } from "./processes.mjs";

/** Where `./run.sh` starts the service. */
const USUAL_SERVICE = "http://localhost:3001";
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
 * Opens a stage. `settings` go to the service in addition; `isConfigured: false` leaves out the OAuth client;
 * `frontendFolder` has the files of another frontend than ours, which look for the service where the README's
 * commands start it. Gives the origins, `switch(name, body)` for the sandbox's switches, and `close()`.
 */
export async function openStage({ settings = {}, isConfigured = true, frontendFolder } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "browser-story-"));
  const ports = await freePorts(5);
  const stage = {
    folder,
    service: `http://localhost:${ports[0]}`,
    serviceByAddress: `http://127.0.0.1:${ports[0]}`,
    sandbox: `http://127.0.0.1:${ports[1]}`,
    frontend: `http://localhost:${ports[2]}`,
    stranger: `http://127.0.0.1:${ports[3]}`,
    neighbour: `http://localhost:${ports[4]}`,
  };
  const sandbox = run("atlassian-sandbox", {
    folder,
    parameters: ["--port", String(ports[1]), "--data-center-port", "0", "--redirect-uri", callbackOf(stage), "--quiet", "--exit-with-parent"],
  });
  const startService = () => run("integration-backend", { folder, settings: { ...settingsOf(stage, isConfigured), ...settings } });
  let service = startService();
  const pages = [];
  stage.log = () => service.printed;
  stage.switch = (name, body = {}) => flip(stage.sandbox, name, body);
  stage.journal = () => journal(stage.sandbox);
  /** What no document of Atlassian's describes in what the service has asked. */
  stage.objections = async () => (await fetch(`${stage.sandbox}/_sandbox/objections`)).json();
  stage.succeeded = () => succeeded(stage.service);
  stage.stop = (signal) => service.stop(signal);
  stage.start = async () => {
    service = startService();
    await answering(`${stage.service}/ready`, service);
  };
  /** Stops the service and starts it again; with SIGKILL it has no time to say goodbye. */
  stage.restart = async (signal) => {
    await stage.stop(signal);
    await stage.start();
  };
  stage.close = async () => {
    await Promise.all([...pages.map((close) => close()), service.stop(), sandbox.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([answering(`${stage.sandbox}/`, sandbox), answering(`${stage.service}/ready`, service)]);
    pages.push(await serveFrontend(stage, ports[2], frontendFolder));
    pages.push(await servePage(ports[3], FOREIGN_PAGE), await servePage(ports[4], FOREIGN_PAGE));
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) {
    ports.add(await freePort());
  }
  return [...ports];
}

const callbackOf = (stage) => `${stage.service}/auth/atlassian/callback`;

function settingsOf(stage, isConfigured) {
  const client = {
    ATLASSIAN_CLIENT_ID: "sandbox-client",
    ATLASSIAN_CLIENT_SECRET: "sandbox-secret",
    ATLASSIAN_REDIRECT_URI: callbackOf(stage),
  };
  return {
    PORT: new URL(stage.service).port,
    PUBLIC_BASE_URL: stage.service,
    INTEGRATION_DB_URL: "sqlite://integration.db",
    ATLASSIAN_AUTH_URL: stage.sandbox,
    ATLASSIAN_API_URL: stage.sandbox,
    ATLASSIAN_SITE_URL_TEMPLATE: `${stage.sandbox}/sites/{site}`,
    CORS_ORIGINS: `${stage.frontend},*`,
    LOG_LEVEL: "warn",
    LOG_FORMAT: "json",
    ...(isConfigured ? client : {}),
  };
}

const serveFrontend = (stage, port, frontendFolder) =>
  frontendFolder
    ? serveFolder(port, frontendFolder, (text) => text.replaceAll(USUAL_SERVICE, stage.service))
    : servePage(port, frontendPage(stage.service));

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
