// Markdown as elements. People wrote it in Jira and Confluence, so every piece of it is set as text, and only
// web addresses become links. What is not understood is shown as it was written.

import { element, mutedLine } from "./dom.js";
import { appendInline } from "./markdown_inline.js";

/** Quotes and lists within each other; a hostile text could nest them until the browser gives up. */
const DEEPEST = 6;
/** More than a field of Jira holds (32,767), and more than a person scrolls through: a browser lays out each line on its own. */
const LONGEST = 50_000;
const MOST_LINES = 2_000;
/** A line of bars alone would be a table with as many columns; the last one takes the rest. */
const MOST_COLUMNS = 100;

/** The elements for a text. What is too long is cut, and says so. */
export function markdown(text) {
  const frame = element("div", { class: "markdown", dir: "auto" });
  const lines = text.slice(0, LONGEST).split("\n", MOST_LINES);
  const shown = lines.join("\n").length;
  appendAll(frame, blocks(lines.map(withoutReturn), 0));
  if (shown < text.length) {
    frame.append(mutedLine(`The text goes on: its first ${shown.toLocaleString()} characters of ${text.length.toLocaleString()} are shown here.`));
  }
  return frame;
}

const withoutReturn = (line) => (line.endsWith("\r") ? line.slice(0, -1) : line);

/** One by one: as arguments of one call, thousands of them are more than a browser takes. */
function appendAll(parent, children) {
  children.forEach((child) => parent.append(child));
  return parent;
}

