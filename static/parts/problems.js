// What went wrong, in words, with what to do about it: log in, wait, or try again.

import { busy } from "./controls.js";
import { element, note } from "./dom.js";
import { isUnknown } from "./once.js";
import { span } from "./times.js";

/** The service's own words are for programs, which send keys of their own. */
const UNKNOWN = "Nobody knows whether this was carried out: the answer was lost. Look at the list before you send it again.";

/** A message about a failed call. `again()` makes the call once more; without it there is no such button. */
export function problemNote(problem, again) {
  const frame = note("problem", isUnknown(problem) ? UNKNOWN : problem.message);
  frame.setAttribute("role", "alert");
  const words = frame.querySelector(".words");
  const { scopes, missing_scopes: missing = scopes, errors } = problem.details ?? {};
  if (Array.isArray(missing) && missing.length > 0) {
    words.append(element("p", { text: `Missing permission: ${missing.join(", ")}. Log in again and grant it.` }));
  }
  if (Array.isArray(errors)) {
    const sentences = errors.filter((text) => typeof text === "string");
    words.append(element("ul", {}, ...sentences.map((text) => element("li", { text }))));
  }
  if (["NOT_CONNECTED", "TOKEN_EXPIRED"].includes(problem.code)) {
    words.append(element("p", {}, element("a", { href: "#connections", text: "See your connections" })));
  } else if (problem.status === 401) {
    words.append(element("p", {}, element("a", { href: "/login", text: "Log in" })));
  } else if (again) {
    words.append(element("div", { class: "buttons" }, againButton(problem.retryAfter, again)));
  }
  return frame;
}

/** "Try again", which cannot be pressed before `wait` seconds are over: a call before that fails again. */
function againButton(wait, again) {
  const button = element("button", { class: "button small", type: "button", text: "Try again" });
  button.addEventListener("click", () => busy(button, again));
  if (wait > 0) {
    const frame = element("span", { class: "wait muted" });
    button.disabled = true;
    countDownSeconds(frame, wait, () => (button.disabled = false));
    return element("span", { class: "waiting" }, button, frame);
  }
  return button;
}

/** Counts down by this machine's clock: the wait is a length of time, so nobody's clock has to be right. */
function countDownSeconds(frame, seconds, done) {
  const until = Date.now() + seconds * 1000;
  const timer = setInterval(draw, 1000);
  function draw() {
    const left = until - Date.now();
    if (left <= 0 || !frame.isConnected) {
      clearInterval(timer);
      frame.textContent = "";
      done();
    } else {
      frame.textContent = `in ${span(left)}`;
    }
  }
  frame.textContent = `in ${span(seconds * 1000)}`;
}
