// The cards of the connections: each shows what the event stream says of it, and its buttons change it.

import { call } from "./call.js";
import { attempt, onSubmit } from "./controls.js";
import { announce, byId, element, mayWrite, note, webAddress } from "./dom.js";
import { confirmed } from "./question.js";
import { countDown, moment, span, stopCountDown } from "./times.js";

const REFRESH_SHOWN_MILLISECONDS = 8_000;
/** The last state of each connection, by product. */
const known = new Map();

/** Shows one connection, and announces a change of its state. */
export function showConnection(connection) {
  const card = document.querySelector(`.product[data-product="${connection.id}"]`);
  if (!card) {
    return;
  }
  const before = known.get(connection.id);
  known.set(connection.id, connection);
  if (!before || stateKey(before) !== stateKey(connection)) {
    showStatus(card, connection);
  }
  if (before && (before.status !== connection.status || before.turned_away !== connection.turned_away)) {
    announce(`${connection.title}: ${card.querySelector(".status").textContent.trim()}`);
  }
  showError(card, connection);
  showFacts(card, connection);
  showSites(card, connection, before);
  showButtons(card, connection);
}

/** By which the page has the texts of a state. */
const stateKey = ({ status, renewal, turned_away: isTurnedAway }) =>
  isTurnedAway ? "turned_away" : `${status}-${renewal ?? "by_itself"}`;

/** The texts of a state, which the server has put into the page. */
function stateTexts(connection) {
  return byId(`status-${stateKey(connection)}`);
}

/** Takes the words of a state from the page, where the server has put all of them: they stand in one place only. */
function showStatus(card, connection) {
  const words = stateTexts(connection).content.cloneNode(true);
  card.querySelector(".status").replaceWith(words.querySelector(".status"));
  card.querySelector(".advice").replaceWith(words.querySelector(".advice"));
  card.querySelector(".message-slot").replaceChildren();
}

function showError(card, connection) {
  const slot = card.querySelector(".error-slot");
  const isTold = "tellsProblem" in stateTexts(connection).dataset;
  const text = connection.error && isTold ? connection.error : "";
  if (slot.textContent.trim() !== text) {
    slot.replaceChildren(...(text ? [note("warning", text)] : []));
  }
}

function showFacts(card, connection) {
  const { site, account, auth_method: method, scopes, refreshed_at: refreshedAt } = connection;
  card.querySelector(".facts").hidden = !method;
  showRow(card, "site", site, (place) => {
    const address = place.querySelector("a");
    const href = webAddress(connection.home_url) ?? "#connections";
    Object.assign(address, { textContent: site.name, href, rel: "noreferrer noopener" });
    place.querySelector("span").textContent = withoutScheme(site.url);
  });
  showRow(card, "account", account, (place) => (place.textContent = account.display_name ?? account.account_id));
  showRow(card, "method", method, (place) => (place.textContent = byId(`method-${method}`).content.textContent));
  showRow(card, "refreshed", refreshedAt, (place) => place.replaceChildren(moment(refreshedAt)));
  showRow(card, "scopes", scopes.length, (place) => {
    place.querySelector("summary").textContent = scopes.length === 1 ? "1 granted" : `${scopes.length} granted`;
    place.querySelector("ul").replaceChildren(...scopes.map((scope) => element("li", {}, element("code", { text: scope }))));
  });
  showExpiry(card, connection);
  showNextRefresh(card, connection);
}