// A line is read once from its start: a pattern that can match its blanks in two ways would try all of both.
const FENCE = /^(?:`{3,}|~{3,})/;
const HEADING = /^#{1,6}(?=\s|$)/;
const RULE = /^(?:-{3,}|\*{3,}|_{3,})$/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])(?=\s)/;
const TASK = /^\[[ xX]\](?=\s)/;
const DELIMITER = /^:?-+:?$/;
/** From here on it is no heading, rule or quote any more. */
const TOO_FAR_IN = 4;

const isBlank = (line) => line.trim() === "";
const indentOf = (line) => line.length - line.trimStart().length;
const words = (line) => (indentOf(line) < TOO_FAR_IN ? line.trim() : "");
const isFence = (line) => FENCE.test(words(line));
const isHeading = (line) => HEADING.test(words(line));
const isRule = (line) => RULE.test(words(line).replaceAll(/\s/g, ""));
const isQuote = (line) => words(line).startsWith(">");
const isItem = (line) => ITEM.test(line.trimStart());

function blocks(lines, depth) {
  const made = [];
  let at = 0;
  while (at < lines.length) {
    const [part, next] = block(lines, at, depth);
    if (part) {
      made.push(part);
    }
    at = next;
  }
  return made;
}

const beginsWith = (isIt) => (lines, at) => isIt(lines[at]);

/** Each kind of block but the paragraph: whether one begins at a line, and what reads it. The first that fits counts. */
const KINDS = [
  { begins: beginsWith(isBlank), read: (_, at) => [null, at + 1] },
  { begins: beginsWith(isFence), read: fenced },
  { begins: beginsWith(isHeading), read: heading },
  { begins: beginsWith(isRule), read: (_, at) => [element("hr"), at + 1] },
  { begins: beginsWith(isQuote), read: quote, nests: true },
  { begins: beginsWith(isItem), read: list, nests: true },
  { begins: beginsTable, read: table },
];

/** The block that begins at a line, and the line after it. */
function block(lines, at, depth) {
  const kind = KINDS.find(({ begins, nests }) => begins(lines, at) && !(nests && depth >= DEEPEST));
  return (kind?.read ?? paragraph)(lines, at, depth);
}

/** The first line from `at` on that does not belong to the block. */
function endOf(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end], end)) {
    end += 1;
  }
  return end;
}

function fenced(lines, at) {
  const [mark] = FENCE.exec(words(lines[at]));
  const end = endOf(lines, at + 1, (each) => !each.trim().startsWith(mark));
  return [element("pre", { tabindex: "0" }, element("code", { text: lines.slice(at + 1, end).join("\n") })), end + 1];
}

function heading(lines, at) {
  const line = words(lines[at]);
  const [{ length }] = HEADING.exec(line);
  // The drawer's own heading, an h2, is above them.
  const level = Math.min(6, length + 2);
  return [appendInline(element(`h${level}`), withoutClosing(line.slice(length).trim())), at + 1];
}

/** A heading without the `##` that may stand at its end. */
function withoutClosing(text) {
  let end = text.length;
  while (text[end - 1] === "#") {
    end -= 1;
  }
  return end === 0 || text[end - 1].trim() === "" ? text.slice(0, end).trimEnd() : text;
}

function quote(lines, at, depth) {
  const end = endOf(lines, at, isQuote);
  const quoted = lines.slice(at, end).map((line) => {
    const inner = line.trimStart().slice(1);
    return inner.startsWith(" ") ? inner.slice(1) : inner;
  });
  return [appendAll(element("blockquote"), blocks(quoted, depth + 1)), end];
}

/** An item's sign, how far in it stands, and its first line. */
function itemOf(line) {
  const inner = line.trimStart();
  const [mark] = ITEM.exec(inner) ?? [];
  return mark ? { mark, indent: indentOf(line), isOrdered: mark.length > 1, text: inner.slice(mark.length).trimStart() } : null;
}

function list(lines, at, depth) {
  const { indent, mark, isOrdered } = itemOf(lines[at]);
  const isDeeper = (line) => !isBlank(line) && indentOf(line) > indent;
  const isGap = (index) => isBlank(lines[index]) && isDeeper(lines[index + 1] ?? "");
  const items = [];
  const end = endOf(lines, at, (line, index) => {
    const item = itemOf(line);
    if (item && item.indent <= indent && item.isOrdered === isOrdered) {
      items.push([item.text]);
      return true;
    }
    if (isDeeper(line) || isGap(index)) {
      items.at(-1).push(line.slice(Math.min(indentOf(line), indent + mark.length + 1)));
      return true;
    }
    return false;
  });
  const first = isOrdered ? parseInt(mark, 10) : 1;
  const start = first === 1 ? false : first;
  return [appendAll(element(isOrdered ? "ol" : "ul", { start }), items.map((each) => listItem(each, depth))), end];
}

function listItem(lines, depth) {
  const isTask = TASK.test(lines[0]);
  const parts = blocks([isTask ? lines[0].slice(3).trimStart() : lines[0], ...lines.slice(1)], depth + 1);
  const made = element("li", isTask ? { class: "tasks" } : {});
  if (isTask) {
    const isDone = lines[0][1] !== " ";
    made.append(element("span", { class: "task", role: "img", "aria-label": isDone ? "done: " : "to do: ", text: isDone ? "☑" : "☐" }), " ");
  }
  if (parts[0]?.tagName === "P") {
    appendAll(made, [...parts.shift().childNodes]);
  }
  return appendAll(made, parts);
}

function beginsTable(lines, at) {
  const [line, next = ""] = lines.slice(at, at + 2);
  return line.includes("|") && next.includes("-") && cells(next).every((cell) => DELIMITER.test(cell));
}

function table(lines, at) {
  const end = endOf(lines, at + 2, (each) => each.includes("|"));
  const row = (line, name, attributes) =>
    appendAll(element("tr"), cells(line).map((text) => appendInline(element(name, attributes), text)));
  const made = element("table", {},
    element("thead", {}, row(lines[at], "th", { scope: "col" })),
    appendAll(element("tbody"), lines.slice(at + 2, end).map((line) => row(line, "td", {}))));
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

function paragraph(lines, at) {
  const isOther = (line, index) => KINDS.some(({ begins }) => begins(lines, index));
  const end = endOf(lines, at + 1, (line, index) => !isOther(line, index));
  const text = lines.slice(at, end).map((line, index, all) => {
    // Two blanks at its end break a line, as a backslash does.
    const isBroken = index < all.length - 1 && line.endsWith("  ");
    return isBroken ? `${line.trim()}\\` : line.trim();
  });
  return [appendInline(element("p"), text.join("\n")), end];
}
