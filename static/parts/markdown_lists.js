// Lists, tasks and the notes at the end of a text.

import { element } from "./dom.js";
import { appendAll, entriesOf, indentOf } from "./markdown_lines.js";

// A line is read once from its start: a pattern that can match its blanks in two ways would try all of both.
const ITEM = /^(?:[-*+]|\d{1,9}[.)])(?=\s|$)/;
const TASK = /^\[[ xX]\](?=\s|$)/;
const NOTE = /^\[\^(\d{1,9})\]:(?=\s|$)/;
/** How far in the lines of a note stand. */
const NOTE_INDENT = 4;

export const beginsList = (lines, at) => ITEM.test(lines[at].trimStart());
export const beginsNotes = (lines, at) => NOTE.test(lines[at]);

/** An item's sign, how far in it stands, and its first line. */
function itemOf(line) {
  const inner = line.trimStart();
  const [mark] = ITEM.exec(inner) ?? [];
  return mark ? { mark, sign: mark.at(-1), indent: indentOf(line), text: inner.slice(mark.length).trimStart() } : null;
}

/** The list that begins at a line. Lists beside each other have other signs. */
export function list({ lines, at, inside }) {
  const { indent, mark, sign } = itemOf(lines[at]);
  const [items, end] = entriesOf(lines, at, {
    begin: (line) => {
      const item = itemOf(line);
      return item && item.indent <= indent && item.sign === sign ? item.text : null;
    },
    goOn: (line) => (indentOf(line) > indent ? line.slice(Math.min(indentOf(line), indent + mark.length + 1)) : null),
  });
  const isOrdered = mark.length > 1;
  const first = isOrdered ? parseInt(mark, 10) : 1;
  const start = first === 1 ? false : first;
  return [appendAll(element(isOrdered ? "ol" : "ul", { start }), items.map((each) => listItem(each, inside))), end];
}

function listItem(lines, inside) {
  const isTask = TASK.test(lines[0]);
  const parts = inside([isTask ? lines[0].slice(3).trimStart() : lines[0], ...lines.slice(1)]);
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

/** What the raised numbers of a text lead to. */
export function notes({ lines, at, inside }) {
  const numbers = [];
  const [entries, end] = entriesOf(lines, at, {
    begin: (line) => {
      const [sign, number] = NOTE.exec(line) ?? [];
      if (!sign) {
        return null;
      }
      numbers.push(number);
      return line.slice(sign.length).trimStart();
    },
    goOn: (line) => (indentOf(line) >= NOTE_INDENT ? line.slice(NOTE_INDENT) : null),
  });
  const items = entries.map((each, index) => note(numbers[index], inside(each)));
  return [appendAll(element("ol", { class: "notes", role: "list", "aria-label": "Notes" }), items), end];
}

/** The number is text: browsers count a list anew for every entry that says its own. */
function note(number, parts) {
  const made = appendAll(element("li"), parts);
  const first = parts[0]?.tagName === "P" ? parts[0] : made;
  first.prepend(element("span", { class: "note-number", text: number }), " ");
  return made;
}
