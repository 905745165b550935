// Markdown as elements. People wrote it in Jira and Confluence, so every piece of it is set as text, and only
// web addresses become links. What is not understood is shown as it was written.

import { element, link } from "./dom.js";

/** Quotes and lists within each other; a hostile text could nest them until the browser gives up. */
const DEEPEST = 6;

/** The elements for a text. */
export function markdown(text) {
  const frame = element("div", { class: "markdown", dir: "auto" });
  frame.append(...blocks(text.replaceAll("\r\n", "\n").split("\n"), 0));
  return frame;
}

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

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

const beginsWith = (pattern) => (lines, at) => pattern.test(lines[at]);

/** Each kind of block but the paragraph: whether one begins at a line, and what reads it. The first that fits counts. */
const KINDS = [
  { begins: beginsWith(/^\s*$/), read: (_, at) => [null, at + 1] },
  { begins: beginsWith(FENCE), read: fenced },
  { begins: beginsWith(HEADING), read: heading },
  { begins: beginsWith(RULE), read: (_, at) => [element("hr"), at + 1] },
  { begins: beginsWith(QUOTE), read: quote, nests: true },
  { begins: beginsWith(ITEM), read: list, nests: true },
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
  const [, mark] = FENCE.exec(lines[at]);
  const end = endOf(lines, at + 1, (each) => !each.trim().startsWith(mark));
  return [element("pre", { tabindex: "0" }, element("code", { text: lines.slice(at + 1, end).join("\n") })), end + 1];
}

function heading(lines, at) {
  const [, marks, text] = HEADING.exec(lines[at]);
  // The drawer's own heading, an h2, is above them.
  const level = Math.min(6, marks.length + 2);
  return [element(`h${level}`, {}, ...inline(text)), at + 1];
}

function quote(lines, at, depth) {
  const end = endOf(lines, at, (line) => QUOTE.test(line));
  const quoted = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [element("blockquote", {}, ...blocks(quoted, depth + 1)), end];
}

function list(lines, at, depth) {
  const [, indent, mark] = ITEM.exec(lines[at]);
  const isOrdered = /\d/.test(mark);
  const isNextItem = (item) => item && item[1].length <= indent.length && /\d/.test(item[2]) === isOrdered;
  const isDeeper = (line) => /^\s+\S/.test(line) && line.search(/\S/) > indent.length;
  const isGap = (index) => lines[index].trim() === "" && isDeeper(lines[index + 1] ?? "");
  const items = [];
  const end = endOf(lines, at, (line, index) => {
    const item = ITEM.exec(line);
    if (isNextItem(item)) {
      items.push([item[3]]);
      return true;
    }
    if (isDeeper(line) || isGap(index)) {
      items.at(-1).push(line.slice(Math.min(line.search(/\S|$/), indent.length + mark.length + 1)));
      return true;
    }
    return false;
  });
  const first = isOrdered ? parseInt(mark, 10) : 1;
  const start = first === 1 ? false : first;
  return [element(isOrdered ? "ol" : "ul", { start }, ...items.map((each) => listItem(each, depth))), end];
}

function listItem(lines, depth) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(lines[0]);
  const [first, ...rest] = blocks([task ? task[2] : lines[0], ...lines.slice(1)], depth + 1);
  const words = first?.tagName === "P" ? [...first.childNodes] : [first ?? ""];
  if (!task) {
    return element("li", {}, ...words, ...rest);
  }
  const isDone = task[1] !== " ";
  const box = element("span", { class: "task", role: "img", "aria-label": isDone ? "done: " : "to do: ", text: isDone ? "☑" : "☐" });
  return element("li", { class: "tasks" }, box, " ", ...words, ...rest);
}

function beginsTable(lines, at) {
  const [line, next = ""] = lines.slice(at, at + 2);
  return line.includes("|") && TABLE_LINE.test(next) && next.includes("-");
}

function table(lines, at) {
  const end = endOf(lines, at + 2, (each) => each.includes("|") && each.trim() !== "");
  const row = (line, name, attributes) => element("tr", {}, ...cells(line).map((text) => element(name, attributes, ...inline(text))));
  const made = element("table", {},
    element("thead", {}, row(lines[at], "th", { scope: "col" })),
    element("tbody", {}, ...lines.slice(at + 2, end).map((line) => row(line, "td", {}))));
  // A wide table scrolls by itself; it takes the focus so that the keyboard can scroll it too.
  return [element("div", { class: "wide-table", tabindex: "0", role: "group", "aria-label": "Table" }, made), end];
}

/** The cells of a line; `\\|` is a bar within a cell. */
function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Two blanks or a backslash at its end break a line. */
const BREAK = /( {2,}|\\)$/;

function paragraph(lines, at) {
  const isOther = (line) => line.trim() === "" || [FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line));
  const end = endOf(lines, at + 1, (each) => !isOther(each));
  const parts = [];
  lines.slice(at, end).forEach((line, index, all) => {
    parts.push(...inline(line.replace(BREAK, "").trim()));
    if (index < all.length - 1) {
      parts.push(BREAK.test(line) ? element("br") : " ");
    }
  });
  return [element("p", {}, ...parts), end];
}

// One alternative each: an escaped sign, code, an image or link, an address, and emphasis. No part can match in
// two ways, so that no text takes long: backtracking would let somebody's comment freeze the page.
const INLINE = new RegExp([
  /\\(?<escaped>[!-/:-@[-`{-~])/,
  /(?<ticks>`+)(?<code>[^`]+)\k<ticks>(?!`)/,
  /(?<image>!?)\[(?<label>[^[\]]*)\]\(<?(?<address>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)?)>?(?:\s+"[^"]*")?\)/,
  /<(?<bare>(?:https?|mailto):[^\s<>]+)>/,
  /(?<doubled>\*\*|__)(?=\S)(?<strong>[^*_]+)\k<doubled>/,
  /~~(?<struck>[^~]+)~~/,
  /(?<![\w*])(?<single>[*_])(?=\S)(?<emphasized>[^*_]+)\k<single>(?!\w)/,
].map(({ source }) => source).join("|"));
const EMPHASIS = { strong: "strong", struck: "s", emphasized: "em" };

function inline(text) {
  const made = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    made.push(rest.slice(0, match.index), ...piece(match));
    rest = rest.slice(match.index + match[0].length);
  }
  made.push(rest);
  return made.filter((part) => part !== "");
}

function piece({ 0: all, groups }) {
  const { escaped, code, address, bare } = groups;
  if (escaped) {
    return [escaped];
  }
  if (code !== undefined) {
    return [element("code", { text: code.trim() || code })];
  }
  if (address !== undefined) {
    // Pictures are links: loading them would tell another site who reads this, and our policy refuses it.
    return [link(address, `${groups.image ? "Picture: " : ""}${groups.label || address}`)];
  }
  if (bare) {
    return [link(bare, bare)];
  }
  const kind = Object.keys(EMPHASIS).find((each) => groups[each]);
  return kind ? [element(EMPHASIS[kind], {}, ...inline(groups[kind]))] : [all];
}
