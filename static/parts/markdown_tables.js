// Tables.

import { element } from "./dom.js";
import { appendInline } from "./markdown_inline.js";
import { appendAll, endOf } from "./markdown_lines.js";

const DELIMITER = /^:?-+:?$/;
/** A line of bars alone would be a table with as many columns; the last one takes the rest. */
const MOST_COLUMNS = 100;

export function beginsTable(lines, at) {
  const [line, next = ""] = lines.slice(at, at + 2);
  return line.includes("|") && next.includes("-") && cells(next).every((cell) => DELIMITER.test(cell));
}

/** The table that begins at a line. One without words in its header has none. */
export function table({ lines, at }) {
  const end = endOf(lines, at + 2, (each) => each.includes("|"));
  const row = (texts, name, attributes) =>
    appendAll(element("tr"), texts.map((text) => appendInline(element(name, attributes), text)));
  const titles = cells(lines[at]);
  const head = titles.some((title) => title !== "") ? element("thead", {}, row(titles, "th", { scope: "col" })) : null;
  const made = element("table", {}, head,
    appendAll(element("tbody"), lines.slice(at + 2, end).map((line) => row(cells(line), "td", {}))));
  // A wide table scrolls by itself; it takes the focus so that the keyboard can scroll it too.
  return [element("div", { class: "wide-table", tabindex: "0", role: "group", "aria-label": "Table" }, made), end];
}

/** The cells of a line; `\\|` is a bar within a cell. */
function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  const all = inner.split(/(?<!\\)\|/);
  const shown = all.slice(0, MOST_COLUMNS);
  if (all.length > MOST_COLUMNS) {
    shown[MOST_COLUMNS - 1] = all.slice(MOST_COLUMNS - 1).join("|");
  }
  return shown.map((cell) => cell.trim().replaceAll("\\|", "|"));
}
