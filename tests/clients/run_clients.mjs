// Starts the service and the sandbox, and runs the two made clients against them as one person.

import { spawn } from "node:child_process";
import { once } from "node:events";

import { sessionToken } from "../browser/support/credentials.mjs";
import { openStage } from "../browser/support/stage.mjs";

/** Runs a client; gives whether it ended well. */
async function run(command, parameters, settings) {
  const { PATH, HOME } = process.env;
  const child = spawn(command, parameters, { env: { PATH, HOME, ...settings }, stdio: "inherit" });
  const [code] = await once(child, "close");
  return code === 0;
}

const stage = await openStage({ settings: { RATE_LIMIT_PER_MINUTE: "0" } });
let good = true;
try {
  const settings = { SERVICE: stage.service, SESSION_TOKEN: await sessionToken(stage, ["jira", "confluence"]) };
  good = (await run("node", ["made/compiled/client.js"], settings)) && good;
  good = (await run(".venv/bin/python", ["-B", "client.py"], settings)) && good;
  // What the service sent for them must be what Atlassian's own documents describe.
  const objections = await stage.objections();
  if (objections.length > 0) {
    console.error(objections.join("\n"));
    good = false;
  }
} finally {
  await stage.close();
}
console.log(good ? "clients: the TypeScript and the Python client work" : `the service printed:\n${stage.log().slice(-4000)}`);
process.exitCode = good ? 0 : 1;
