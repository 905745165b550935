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

/** The block that begins at a line, and the line after it. */
function block(lines, at, depth) {
  const line = lines[at];
  const heading = HEADING.exec(line);
  if (line.trim() === "") {
    return [null, at + 1];
  }
  if (FENCE.test(line)) {
    return fenced(lines, at);
  }
  if (heading) {
    // The page has h1 and h2, the drawer's parts h3: a heading in a text begins below its drawer's h2.
    const level = Math.min(6, heading[1].length + 2);
    return [element(`h${level}`, {}, ...inline(heading[2])), at + 1];
  }
  if (RULE.test(line)) {
    return [element("hr"), at + 1];
  }
  if (QUOTE.test(line) && depth < DEEPEST) {
    const end = endOf(lines, at, (each) => QUOTE.test(each));
    return [element("blockquote", {}, ...blocks(lines.slice(at, end).map((each) => each.replace(QUOTE, "")), depth + 1)), end];
  }
  if (ITEM.test(line) && depth < DEEPEST) {
    return list(lines, at, depth);
  }
  if (line.includes("|") && TABLE_LINE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) {
    return table(lines, at);
  }
  return paragraph(lines, at);
}

function endOf(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end])) {
    end += 1;
  }
  return end;
}

function fenced(lines, at) {
  const [, mark] = FENCE.exec(lines[at]);
  const end = endOf(lines, at + 1, (each) => !each.trim().startsWith(mark));
  return [element("pre", { tabindex: "0" }, element("code", { text: lines.slice(at + 1, end).join("\n") })), end + 1];
}

function list(lines, at, depth) {
  const [, indent, mark] = ITEM.exec(lines[at]);
  const isOrdered = /\d/.test(mark);
  const isDeeper = (line) => /^\s+\S/.test(line) && line.search(/\S/) > indent.length;
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    const isGap = lines[end].trim() === "" && isDeeper(lines[end + 1] ?? "");
    if (item && item[1].length <= indent.length && /\d/.test(item[2]) === isOrdered) {
      items.push([item[3]]);
    } else if ((isDeeper(lines[end]) || isGap) && items.length > 0) {
      items.at(-1).push(lines[end].slice(Math.min(lines[end].search(/\S|$/), indent.length + mark.length + 1)));
    } else {
      break;
    }
    end += 1;
  }
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
const INLINE = /\\([!-/:-@[-`{-~])|(`+)([^`]+)\2(?!`)|(!?)\[([^[\]]*)\]\(<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)?)>?(?:\s+"[^"]*")?\)|<((?:https?|mailto):[^\s<>]+)>|(\*\*|__)(?=\S)([^*_]+)\8|(~~)([^~]+)~~|(?<![\w*])([*_])(?=\S)([^*_]+)\12(?!\w)/;

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

function piece(match) {
  const [all, escaped, , code, image, words, address, bare, , strong, , struck, , emphasized] = match;
  if (escaped) {
    return [escaped];
  }
  if (code !== undefined) {
    return [element("code", { text: code.trim() || code })];
  }
  if (address !== undefined) {
    // Pictures of elsewhere are not loaded; they are links.
    return [link(address, `${image ? "Picture: " : ""}${words || address}`)];
  }
  if (bare) {
    return [link(bare, bare)];
  }
  if (strong) {
    return [element("strong", {}, ...inline(strong))];
  }
  if (struck) {
    return [element("s", {}, ...inline(struck))];
  }
  return emphasized ? [element("em", {}, ...inline(emphasized))] : [all];
}
