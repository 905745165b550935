// Lists that come page by page: the first page, "Show more", and what to do when it did not work.

import { call, withQuery } from "./call.js";
import { announce, busy, el, note } from "./dom.js";
import { span } from "./times.js";

/**
 * A list on the page. `items` takes what `draw(entry)` makes of each entry, `foot` what comes after
 * them; `empty()` makes what stands there when nothing was found.
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

  /** Shows the list at `path` from its beginning. What was asked for before is given up. */
  async load(path, parameters = {}) {
    this.#running?.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#items.setAttribute("aria-busy", "true");
    if (this.#items.childElementCount === 0) {
      this.#foot.replaceChildren(el("p", { class: "muted loading", text: "Loading …" }));
    }
    try {
      const { data, next } = await call(withQuery(path, parameters), { signal });
      this.#items.replaceChildren(...data.map(this.#draw));
      this.#end(path, parameters, next, data.length);
    } catch (problem) {
      if (problem.name !== "AbortError") {
        this.#items.replaceChildren();
        this.#failed(problem, () => this.load(path, parameters));
      }
    } finally {
      if (!signal.aborted) {
        this.#items.removeAttribute("aria-busy");
      }
    }
  }

  /** Empties the list and gives up what is under way. */
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

  #end(path, parameters, next, count) {
    if (next) {
      const button = el("button", { class: "button small quiet", type: "button", text: "Show more" });
      button.addEventListener("click", () => busy(button, () => this.#more(path, parameters, next)));
      this.#foot.replaceChildren(button);
    } else {
      this.#foot.replaceChildren(...(count === 0 ? [this.#empty()] : []));
    }
  }

  async #more(path, parameters, cursor) {
    const { signal } = this.#running;
    try {
      const { data, next } = await call(withQuery(path, { ...parameters, cursor }), { signal });
      const drawn = data.map(this.#draw);
      this.#items.append(...drawn);
      this.#end(path, parameters, next, -1);
      announce(`${data.length} more`);
      drawn[0]?.querySelector("button, a")?.focus();
    } catch (problem) {
      if (problem.name !== "AbortError") {
        this.#failed(problem, () => this.#more(path, parameters, cursor));
      }
    }
  }

  #failed(problem, again) {
    this.#foot.replaceChildren(problemNote(problem, again));
  }
}

/** What went wrong, and what to do about it: log in, wait, or try again. */
export function problemNote(problem, again) {
  const frame = note("problem", problem.message);
  frame.setAttribute("role", "alert");
  const words = frame.querySelector(".words");
  const { scopes, missing_scopes: missing = scopes, errors } = problem.details ?? {};
  if (Array.isArray(missing) && missing.length > 0) {
    words.append(el("p", { text: `Missing: ${missing.join(", ")}. Log in again and agree to it.` }));
  }
  if (Array.isArray(errors)) {
    words.append(el("ul", {}, ...errors.filter((text) => typeof text === "string").map((text) => el("li", { text }))));
  }
  if (["NOT_CONNECTED", "TOKEN_EXPIRED"].includes(problem.code)) {
    words.append(el("p", {}, el("a", { href: "#connections", text: "See your connections" })));
  } else if (problem.status === 401) {
    words.append(el("p", {}, el("a", { href: "/login", text: "Log in" })));
  } else if (again) {
    words.append(el("div", { class: "buttons" }, againButton(problem.retryAfter, again)));
  }
  return frame;
}

function againButton(wait, again) {
  const button = el("button", { class: "button small", type: "button", text: "Try again" });
  button.addEventListener("click", () => busy(button, async () => again()));
  if (wait > 0) {
    const until = new Date(Date.now() + wait * 1000);
    const frame = el("span", { class: "wait muted" });
    button.disabled = true;
    const box = el("span", { class: "waiting" }, button, frame);
    countDownLocally(frame, until, () => (button.disabled = false));
    return box;
  }
  return button;
}

function countDownLocally(frame, until, done) {
  const timer = setInterval(draw, 1000);
  function draw() {
    const left = until.getTime() - Date.now();
    if (left <= 0 || !frame.isConnected) {
      clearInterval(timer);
      frame.textContent = "";
      done();
    } else {
      frame.textContent = `in ${span(left)}`;
    }
  }
  frame.textContent = `in ${span(until.getTime() - Date.now())}`;
}

/** A place where nothing was found, with a hint. */
export const nothing = (text) => el("p", { class: "muted nothing", text });
