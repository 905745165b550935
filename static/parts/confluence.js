// The panel of Confluence: spaces, a search, the pages found, one page to read.

import { call } from "./call.js";
import { fillDrawer, openDrawer } from "./drawer.js";
import { el, link } from "./dom.js";
import { Listing, nothing, problemNote } from "./lists.js";
import { markdown } from "./markdown.js";
import { moment } from "./times.js";

const byId = (id) => document.getElementById(id);
let chosen = null;

const spaces = new Listing({
  items: byId("spaces"),
  foot: byId("spaces-foot"),
  draw: ({ key, name }) => choice(key, name),
  empty: () => nothing("This account sees no space here. Ask a Confluence administrator for access."),
});

const pages = new Listing({
  items: byId("pages"),
  foot: byId("pages-foot"),
  draw: row,
  empty: () => nothing(byId("page-query").value ? "Nothing was found. Try fewer words, or all spaces." : "There are no pages here yet."),
});

function choice(key, name) {
  const button = el("button", { type: "button", class: "choice-button", "aria-pressed": String(chosen === key), "data-key": key ?? "" },
    el("span", { class: "name", text: name, dir: "auto" }), key ? el("span", { class: "key", text: key }) : null);
  button.addEventListener("click", () => choose(key));
  return el("li", {}, button);
}

function choose(key) {
  chosen = key;
  for (const button of document.querySelectorAll("#spaces .choice-button, #all-spaces .choice-button")) {
    button.setAttribute("aria-pressed", String(button.dataset.key === (key ?? "")));
  }
  search();
}

/** A page of a list, or a hit of a search. */
function row(entry) {
  const { id, title, url, type = "page", snippet, metadata } = entry;
  const when = metadata?.last_modified ?? entry.created;
  const space = metadata?.space ?? entry.space_key;
  const isPage = type === "page";
  const name = isPage ? el("button", { type: "button", class: "open", text: title, dir: "auto", click: () => openPage(id, title) }) : link(url, title);
  const about = [isPage ? null : type, space, entry.version && `version ${entry.version}`].filter(Boolean).join(" · ");
  return el("li", {}, el("p", { class: "title" }, name),
    snippet ? el("p", { class: "snippet", text: snippet, dir: "auto" }) : null,
    el("p", { class: "muted" }, about, about && when ? " · " : null, when ? moment(when) : null));
}

async function openPage(id, title) {
  const waiting = el("p", { class: "muted", text: "Loading …" });
  openDrawer(title, waiting);
  try {
    const { data } = await call(`/connectors/confluence/pages/${encodeURIComponent(id)}`);
    const labels = data.labels.length ? ` · ${data.labels.join(", ")}` : "";
    const above = el("p", { class: "above" }, link(data.url, "Open in Confluence"), " ", el("span", { class: "muted" }, `Version ${data.version ?? 1}${labels} · `, moment(data.updated)));
    fillDrawer(waiting, data.title, above, data.body ? markdown(data.body) : nothing("This page has no text."));
  } catch (problem) {
    fillDrawer(waiting, title, problemNote(problem, () => openPage(id, title)));
  }
}

function search() {
  const words = byId("page-query").value.trim();
  if (words) {
    const filters = chosen ? JSON.stringify({ space: chosen }) : "";
    pages.load("/connectors/confluence/search", { q: words, filters, limit: 10 });
  } else {
    pages.load("/connectors/confluence/pages", { space: chosen, limit: 10 });
  }
}

/** Shows what the chosen site has. */
export function loadConfluence() {
  chosen = null;
  byId("page-query").value = "";
  byId("all-spaces").querySelector("button").setAttribute("aria-pressed", "true");
  spaces.load("/connectors/confluence/spaces", { limit: 25 });
  search();
}

/** Shows nothing any more. */
export function clearConfluence() {
  spaces.clear();
  pages.clear();
}

/** Makes the panel's controls work. */
export function startConfluence() {
  byId("spaces").before(el("ul", { class: "choices", id: "all-spaces" }, choice(null, "All spaces")));
  byId("page-search").addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
}