const withoutScheme = (url) => url.replace(/^https?:\/\//, "").replace(/\/$/, "");

/** Fills a row of the facts, or hides it when there is nothing to say. */
function showRow(card, name, isThere, fill) {
  const found = card.querySelector(`[data-row="${name}"]`);
  found.hidden = !isThere;
  if (isThere) {
    fill(found.querySelector("dd"));
  }
}

/** Shows a text where a countdown may have been. */
function showText(place, text) {
  stopCountDown(place);
  place.textContent = text;
}

function showExpiry(card, { expires_at: expires, auth_method: method, status, renewal }) {
  showRow(card, "expires", method && status !== "reauth_required", (place) => {
    if (expires) {
      const over = renewal === "none" ? "has expired" : "has expired; the next use renews it";
      countDown(place, expires, (left) => (left > 0 ? `in ${span(left)}` : over));
    } else {
      // Atlassian does not tell when an API token ends; only the person who made it knows.
      showText(place, "not known here: on the day chosen when it was made");
    }
  });
}

function showNextRefresh(card, { refresh_due_at: due, refresh_status: status }) {
  const overdue = "due now, or at the next use";
  showRow(card, "due", status && (due || status !== "waiting"), (place) => {
    if (status === "in_progress") {
      showText(place, "in progress …");
    } else if (status === "ready" || !due) {
      showText(place, overdue);
    } else {
      countDown(place, due, (left) => (left > 0 ? `in ${span(left)}, by itself` : overdue));
    }
  });
}

function showSites(card, { sites, site, status }, before) {
  const form = card.querySelector("form.sites");
  const needsSite = status === "needs_site";
  form.hidden = !(sites.length > 1 || needsSite) || status === "not_connected";
  form.querySelector("label").textContent = needsSite ? "Site" : "Change the site";
  form.querySelector("button").classList.toggle("primary", needsSite);
  // The list is drawn again only if it differs, so that a choice somebody is just making stays.
  const drawn = JSON.stringify([sites, site?.cloud_id]);
  if (!before || form.dataset.drawn !== drawn) {
    const option = ({ cloud_id: id, name, url }) =>
      element("option", { value: id, selected: id === site?.cloud_id, text: `${name} (${withoutScheme(url)})` });
    form.elements.cloud_id.replaceChildren(...sites.map(option));
    form.dataset.drawn = drawn;
  }
}

function showButtons(card, { status, auth_method: method, title, renewal, turned_away: isTurnedAway }) {
  const connect = card.querySelector(".connect");
  const needsLogin = ["not_connected", "reauth_required"].includes(status);
  connect.hidden = !needsLogin && !isTurnedAway && renewal !== "none";
  connect.textContent = method ? "Log in again" : `Connect ${title}`;
  const isRenewed = ["by_itself", "failing"].includes(renewal) && status !== "reauth_required";
  hide(card, card.querySelector(".refresh"), !isRenewed);
  hide(card, card.querySelector(".disconnect"), !method);
}

/** Hides a button, or shows it. A focus that was on it goes to what can be done next. */
function hide(card, button, isHidden) {
  const hadFocus = document.activeElement === button;
  button.hidden = isHidden;
  if (isHidden && hadFocus) {
    const next = card.querySelector(".connect:not([hidden])") ?? byId("connections");
    next.focus();
  }
}

/**
 * Changes a connection. The event stream brings the new state; `done(answer, slot)` gives the sentence to
 * announce, and a failure stands beside the button.
 */
function change(button, path, options, done) {
  const slot = button.closest(".product").querySelector(".message-slot");
  const work = async () => {
    const { data } = await call(path, options);
    announce(done(data, slot));
  };
  return attempt(button, slot, work, (problem) => {
    const wait = problem.retryAfter ? [element("span", { text: ` Try again in ${span(problem.retryAfter * 1000)}.` })] : [];
    slot.replaceChildren(note("problem", problem.message, ...wait));
  });
}

/** The service does not renew a token that is only seconds old. Nothing else would show it, so a message does. */
function showRefreshed(title, before) {
  return ({ status }, slot) => {
    const isUnchanged = status.refreshed_at === before;
    const text = isUnchanged ? "The token is only seconds old and was not renewed." : "The token was renewed.";
    slot.replaceChildren(note(isUnchanged ? "plain" : "success", text));
    setTimeout(() => slot.replaceChildren(), REFRESH_SHOWN_MILLISECONDS);
    return `${title}: ${text}`;
  };
}

function startCard(card) {
  const { product, title } = card.dataset;
  const path = `/connectors/${product}/connection`;
  const sites = card.querySelector("form.sites");
  onSubmit(sites, () => {
    const body = { cloud_id: sites.elements.cloud_id.value };
    change(sites.querySelector("button"), path, { method: "PATCH", body }, () => `${title}: the site is chosen`);
  });
  card.querySelector(".refresh").addEventListener("click", ({ currentTarget }) => {
    const options = { method: "PATCH", body: { rotate: true } };
    change(currentTarget, path, options, showRefreshed(title, known.get(product)?.refreshed_at));
  });
  card.querySelector(".disconnect").addEventListener("click", async ({ currentTarget }) => {
    if (await confirmed(title)) {
      change(currentTarget, path, { method: "DELETE" }, () => `${title} is disconnected`);
    }
  });
}

/** Makes the cards' buttons work. */
export function startConnections() {
  if (mayWrite()) {
    document.querySelectorAll(".product").forEach(startCard);
  }
}
