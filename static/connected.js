// The page of a person's connections: choose a site, disconnect, log out. Each control works on its own.

import { call } from "./parts/call.js";
import { attempt, onSubmit } from "./parts/controls.js";
import { byId, note } from "./parts/dom.js";
import { confirmed } from "./parts/question.js";
import { moment } from "./parts/times.js";

const message = byId("message");

/** Sends a change and loads the page again; the server draws it with its new state. */
function change(button, method, path, body) {
  const work = async () => {
    await call(path, { method, body });
    location.assign("/connected");
    // The browser is leaving. The button stays busy until it has, so that nobody presses it twice.
    await new Promise((resolve) => addEventListener("pagehide", resolve, { once: true }));
  };
  return attempt(button, message, work, showProblem);
}

/** Shows what went wrong. Screen readers announce it, because the alert around it was on the page before. */
function showProblem(problem) {
  message.replaceChildren(note("problem", problem.message));
  message.scrollIntoView({ block: "nearest" });
}

for (const form of document.querySelectorAll("form.sites")) {
  onSubmit(form, () => {
    const body = { cloud_id: form.elements.cloud_id.value };
    change(form.querySelector("button"), "PATCH", `/connectors/${form.dataset.product}/connection`, body);
  });
}

for (const button of document.querySelectorAll("button.disconnect")) {
  button.addEventListener("click", async () => {
    if (await confirmed(button.dataset.title)) {
      change(button, "DELETE", `/connectors/${button.dataset.product}/connection`);
    }
  });
}

for (const time of document.querySelectorAll(".facts time")) {
  time.replaceWith(moment(time.dateTime));
}

byId("logout")?.addEventListener("click", (event) => {
  change(event.currentTarget, "POST", "/auth/logout");
});
