// The panel of Jira: projects, a search, the issues found.

import { afterTyping, el } from "./dom.js";
import { openIssue } from "./issue.js";
import { Listing, nothing } from "./lists.js";
import { openNewIssue } from "./new_issue.js";
import { moment } from "./times.js";

const byId = (id) => document.getElementById(id);
let chosen = null;

const projects = new Listing({
  items: byId("projects"),
  foot: byId("projects-foot"),
  draw: ({ key, name }) => choice(key, name),
  empty: () => nothing(byId("project-filter").value ? "No project has this in its key or name." : "This account sees no project here. Ask a Jira administrator for access."),
});

const issues = new Listing({
  items: byId("issues"),
  foot: byId("issues-foot"),
  draw: row,
  empty: () => nothing(byId("issue-query").value || chosen ? "Nothing was found. Try fewer words, or all projects." : "There are no issues of the last year."),
});

function choice(key, name) {
  const button = el("button", { type: "button", class: "choice-button", "aria-pressed": String(chosen === key), "data-key": key ?? "" },
    el("span", { class: "name", text: name, dir: "auto" }), key ? el("span", { class: "key", text: key }) : null);
  button.addEventListener("click", () => choose(key));
  return el("li", {}, button);
}

function choose(key) {
  chosen = key;
  for (const button of document.querySelectorAll("#projects .choice-button, #all-projects .choice-button")) {
    button.setAttribute("aria-pressed", String(button.dataset.key === (key ?? "")));
  }
  search();
}

function row({ id, title, metadata }) {
  const open = el("button", { type: "button", class: "open", text: title, dir: "auto", click: () => openIssue(id, title) });
  const { status, assignee, updated } = metadata;
  return el("tr", {},
    el("td", { class: "key", text: id }),
    el("td", { class: "title" }, open),
    el("td", { "data-label": "Status" }, status ? el("span", { class: "tag", text: status }) : "–"),
    el("td", { "data-label": "Assignee", dir: "auto", text: assignee ?? "Nobody" }),
    el("td", { "data-label": "Updated" }, moment(updated)));
}

function search() {
  const filters = chosen ? JSON.stringify({ project: chosen }) : "";
  issues.load("/connectors/jira/search", { q: byId("issue-query").value.trim(), filters, limit: 10 });
}

const findProjects = () => projects.load("/connectors/jira/projects", { q: byId("project-filter").value.trim(), limit: 25 });

/** Shows what the chosen site has. */
export function loadJira() {
  chosen = null;
  byId("project-filter").value = "";
  byId("issue-query").value = "";
  byId("all-projects").querySelector("button").setAttribute("aria-pressed", "true");
  findProjects();
  search();
}

/** Shows nothing any more. */
export function clearJira() {
  projects.clear();
  issues.clear();
}

/** Makes the panel's controls work. */
export function startJira() {
  byId("projects").before(el("ul", { class: "choices", id: "all-projects" }, choice(null, "All projects")));
  byId("project-filter").addEventListener("input", afterTyping(findProjects));
  byId("issue-search").addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  byId("new-issue").addEventListener("click", () => openNewIssue(chosen, search));
}
