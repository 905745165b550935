// One issue in the drawer, with its comments and a form for another one.

import { call } from "./call.js";
import { attempt, onSubmit } from "./controls.js";
import { readInDrawer } from "./drawer.js";
import { announce, element, link, mayWrite } from "./dom.js";
import { Listing, emptyHint } from "./lists.js";
import { markdown } from "./markdown.js";
import { Once, isUnknown } from "./once.js";
import { problemNote } from "./problems.js";
import { moment } from "./times.js";

const pathOf = (key) => `/connectors/jira/issues/${encodeURIComponent(key)}`;

/** Opens an issue. `above` stands over it, such as the message that it has been created. */
export const openIssue = (key, title, above = []) =>
  readInDrawer(title, pathOf(key), (issue) => [...above, facts(issue), description(issue), comments(issue.key)]);

function facts(issue) {
  const rows = [
    ["Status", issue.status],
    ["Type", issue.issue_type],
    ["Priority", issue.priority],
    ["Assignee", issue.assignee?.display_name ?? "Nobody"],
    ["Reporter", issue.reporter?.display_name],
    ["Labels", issue.labels.join(", ")],
    ["Due", issue.due_date],
    ["Created", issue.created && moment(issue.created)],
    ["Updated", issue.updated && moment(issue.updated)],
  ].filter(([, value]) => value);
  return element("div", {},
    element("p", { class: "above" }, element("strong", { text: issue.key }), " · ", link(issue.url, "Open in Jira")),
    element("dl", { class: "facts" }, ...rows.map(([name, value]) =>
      element("div", {}, element("dt", { text: name }), element("dd", { dir: "auto" }, value)))));
}

const section = (heading, ...children) => element("section", { class: "part" }, element("h3", { text: heading }), ...children);

const description = (issue) => section("Description", issue.description ? markdown(issue.description) : emptyHint("No description."));

function comments(key) {
  const items = element("ul", { class: "comments", "aria-label": "Comments" });
  const foot = element("div");
  const listing = new Listing({ items, foot, draw: comment, empty: () => emptyHint("Nobody has commented yet.") });
  const path = `${pathOf(key)}/comments`;
  listing.load(path);
  return section("Comments", items, foot, mayWrite() ? commentForm(path, listing) : null);
}

function comment({ author, created, body, visibility }) {
  const name = element("strong", { text: author?.display_name ?? "Somebody", dir: "auto" });
  const readers = visibility && element("span", { class: "muted", text: ` · ${readersOf(visibility)}`, dir: "auto" });
  return element("li", {}, element("p", { class: "by" }, name, " ", moment(created), readers), markdown(body));
}

/** Who may read a comment that is not for everybody. */
function readersOf({ type, value }) {
  if (type === "internal") {
    return "Internal note";
  }
  return value ? `Only for the ${type} ${value}` : `Only for one ${type}`;
}

function commentForm(path, listing) {
  const field = element("textarea", { id: "comment", name: "body", rows: "3", required: true });
  const slot = element("div", { role: "alert" });
  const button = element("button", { class: "button", type: "submit", text: "Add the comment" });
  const form = element("form", { class: "write" },
    element("label", { for: "comment", text: "Your comment" }), field,
    element("p", { class: "muted hint", text: "Markdown works." }), slot,
    element("div", { class: "buttons" }, button));
  const once = new Once();
  const work = async () => {
    const body = { body: field.value };
    const { data } = await call(path, { method: "POST", body, headers: once.headersFor(body) });
    once.renewAfter(null);
    listing.add(data);
    field.value = "";
    announce("Your comment is added.");
  };
  const send = () => attempt(button, slot, work, (problem) => {
    once.renewAfter(problem);
    if (isUnknown(problem)) {
      // Whoever looks finds it in the list.
      listing.load(path);
    }
    slot.replaceChildren(problemNote(problem, problem.retryAfter ? send : null));
  });
  onSubmit(form, send);
  return form;
}
