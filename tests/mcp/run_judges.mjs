// Starts the service in open mode with the sandbox, connects it, and runs every client and judge against it.

import { spawn } from "node:child_process";
import { once } from "node:events";

import { openStage } from "../browser/support/stage.mjs";

/** The revisions whose whole requirements the conformance suite plays; not_testable.yaml says what of them does not concern this server. */
const REVISIONS = ["2025-11-25", "2026-07-28"];

/** Runs a command; gives what it printed, and whether it ended well. */
async function run(command, parameters, settings = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn(command, parameters, { env: { PATH, HOME, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (printed += part));
  const [code] = await once(child, "close");
  return { printed, good: code === 0 };
}

const stage = await openStage({ settings: { RATE_LIMIT_PER_MINUTE: "0", AUTH_MODE: "open" } });
const endpoint = `${stage.service}/mcp`;
let good = true;

/** Runs a judge and tells what it said if it objects. */
async function judge(name, command, parameters, settings, accepts = (printed) => printed !== "") {
  const { printed, good: ended } = await run(command, parameters, settings);
  const content = ended && accepts(printed);
  console.log(`${content ? "good" : "BAD "} ${name}`);
  if (!content) console.error(printed.slice(-6000));
  good = content && good;
}

try {
  for (const product of ["jira", "confluence"]) {
    const body = JSON.stringify({ email: "omar@example.com", api_token: "classic-token-omar", site: "acme" });
    await fetch(`${stage.service}/auth/${product}/api-token`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
  for (const revision of REVISIONS) {
    const parameters = ["server", "--url", endpoint, "--requirements", revision, "--expected-failures", "not_testable.yaml"];
    await judge(`conformance ${revision}`, "node_modules/.bin/conformance", parameters);
  }
  const inspector = (method, ...more) => ["--cli", endpoint, "--transport", "http", "--method", method, ...more];
  await judge("inspector tools/list", "node_modules/.bin/mcp-inspector", inspector("tools/list"), {}, (printed) => printed.includes("jira_search"));
  await judge(
    "inspector tools/call",
    "node_modules/.bin/mcp-inspector",
    inspector("tools/call", "--tool-name", "jira_get_current_user"),
    {},
    (printed) => printed.includes("account_id"),
  );
  await judge("TypeScript SDKs, legacy and modern", "node", ["clients.mjs"], { ENDPOINT: endpoint });
  await judge("Python mcp and fastmcp", ".venv/bin/python", ["-B", "clients.py"], { ENDPOINT: endpoint });
  await judge("tokens", "node", ["tokens.mjs"], { ENDPOINT: endpoint });
} finally {
  await stage.close();
}
if (!good) console.error(`the service printed:\n${stage.log().slice(-4000)}`);
process.exitCode = good ? 0 : 1;
