// One issue in the drawer, with its comments.

import { call } from "./call.js";
import { fillDrawer, openDrawer } from "./drawer.js";
import { announce, busy, el, link, mayWrite, note } from "./dom.js";
import { Listing, nothing, problemNote } from "./lists.js";
import { markdown } from "./markdown.js";
import { moment } from "./times.js";

/** Opens an issue. `before` stands above it, such as that it has been made. */
export async function openIssue(key, title, before = null) {
  const waiting = el("p", { class: "muted", text: "Loading …" });
  openDrawer(title, waiting);
  try {
    const { data } = await call(`/connectors/jira/issues/${encodeURIComponent(key)}`);
    fillDrawer(waiting, data.title, ...(before ? [before] : []), facts(data), text(data.description), comments(data.key));
  } catch (problem) {
    fillDrawer(waiting, title, problemNote(problem, () => openIssue(key, title)));
  }
}

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
  ];
  const shown = rows.filter(([, value]) => value);
  return el("div", {},
    el("p", { class: "above" }, el("strong", { text: issue.key }), " · ", link(issue.url, "Open in Jira")),
    el("dl", { class: "facts" }, ...shown.map(([name, value]) => el("div", {}, el("dt", { text: name }), el("dd", { dir: "auto" }, value)))));
}

const text = (description) => el("section", { class: "part" }, el("h3", { text: "Description" }), description ? markdown(description) : nothing("No description."));

function comments(key) {
  const items = el("ul", { class: "comments", "aria-label": "Comments" });
  const foot = el("div");
  const listing = new Listing({ items, foot, draw: comment, empty: () => nothing("Nobody has commented yet.") });
  const path = `/connectors/jira/issues/${encodeURIComponent(key)}/comments`;
  listing.load(path);
  return el("section", { class: "part" }, el("h3", { text: "Comments" }), items, foot, mayWrite() ? writing(path, listing) : null);
}

const comment = ({ author, created, body }) => el("li", {}, el("p", { class: "by" }, el("strong", { text: author?.display_name ?? "Somebody", dir: "auto" }), " ", moment(created)), markdown(body));

function writing(path, listing) {
  const field = el("textarea", { id: "comment", name: "body", rows: "3", required: true });
  const slot = el("div", { role: "alert" });
  const button = el("button", { class: "button", type: "submit", text: "Add the comment" });
  const form = el("form", { class: "write" }, el("label", { for: "comment", text: "Your comment" }), field, el("p", { class: "muted hint", text: "Markdown works." }), slot, el("div", { class: "buttons" }, button));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    slot.replaceChildren();
    busy(button, async () => {
      try {
        const { data } = await call(path, { method: "POST", body: { body: field.value } });
        listing.add(data);
        field.value = "";
        announce("Your comment is added.");
      } catch (problem) {
        slot.replaceChildren(note("problem", problem.message));
      }
    });
  });
  return form;
}
