// Markdown as elements, as the service writes it of what people wrote in Jira and Confluence. So every piece of it is
// set as text, and only web addresses become links. What is not understood is shown as it was written.

import { element, mutedLine } from "./dom.js";
import { Parts, beginsQuote, quote } from "./markdown_frames.js";
import { appendInline } from "./markdown_inline.js";
import { appendAll, endOf, isBlank, words } from "./markdown_lines.js";
import { beginsList, beginsNotes, list, notes } from "./markdown_lists.js";
import { decoded } from "./markdown_signs.js";
import { beginsTable, table } from "./markdown_tables.js";

/** Quotes and lists within each other, as deep as the service writes them. */
const DEEPEST = 24;
/** More than a field of Jira holds (32,767), and more than a person scrolls through: a browser lays out each line on its own. */
const LONGEST = 50_000;
const MOST_LINES = 2_000;

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

const FENCE = /^(?:(`{3,})([^`]*)|(~{3,})(.*))$/;
const CODE_TITLE = /\btitle="((?:\\.|[^"\\])*)"/;
const HEADING = /^#{1,6}(?=\s|$)/;
const RULE = /^(?:-{3,}|\*{3,}|_{3,})$/;

const begins = (isIt) => (lines, at) => isIt(words(lines[at]));
const isRule = (line) => RULE.test(line.replaceAll(/\s/g, ""));

/** Each kind of block but the paragraph: whether one begins at a line, and what reads it. The first that fits counts. */
const KINDS = [
  { begins: (lines, at) => isBlank(lines[at]), read: ({ at }) => [null, at + 1] },
  { begins: begins((line) => FENCE.test(line)), read: fenced },
  { begins: begins((line) => HEADING.test(line)), read: heading },
  { begins: begins(isRule), read: ({ at }) => [element("hr"), at + 1] },
  { begins: beginsQuote, read: quote, nests: true },
  { begins: beginsList, read: list, nests: true },
  { begins: beginsNotes, read: notes, nests: true },
  { begins: beginsTable, read: table },
];

function blocks(lines, depth) {
  const parts = new Parts();
  const inside = (inner) => blocks(inner, depth + 1);
  let at = 0;
  while (at < lines.length) {
    const taken = parts.take(lines, at);
    const [part, next] = taken > 0 ? [null, at + taken] : block({ lines, at, inside }, depth);
    if (part) {
      parts.append(part);
    }
    at = next;
  }
  return parts.made;
}

/** The block that begins at a line, and the line after it. */
function block(place, depth) {
  const kind = KINDS.find(({ begins: isHere, nests }) => isHere(place.lines, place.at) && !(nests && depth >= DEEPEST));
  return (kind?.read ?? paragraph)(place);
}

function fenced({ lines, at }) {
  const [, ticks, language, waves, about = language] = FENCE.exec(words(lines[at]));
  const mark = ticks ?? waves;
  const isEnd = (line) => line.length >= mark.length && line === mark[0].repeat(line.length);
  const end = endOf(lines, at + 1, (each) => !isEnd(each.trim()));
  const code = element("pre", { tabindex: "0" }, element("code", { text: lines.slice(at + 1, end).join("\n") }));
  const [, title] = CODE_TITLE.exec(about) ?? [];
  return [title ? element("div", {}, element("p", { class: "code-title", text: decoded(title) }), code) : code, end + 1];
}

function heading({ lines, at }) {
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

function paragraph({ lines, at }) {
  const isOther = (line, index) => KINDS.some(({ begins: isHere }) => isHere(lines, index));
  const end = endOf(lines, at + 1, (line, index) => !isOther(line, index));
  const text = lines.slice(at, end).map((line, index, all) => {
    // Two blanks at its end break a line, as a backslash does.
    const isBroken = index < all.length - 1 && line.endsWith("  ");
    return isBroken ? `${line.trim()}\\` : line.trim();
  });
  return [appendInline(element("p"), text.join("\n")), end];
}
