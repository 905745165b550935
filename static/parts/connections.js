// The cards of the connections: kept as the stream says, with their buttons.

import { call } from "./call.js";
import { announce, busy, el, mayWrite, note, webAddress } from "./dom.js";
import { confirmed } from "./question.js";
import { countDown, moment, span, stopCountDown } from "./times.js";

const METHODS = { oauth: "Atlassian login", api_token: "API token", pat: "Personal access token" };
const known = new Map();

const cardOf = (product) => document.querySelector(`.product[data-product="${product}"]`);

/** Shows one connection, and says so when its state has changed. */
export function showConnection(connection) {
  const card = cardOf(connection.id);
  if (!card) {
    return;
  }
  const before = known.get(connection.id);
  known.set(connection.id, connection);
  if (before?.status !== connection.status || before.auth_method !== connection.auth_method) {
    const isToken = connection.auth_method && connection.auth_method !== "oauth";
    const words = document.getElementById(`status-${connection.status}${isToken ? "-token" : ""}`).content.cloneNode(true);
    card.querySelector(".status").replaceWith(words.querySelector(".status"));
    card.querySelector(".advice").replaceWith(words.querySelector(".advice"));
    card.querySelector(".message-slot").replaceChildren();
  }
  if (before && before.status !== connection.status) {
    announce(`${connection.title}: ${card.querySelector(".status").textContent.trim()}`);
  }
  showError(card, connection);
  showFacts(card, connection);
  showSites(card, connection, before);
  showButtons(card, connection);
}

function showError(card, { error, status }) {
  const slot = card.querySelector(".error-slot");
  const text = error && status !== "reauth_required" ? error : "";
  if (slot.textContent.trim() !== text) {
    slot.replaceChildren(...(text ? [note("warning", text)] : []));
  }
}

