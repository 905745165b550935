// The panel of Confluence: spaces, a search, the pages it finds, and one page to read.

import { Choices } from "./choices.js";
import { onSubmit } from "./controls.js";
import { readInDrawer } from "./drawer.js";
import { byId, element, link } from "./dom.js";
import { Listing, emptyHint } from "./lists.js";
import { markdown } from "./markdown.js";
import { moment } from "./times.js";

const spaces = new Choices({
  id: "spaces",
  all: "All spaces",
  empty: () => emptyHint("This account can see no spaces on this site. Ask a Confluence administrator for access."),
  chosen: search,
});

const pages = new Listing({
  items: byId("pages"),
  foot: byId("pages-foot"),
  draw: row,
  empty: () =>
    emptyHint(byId("page-query").value ? "Nothing was found. Try fewer words, or all spaces." : "There are no pages here yet."),
});

/** What opens here; folders and the like have no text. */
const WITH_TEXT = new Set(["page", "blogpost", "comment"]);

/** An entry of the list of pages, or a result of a search; a search also finds what is no page, such as a comment. */
function row(entry) {
  const { id, title, url, type = "page", snippet } = entry;
  const name = WITH_TEXT.has(type)
    ? element("button", { type: "button", class: "open", text: title, dir: "auto", click: () => openPage(id, title) })
    : link(url, title);
  return element("li", {},
    element("p", { class: "title" }, name),
    snippet ? element("p", { class: "snippet", text: snippet, dir: "auto" }) : null,
    element("p", { class: "muted" }, ...about(entry)));
}

/** What an entry is, where, and from when. */
function about({ type = "page", metadata, space_key: ownSpace, version, created }) {
  const space = metadata?.space ?? ownSpace;
  const changed = metadata?.last_modified ?? created;
  const parts = [type === "page" ? null : type, space, version && `version ${version}`, changed && moment(changed)].filter(Boolean);
  return parts.flatMap((part, index) => (index > 0 ? [" · ", part] : [part]));
}

const openPage = (id, title) => readInDrawer(title, `/connectors/confluence/pages/${encodeURIComponent(id)}`, pageInFull);

function pageInFull({ url, version, labels, updated, body }) {
  const named = labels.length > 0 ? ` · ${labels.join(", ")}` : "";
  return [
    element("p", { class: "above" },
      link(url, "Open in Confluence"), " ",
      element("span", { class: "muted" }, `Version ${version ?? 1}${named} · `, moment(updated))),
    body ? markdown(body) : emptyHint("This page has no text."),
  ];
}

function search() {
  const words = byId("page-query").value.trim();
  if (words) {
    const filters = spaces.key ? JSON.stringify({ space: spaces.key }) : "";
    pages.load("/connectors/confluence/search", { q: words, filters, limit: 10 });
  } else {
    pages.load("/connectors/confluence/pages", { space: spaces.key, limit: 10 });
  }
}

/** Shows what is on the chosen site. */
export function loadConfluence() {
  spaces.reset();
  byId("page-query").value = "";
  spaces.load("/connectors/confluence/spaces", { limit: 25 });
  search();
}

/** Empties the panel. */
export function clearConfluence() {
  spaces.clear();
  pages.clear();
}

/** Makes the panel's controls work. */
export const startConfluence = () => onSubmit(byId("page-search"), search);
