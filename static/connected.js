// The connections page: choose a site, disconnect, log out. Each control works by itself.

import { call } from "./parts/call.js";
import { busy, note } from "./parts/dom.js";
import { confirmed } from "./parts/question.js";

const message = document.getElementById("message");

async function send(control, method, path, body) {
  message.replaceChildren();
  await busy(control, async () => {
    try {
      await call(path, { method, body });
      location.assign("/connected");
      // The page is left; until then the control stays as it is.
      await new Promise((resolve) => addEventListener("pagehide", resolve, { once: true }));
    } catch (problem) {
      tell(problem.message);
    }
  });
}

/** Shows what went wrong; a reader hears it, because the frame around it was there before. */
function tell(text) {
  message.replaceChildren(note("problem", text));
  message.scrollIntoView({ block: "nearest" });
}

for (const form of document.querySelectorAll("form.sites")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = { cloud_id: form.elements.cloud_id.value };
    send(form.querySelector("button"), "PATCH", `/connectors/${form.dataset.product}/connection`, body);
  });
}

for (const button of document.querySelectorAll("button.disconnect")) {
  button.addEventListener("click", async () => {
    if (await confirmed(button.dataset.title)) {
      send(button, "DELETE", `/connectors/${button.dataset.product}/connection`);
    }
  });
}

document.getElementById("logout")?.addEventListener("click", (event) => {
  send(event.currentTarget, "POST", "/auth/logout");
});
