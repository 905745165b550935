// The connections page: choose a site, disconnect, log out. Each control works by itself.

const message = document.getElementById("message");
const question = document.getElementById("question");

async function send(control, method, path, body) {
  control.disabled = true;
  message.replaceChildren();
  try {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    if (response.ok) {
      location.assign("/connected");
      return;
    }
    const error = await response.json().catch(() => null);
    tell(error?.message ?? `That did not work (${response.status}).`);
  } catch {
    tell("The service could not be reached. Is it running?");
  }
  control.disabled = false;
}

/** Shows what went wrong; a reader hears it, because the frame around it was there before. */
function tell(text) {
  const words = Object.assign(document.createElement("span"), { className: "words", textContent: text });
  const note = Object.assign(document.createElement("p"), { className: "note problem" });
  note.append(words);
  message.replaceChildren(note);
  message.scrollIntoView({ block: "nearest" });
}

/** Asks before a connection is given up; Escape and Cancel mean no. */
function confirmed(title) {
  question.querySelector("h2").textContent = `Disconnect ${title}?`;
  question.returnValue = "no";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
  });
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
