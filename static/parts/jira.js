// The panel of Jira: projects, a search, and the issues it finds.

import { Choices } from "./choices.js";
import { afterTyping, onSubmit } from "./controls.js";
import { byId, element } from "./dom.js";
import { openIssue } from "./issue.js";
import { Listing, emptyHint } from "./lists.js";
import { openNewIssue } from "./new_issue.js";
import { moment } from "./times.js";

const projects = new Choices({
  id: "projects",
  all: "All projects",
  empty: () =>
    emptyHint(byId("project-filter").value
      ? "No project has this in its key or name."
      : "This account can see no projects on this site. Ask a Jira administrator for access."),
  chosen: search,
});

const issues = new Listing({
  items: byId("issues"),
  foot: byId("issues-foot"),
  draw: row,
  empty: () =>
    emptyHint(byId("issue-query").value || projects.key
      ? "Nothing was found. Try fewer words, or all projects."
      : "No issues were created in the last year."),
});

function row({ id, title, metadata }) {
  const open = element("button", { type: "button", class: "open", text: title, dir: "auto", click: () => openIssue(id, title) });
  const { status, assignee, updated } = metadata;
  return element("tr", {},
    element("td", { class: "key", text: id }),
    element("td", { class: "title" }, open),
    element("td", { "data-label": "Status" }, status ? element("span", { class: "tag", text: status }) : "–"),
    element("td", { "data-label": "Assignee", dir: "auto", text: assignee ?? "Nobody" }),
    element("td", { "data-label": "Updated" }, moment(updated)));
}

function search() {
  const filters = projects.key ? JSON.stringify({ project: projects.key }) : "";
  issues.load("/connectors/jira/search", { q: byId("issue-query").value.trim(), filters, limit: 10 });
}

const findProjects = () => projects.load("/connectors/jira/projects", { q: byId("project-filter").value.trim(), limit: 25 });

/** Shows what is on the chosen site. */
export function loadJira() {
  projects.reset();
  byId("project-filter").value = "";
  byId("issue-query").value = "";
  findProjects();
  search();
}

/** Empties the panel. */
export function clearJira() {
  projects.clear();
  issues.clear();
}

/** Makes the panel's controls work. */
export function startJira() {
  byId("project-filter").addEventListener("input", afterTyping(findProjects));
  onSubmit(byId("issue-search"), search);
  byId("new-issue").addEventListener("click", () => openNewIssue(projects.key, search));
}