function showFacts(card, connection) {
  const { site, account, auth_method: method, scopes, refreshed_at: refreshed } = connection;
  card.querySelector(".facts").hidden = !method;
  row(card, "site", site, (place) => {
    const address = place.querySelector("a");
    address.textContent = site.name;
    address.href = webAddress(connection.home_url) ?? "#connections";
    place.querySelector("span").textContent = site.url.replace(/^https?:\/\//, "").replace(/\/$/, "");
  });
  row(card, "account", account, (place) => (place.textContent = account.display_name ?? account.account_id));
  row(card, "method", method, (place) => (place.textContent = METHODS[method] ?? method));
  row(card, "refreshed", refreshed, (place) => place.replaceChildren(moment(refreshed)));
  row(card, "scopes", scopes.length, (place) => {
    place.querySelector("summary").textContent = scopes.length === 1 ? "1 granted" : `${scopes.length} granted`;
    place.querySelector("ul").replaceChildren(...scopes.map((scope) => el("li", {}, el("code", { text: scope }))));
  });
  showExpiry(card, connection);
  showDue(card, connection);
}

/** Fills a row of the facts, or hides it. */
function row(card, name, isThere, fill) {
  const found = card.querySelector(`[data-row="${name}"]`);
  found.hidden = !isThere;
  if (isThere) {
    fill(found.querySelector("dd"));
  }
}

function showExpiry(card, { expires_at: expires, auth_method: method, status }) {
  const isDead = status === "reauth_required";
  row(card, "expires", method && !isDead, (place) => {
    if (expires) {
      countDown(place, expires, (left) => (left > 0 ? `in ${span(left)}` : "has expired; the next use renews it"));
    } else {
      stopCountDown(place);
      place.textContent = "not known here: on the day chosen when it was made";
    }
  });
}

function showDue(card, { refresh_due_at: due, refresh_status: status }) {
  row(card, "due", status && (due || status !== "waiting"), (place) => {
    if (status === "in_progress") {
      stopCountDown(place);
      place.textContent = "under way …";
    } else if (status === "ready" || !due) {
      stopCountDown(place);
      place.textContent = "due now, or at the next use";
    } else {
      countDown(place, due, (left) => (left > 0 ? `in ${span(left)}, by itself` : "due now, or at the next use"));
    }
  });
}

function showSites(card, { sites, site, status }, before) {
  const form = card.querySelector("form.sites");
  const needsSite = status === "needs_site";
  form.hidden = !(sites.length > 1 || needsSite) || status === "not_connected";
  form.querySelector("label").textContent = needsSite ? "Site" : "Change the site";
  form.querySelector("button").classList.toggle("primary", needsSite);
  const drawn = JSON.stringify([sites, site?.cloud_id]);
  if (!before || form.dataset.drawn !== drawn) {
    const choice = ({ cloud_id: id, name, url }) =>
      el("option", { value: id, selected: id === site?.cloud_id, text: `${name} (${url.replace(/^https?:\/\//, "")})` });
    form.elements.cloud_id.replaceChildren(...sites.map(choice));
    form.dataset.drawn = drawn;
  }
}

function showButtons(card, { status, auth_method: method, title }) {
  const connect = card.querySelector(".connect");
  connect.hidden = !["not_connected", "reauth_required"].includes(status);
  connect.textContent = method ? "Log in again" : `Connect ${title}`;
  hide(card, card.querySelector(".refresh"), method !== "oauth" || status === "reauth_required");
  hide(card, card.querySelector(".disconnect"), !method);
}

/** Hides a button, or shows it. A focus that was on it goes to its card. */
function hide(card, button, isHidden) {
  const had = document.activeElement === button;
  button.hidden = isHidden;
  if (isHidden && had) {
    const next = card.querySelector(".connect:not([hidden])") ?? document.getElementById("connections");
    next.focus();
  }
}

/**
 * Changes a connection. What comes of it is told by the stream; `done` of the answer is said, and a
 * failure stands beside the button.
 */
async function change(button, path, options, done) {
  const slot = button.closest(".product").querySelector(".message-slot");
  slot.replaceChildren();
  await busy(button, async () => {
    try {
      const { data } = await call(path, options);
      announce(done(data, slot));
    } catch (problem) {
      const wait = problem.retryAfter ? [el("span", { text: ` Try again in ${span(problem.retryAfter * 1000)}.` })] : [];
      slot.replaceChildren(note("problem", problem.message, ...wait));
    }
  });
}

/** A login that is only seconds old is not refreshed again; that is said, because nothing else shows it. */
function refreshed(product, before) {
  return ({ status }, slot) => {
    const isOld = status.refreshed_at === before;
    const text = isOld ? "Its token is only seconds old, so it stays as it is." : "The login is refreshed.";
    slot.replaceChildren(note(isOld ? "plain" : "success", text));
    setTimeout(() => slot.replaceChildren(), 8_000);
    return `${product}: ${text}`;
  };
}

/** Makes the cards' buttons work. */
export function startConnections() {
  if (!mayWrite()) {
    return;
  }
  for (const card of document.querySelectorAll(".product")) {
    const { product, title } = card.dataset;
    const path = `/connectors/${product}/connection`;
    card.querySelector("form.sites").addEventListener("submit", (event) => {
      event.preventDefault();
      const body = { cloud_id: event.target.elements.cloud_id.value };
      change(event.target.querySelector("button"), path, { method: "PATCH", body }, () => `${title}: the site is chosen`);
    });
    card.querySelector(".refresh").addEventListener("click", ({ currentTarget }) => {
      change(currentTarget, path, { method: "PATCH", body: { rotate: true } }, refreshed(title, known.get(product)?.refreshed_at));
    });
    card.querySelector(".disconnect").addEventListener("click", async ({ currentTarget }) => {
      if (await confirmed(title)) {
        change(currentTarget, path, { method: "DELETE" }, () => `${title} is disconnected`);
      }
    });
  }
}
