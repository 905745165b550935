// Lists that come page by page: the first page, "Show more", and what stands there when a call fails.

import { call, withQuery } from "./call.js";
import { busy } from "./controls.js";
import { announce, element } from "./dom.js";
import { problemNote } from "./problems.js";

/**
 * A list on the page. `items` takes what `draw(entry)` makes of each entry, `foot` what comes after them;
 * `empty()` makes what stands there when nothing was found.
 */
export class Listing {
  #items;
  #foot;
  #draw;
  #empty;
  #running = null;

  constructor({ items, foot, draw, empty }) {
    this.#items = items;
    this.#foot = foot;
    this.#draw = draw;
    this.#empty = empty;
  }

  /**
   * Shows the list at `path` from its beginning. A call for an earlier one is given up: its answer may come
   * later than this one's and would stand in its place.
   */
  async load(path, parameters = {}) {
    this.#running?.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#items.setAttribute("aria-busy", "true");
    if (this.#items.childElementCount === 0) {
      this.#foot.replaceChildren(element("p", { class: "muted loading", text: "Loading …" }));
    }
    try {
      const { data, next } = await call(withQuery(path, parameters), { signal });
      this.#items.replaceChildren(...data.map(this.#draw));
      this.#showFoot(path, parameters, next, data.length === 0);
    } catch (problem) {
      if (problem.name !== "AbortError") {
        this.#items.replaceChildren();
        this.#showProblem(problem, () => this.load(path, parameters));
      }
    } finally {
      if (!signal.aborted) {
        this.#items.removeAttribute("aria-busy");
      }
    }
  }

  /** Empties the list and gives up a call under way. */
  clear() {
    this.#running?.abort();
    this.#items.replaceChildren();
    this.#items.removeAttribute("aria-busy");
    this.#foot.replaceChildren();
  }

  /** Adds one entry at the end. */
  add(entry) {
    if (this.#items.childElementCount === 0) {
      this.#foot.replaceChildren();
    }
    this.#items.append(this.#draw(entry));
  }

  #showFoot(path, parameters, next, isEmpty) {
    if (next) {
      const button = element("button", { class: "button small quiet", type: "button", text: "Show more" });
      button.addEventListener("click", () => busy(button, () => this.#loadMore(path, parameters, next)));
      this.#foot.replaceChildren(button);
    } else {
      this.#foot.replaceChildren(...(isEmpty ? [this.#empty()] : []));
    }
  }

  async #loadMore(path, parameters, cursor) {
    const { signal } = this.#running;
    try {
      const { data, next } = await call(withQuery(path, { ...parameters, cursor }), { signal });
      const drawn = data.map(this.#draw);
      this.#items.append(...drawn);
      this.#showFoot(path, parameters, next, false);
      announce(`${data.length} more`);
      // The button is gone or further down now; people who use the keyboard go on at the first new entry.
      drawn[0]?.querySelector("button, a")?.focus();
    } catch (problem) {
      if (problem.name !== "AbortError") {
        this.#showProblem(problem, () => this.#loadMore(path, parameters, cursor));
      }
    }
  }

  #showProblem(problem, again) {
    this.#foot.replaceChildren(problemNote(problem, again));
  }
}

/** What stands in the place of a list or text that is empty. */
export const emptyHint = (text) => element("p", { class: "muted nothing", text });
