// The npm package jira.js, as twenty-line programs use it: version 3 of the API, documents, and boards.

import assert from "node:assert/strict";

import { AgileClient, Version2Client, Version3Client } from "jira.js";

import { AUTH, JIRA, PROJECT, authentication, ours, refused, step } from "./steps.mjs";

const options = { host: JIRA, authentication };
const jira = new Version3Client(options);
const me = await jira.myself.getCurrentUser();
assert.equal(me.displayName, "Mia Krystof");
ours(me.self);
assert.equal((await jira.serverInfo.getServerInfo()).deploymentType, "Cloud");
step("connected");

const found = await jira.projects.searchProjects({ keys: [PROJECT] });
assert.deepEqual(found.values.map((project) => project.key), [PROJECT]);
assert.ok((await jira.issueFields.getFields()).some((field) => field.id === "summary"));
step("projects and fields read");

const text = (words) => ({
  type: "doc",
  version: 1,
  content: [{ type: "paragraph", content: [{ type: "text", text: words }] }],
});
const fields = { project: { key: PROJECT }, issuetype: { name: "Task" } };
const made = await jira.issues.createIssue({
  fields: { ...fields, summary: "Made by jira.js", description: text("words"), labels: ["stock"] },
});
ours(made.self);
const issueIdOrKey = made.key;
let issue = await jira.issues.getIssue({ issueIdOrKey });
assert.deepEqual(issue.fields.description, text("words"));
const old = await new Version2Client(options).issues.getIssue({ issueIdOrKey });
assert.equal(old.fields.description, "words");
step("issue created, read in version 3 and 2");

const jql = `project = ${PROJECT}`;
const keys = [];
let nextPageToken;
do {
  const page = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({
    jql,
    maxResults: 5,
    fields: ["summary"],
    ...(nextPageToken ? { nextPageToken } : {}),
  });
  keys.push(...page.issues.map((one) => one.key));
  ({ nextPageToken } = page);
} while (nextPageToken);
assert.ok(keys.includes(issueIdOrKey));
assert.equal(keys.length, (await jira.issueSearch.countIssues({ jql })).count);
step("search, to the end of the pages");

await jira.issues.editIssue({ issueIdOrKey, fields: { summary: "Changed" }, update: { labels: [{ add: "more" }] } });
await jira.issues.assignIssue({ issueIdOrKey, accountId: me.accountId });
issue = await jira.issues.getIssue({ issueIdOrKey });
assert.equal(issue.fields.summary, "Changed");
assert.deepEqual(issue.fields.labels, ["more", "stock"]);
assert.equal(issue.fields.assignee.accountId, me.accountId);
step("issue updated and assigned");

const comment = await jira.issueComments.addComment({ issueIdOrKey, comment: text("a word") });
assert.deepEqual(comment.body, text("a word"));
await jira.issueComments.updateComment({ issueIdOrKey, id: comment.id, body: text("another") });
const comments = await jira.issueComments.getComments({ issueIdOrKey });
assert.deepEqual(comments.comments.map((one) => one.body), [text("another")]);
await jira.issueComments.deleteComment({ issueIdOrKey, id: comment.id });
step("comment added, changed, deleted");

const { transitions } = await jira.issues.getTransitions({ issueIdOrKey });
const next = transitions.find((one) => one.name === "In Progress");
await jira.issues.doTransition({ issueIdOrKey, transition: { id: next.id } });
issue = await jira.issues.getIssue({ issueIdOrKey, fields: ["status"] });
assert.equal(issue.fields.status.name, "In Progress");
step("transition");

const bytes = Buffer.from(Array.from({ length: 102400 }, (_, place) => place % 256));
const [file] = await jira.issueAttachments.addAttachment({
  issueIdOrKey,
  attachment: { filename: "a file.bin", file: bytes },
});
assert.equal(file.size, bytes.length);
const content = await jira.issueAttachments.getAttachmentContent({ id: file.id, redirect: false });
assert.deepEqual(Buffer.from(content.content ?? content), bytes);
await jira.issueAttachments.removeAttachment(file.id);
step("file uploaded, downloaded, deleted");

const log = await jira.issueWorklogs.addWorklog({ issueIdOrKey, timeSpent: "1h 30m", comment: text("work") });
assert.equal(log.timeSpentSeconds, 5400);
await jira.issueWorklogs.deleteWorklog({ issueIdOrKey, id: log.id });
await jira.issueWatchers.addWatcher({ issueIdOrKey, accountId: me.accountId });
assert.equal((await jira.issueWatchers.getIssueWatchers({ issueIdOrKey })).watchCount, 1);
await jira.issueWatchers.removeWatcher({ issueIdOrKey, accountId: me.accountId });
assert.equal((await jira.issueWatchers.getIssueWatchers({ issueIdOrKey })).watchCount, 0);
step("time logged and taken away, watched and no longer");

const other = (await jira.issues.createIssue({ fields: { ...fields, summary: "Other" } })).key;
await jira.issueLinks.linkIssues({
  type: { name: "Blocks" },
  inwardIssue: { key: issueIdOrKey },
  outwardIssue: { key: other },
});
issue = await jira.issues.getIssue({ issueIdOrKey, fields: ["issuelinks"] });
assert.equal(issue.fields.issuelinks[0].outwardIssue.key, other);
await jira.issueLinks.deleteIssueLink({ linkId: issue.fields.issuelinks[0].id });
step("linked and no longer");

const agile = new AgileClient(options);
const boards = await agile.board.getAllBoards({ projectKeyOrId: PROJECT });
assert.equal(boards.total, 1);
const originBoardId = boards.values[0].id;
const sprint = await agile.sprint.createSprint({ name: `jira.js ${AUTH}`, originBoardId });
await agile.sprint.moveIssuesToSprintAndRank({ sprintId: sprint.id, issues: [issueIdOrKey] });
const inside = await agile.sprint.getIssuesForSprint({ sprintId: sprint.id });
assert.deepEqual(inside.issues.map((one) => one.key), [issueIdOrKey]);
await agile.sprint.deleteSprint({ sprintId: sprint.id });
step("sprint planned on a board and deleted");

await jira.issues.deleteIssue({ issueIdOrKey: other });
await jira.issues.deleteIssue({ issueIdOrKey });
await refused(404, () => jira.issues.getIssue({ issueIdOrKey }));
await refused(400, () => jira.issues.createIssue({ fields: { ...fields, summary: "" } }));
step("issues deleted; what is wrong is refused");
