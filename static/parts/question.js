// The questions that a person answers before something is given up.

import { byId } from "./dom.js";

/** Asks whether to disconnect a product. */
export function confirmed(title) {
  const question = byId("question");
  question.querySelector("h2").textContent = `Disconnect ${title}?`;
  return ask(question);
}

/** Asks a question of the page, and gives whether the answer was yes; Escape and Cancel mean no. */
export function ask(question) {
  // Escape leaves the value as it is: the yes of an earlier question must not count for this one.
  question.returnValue = "no";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
  });
}
