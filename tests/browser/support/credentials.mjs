// The credentials of programs: Omar's session token, and keys that act as him.

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const OWN_TOKEN = { email: "omar@example.com", api_token: "classic-token-omar", site: "acme" };

/** Logs Omar in with his API token, as a program does; to several products in one session. */
export async function sessionToken(stage, products = ["jira"]) {
  let token;
  for (const product of products) {
    const headers = { "Content-Type": "application/json", ...(token && { "X-Session-Token": token }) };
    const answer = await fetch(`${stage.service}/auth/${product}/api-token`, { method: "POST", headers, body: JSON.stringify(OWN_TOKEN) });
    token ??= (await answer.json()).session_token;
  }
  return token;
}

/** Makes a key that may do this with what is the session's person's, with the operator's command. */
export async function keyOf(stage, token, scope = "read") {
  const session = await (await fetch(`${stage.service}/auth/session`, { headers: { "X-Session-Token": token } })).json();
  const { PATH, HOME } = process.env;
  const { stdout } = await promisify(execFile)(
    path.join(path.resolve(process.env.PROGRAMS ?? "../../target/debug"), "integration-backend"),
    ["keys", "create", "--as", session.user.id, "--scope", scope],
    { cwd: stage.folder, env: { PATH, HOME, INTEGRATION_DB_URL: "sqlite://integration.db" } },
  );
  return stdout.match(/^ibk_\S+/m)[0];
}
