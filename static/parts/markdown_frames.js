// What Jira and Confluence put around parts of a text: panels, macros with a body, what opens on a click, columns.
// Each is written in Markdown as the service does it: quotations that begin with a sign, or lines that begin and end it.

import { element } from "./dom.js";
import { appendAll, endOf, words } from "./markdown_lines.js";
import { decoded, withoutReferences } from "./markdown_signs.js";

/** Frames around each other; a hostile text could nest them until the browser gives up. */
const DEEPEST = 8;

const PANEL = /^\[!([a-z]+)\]$/i;
/** The colour of each kind of panel. */
const KINDS = {
  info: "info",
  note: "purple",
  important: "purple",
  tip: "success",
  hint: "success",
  success: "success",
  warning: "warning",
  error: "problem",
  caution: "problem",
  danger: "problem",
};
/** A placeholder that is all of a line: what it is called, and what it stands for. */
const PLACEHOLDER = /^\[((?:\\.|[^\]\\])*)\]\(keep:([a-z]+)(-[^\s()]*)\)$/i;
const FRAMES = new Set(["panel", "body", "frame"]);
/** Frames between two lines: whole pages lie in them. */
const WIDE = new Map([["layout", "columns"], ["column", "column"]]);
const SUMMARY = /^<summary>(.*)<\/summary>$/;

export const beginsQuote = (lines, at) => words(lines[at]).startsWith(">");

/** A quotation, or the frame that its first line names. */
export function quote({ lines, at, inside }) {
  const end = endOf(lines, at, (_, index) => beginsQuote(lines, index));
  const quoted = lines.slice(at, end).map((line) => {
    const inner = line.trimStart().slice(1);
    return inner.startsWith(" ") ? inner.slice(1) : inner;
  });
  const title = titleOf(quoted[0].trim());
  if (!title) {
    return [appendAll(element("blockquote"), inside(quoted)), end];
  }
  const made = element("div", { class: `framed ${title.kind}`, role: "group", "aria-label": title.text },
    element("p", { class: "frame-name", text: title.text }));
  return [appendAll(made, inside(quoted.slice(1))), end];
}

/** What the first line of a quotation says about all of it, if it says anything. */
function titleOf(line) {
  const [, name] = PANEL.exec(line) ?? [];
  const kind = KINDS[name?.toLowerCase()];
  if (kind) {
    return { kind, text: name[0].toUpperCase() + name.slice(1).toLowerCase() };
  }
  const [, label, word] = PLACEHOLDER.exec(line) ?? [];
  return FRAMES.has(word) ? { kind: "plain", text: decoded(label) } : null;
}

/** Parts under each other, some of them in frames that one line begins and another ends. */
export class Parts {
  made = [];
  #open = [];

  append(part) {
    const frame = this.#open.at(-1);
    if (frame) {
      frame.place.append(part);
    } else {
      this.made.push(part);
    }
  }

  /** How many lines, from this one on, begin or end a frame; none if they do not. */
  take(lines, at) {
    const line = words(lines[at]);
    if (line === "<details>") {
      return this.#beginDetails(lines, at);
    }
    if (line === "</details>") {
      return this.#end("details") ? 1 : 0;
    }
    const [, , word, reference] = PLACEHOLDER.exec(line) ?? [];
    return (word === "end" ? this.#endWide(reference.slice(1)) : this.#beginWide(word, reference)) ? 1 : 0;
  }

  #beginWide(word, reference) {
    const isWide = WIDE.has(word);
    if (isWide) {
      const place = element("div", { class: WIDE.get(word) });
      this.#begin(`${word}${reference}`, place, place);
    }
    return isWide;
  }

  /** An end whose beginning is not here says nothing. */
  #endWide(name) {
    this.#end(name);
    return WIDE.has(name.split("-", 1)[0]);
  }

  #begin(name, part, place) {
    if (this.#open.length < DEEPEST) {
      this.append(part);
      this.#open.push({ name, place });
    }
  }

  /** Ends the frame of this name and what is open in it; gives whether there is one. */
  #end(name) {
    const found = this.#open.findLastIndex((frame) => frame.name === name);
    this.#open.length = found < 0 ? this.#open.length : found;
    return found >= 0;
  }

  #beginDetails(lines, at) {
    if (this.#open.length >= DEEPEST) {
      return 0;
    }
    const summary = SUMMARY.exec(words(lines[at + 1] ?? ""));
    const place = element("div");
    const title = element("summary", { text: (summary && withoutReferences(summary[1])) || "Details" });
    this.#begin("details", element("details", {}, title, place), place);
    return summary ? 2 : 1;
  }
}
