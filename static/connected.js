// The connections page: choose a site, disconnect, log out. Each control works by itself.

const message = document.getElementById("message");

async function send(control, method, path, body) {
  control.disabled = true;
  message.hidden = true;
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

function tell(text) {
  message.textContent = text;
  message.hidden = false;
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
  button.addEventListener("click", () => {
    if (confirm(`Disconnect ${button.dataset.title}? You can connect again at any time.`)) {
      send(button, "DELETE", `/connectors/${button.dataset.product}/connection`);
    }
  });
}

document.getElementById("logout")?.addEventListener("click", (event) => {
  send(event.currentTarget, "POST", "/auth/logout");
});
