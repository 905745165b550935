// The npm package confluence.js, as twenty-line programs use it: what is left of v1, and v2 by its plain requests
// (version 2 of it has no methods for v2). Version 3 is tried by the snippet of docs/use/any-client.md.

import assert from "node:assert/strict";

import { ConfluenceClient } from "confluence.js-2";

import { AUTH, CONFLUENCE, SPACE, authentication, step } from "./steps.mjs";

const confluence = new ConfluenceClient({ host: CONFLUENCE, authentication });
const second = new ConfluenceClient({ host: CONFLUENCE, authentication, apiPrefix: "/wiki/api/v2" });
const v2 = (method, url, data) => second.sendRequest({ method, url, data });

const {
  results: [space],
} = await v2("GET", `/spaces?keys=${SPACE}`);
assert.equal(space.key, SPACE);
step("space read");

const title = `Made by confluence.js ${AUTH}`;
const body = (value) => ({ representation: "storage", value });
const page = await v2("POST", "/pages", { spaceId: space.id, title, body: body("<p>first</p>") });
let read = await v2("GET", `/pages/${page.id}?body-format=storage`);
assert.equal(read.body.storage.value, "<p>first</p>");
const changed = { id: page.id, status: "current", title, body: body("<p>second</p>"), version: { number: 2 } };
await v2("PUT", `/pages/${page.id}`, changed);
read = await v2("GET", `/pages/${page.id}?body-format=storage`);
assert.deepEqual([read.body.storage.value, read.version.number], ["<p>second</p>", 2]);
step("page created, read, updated");

const found = await confluence.search.searchByCQL({ cql: `title = "${title}"`, limit: 2 });
assert.deepEqual(found.results.map((hit) => hit.content.id), [page.id]);
const ids = new Set();
let query = `/spaces/${space.id}/pages?limit=3`;
while (query) {
  const list = await v2("GET", query);
  list.results.forEach((one) => ids.add(one.id));
  // `next` begins at the site; the client's own base goes before what follows the version.
  query = list._links.next?.split("/api/v2")[1];
}
assert.ok(ids.has(page.id) && ids.size > 3);
step("found by search and in the list, read to its end");

await confluence.contentLabels.addLabelsToContent({ id: page.id, body: [{ prefix: "global", name: "stock" }] });
assert.deepEqual((await v2("GET", `/pages/${page.id}/labels`)).results.map((label) => label.name), ["stock"]);
await confluence.contentLabels.removeLabelFromContentUsingQueryParameter({ id: page.id, name: "stock" });
assert.deepEqual((await v2("GET", `/pages/${page.id}/labels`)).results, []);
step("label added and removed");

const bytes = Buffer.from(Array.from({ length: 102400 }, (_, place) => place % 256));
await confluence.contentAttachments.createAttachments({
  id: page.id,
  attachments: { file: bytes, filename: "a file.bin", minorEdit: false },
});
const files = await v2("GET", `/pages/${page.id}/attachments`);
assert.deepEqual(files.results.map((file) => [file.title, file.fileSize]), [["a file.bin", bytes.length]]);
const content = await confluence.sendRequest({
  method: "GET",
  url: `/api/content/${page.id}/child/attachment/${files.results[0].id}/download`,
  responseType: "arraybuffer",
});
assert.deepEqual(Buffer.from(content), bytes);
await v2("DELETE", `/attachments/${files.results[0].id}`);
step("file uploaded, downloaded, deleted");

await assert.rejects(
  () => confluence.content.getContentById({ id: page.id }),
  (answer) => answer.statusCode === 410,
);
await v2("DELETE", `/pages/${page.id}`);
await assert.rejects(
  () => v2("GET", `/pages/${page.id}`),
  (answer) => answer.errors[0].status === 404,
);
step("what is gone in v1 is gone; page deleted");
