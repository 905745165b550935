// The npm package jira-client, version 2 of the API: it joins host, port and base by itself, and fetches files by the address
// of their page.

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import JiraApi from "jira-client";

import { AUTH, JIRA, PROJECT, SECRET, USER, ours, step } from "./steps.mjs";

const address = new URL(JIRA);
const jira = new JiraApi({
  protocol: address.protocol.slice(0, -1),
  host: address.hostname,
  port: address.port,
  base: address.pathname.slice(1),
  apiVersion: "2",
  ...(AUTH === "bearer" ? { bearer: SECRET } : { username: USER, password: SECRET }),
});
const me = await jira.getCurrentUser();
assert.equal(me.displayName, "Mia Krystof");
assert.equal((await jira.getProject(PROJECT)).key, PROJECT);
step("connected, project read");

const fields = { project: { key: PROJECT }, issuetype: { name: "Task" } };
const made = await jira.addNewIssue({ fields: { ...fields, summary: "Made by jira-client", description: "words" } });
ours(made.self);
const { key } = made;
await jira.updateIssue(key, { fields: { summary: "Changed" } });
const comment = await jira.addComment(key, "a word");
await jira.updateComment(key, comment.id, "another");
const issue = await jira.findIssue(key);
assert.equal(issue.fields.summary, "Changed");
assert.equal(issue.fields.comment.comments[0].body, "another");
step("issue created, updated, commented, read");

const { transitions } = await jira.listTransitions(key);
const next = transitions.find((one) => one.name === "In Progress");
await jira.transitionIssue(key, { transition: { id: next.id } });
assert.equal((await jira.findIssue(key)).fields.status.name, "In Progress");
const work = await jira.addWorklog(key, { timeSpent: "1h" });
await jira.deleteWorklog(key, work.id);
step("transition, work logged");

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jira-client-"));
const name = path.join(folder, "a b+é.txt");
fs.writeFileSync(name, "what is in the file");
const [file] = await jira.addAttachmentOnIssue(key, fs.createReadStream(name));
fs.rmSync(folder, { recursive: true });
ours(file.content);
assert.equal(String(await jira.downloadAttachment(file)), "what is in the file");
step("file up, and down by secure/attachment");

await jira.deleteIssue(key);
await assert.rejects(jira.findIssue(key), /Issue does not exist/);
step("issue deleted");
