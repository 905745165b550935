// What the JavaScript scripts share: where to call, with which secret, and how steps are told.

import assert from "node:assert/strict";
import path from "node:path";

const { STOCK_BASE, STOCK_SITE, STOCK_SECRET, STOCK_AUTH = "bearer", STOCK_USER = "anybody@example.com" } = process.env;
const base = STOCK_BASE.replace(/\/$/, "");
const client = path.basename(process.argv[1], ".mjs");

export const PROJECT = process.env.STOCK_PROJECT ?? "WEB";
export const SPACE = process.env.STOCK_SPACE ?? "ENG";
export const JIRA = `${base}/ex/jira/${STOCK_SITE}`;
export const CONFLUENCE = `${base}/ex/confluence/${STOCK_SITE}`;
export const AUTH = STOCK_AUTH;
export const SECRET = STOCK_SECRET;
export const USER = STOCK_USER;
export const authentication =
  STOCK_AUTH === "bearer"
    ? { oauth2: { accessToken: STOCK_SECRET } }
    : { basic: { email: STOCK_USER, apiToken: STOCK_SECRET } };

/** One line for what was asserted so far. */
export function step(name) {
  console.log(`${client} (${STOCK_AUTH}): ${name}`);
}

/** An address in an answer leads back to where the call went, or clients leave it with their secret. */
export function ours(address) {
  assert.ok(address.startsWith(`${base}/ex/`), address);
}

/** What is done fails with this status. */
export async function refused(status, action) {
  await assert.rejects(action, (error) => {
    assert.equal(error.status ?? error.response?.status ?? error.cause?.response?.status, status, String(error));
    return true;
  });
}
