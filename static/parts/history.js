// What happened to the connections, the newest first, with a filter.

import { announce, el, shape } from "./dom.js";
import { moment } from "./times.js";

const KEPT = 500;
const STEP = 8;
const KINDS = { refresh: ["refresh", "Refresh"], info: ["plain", "News"], warning: ["warning", "Warning"], error: ["problem", "Error"] };
const PRODUCTS = { jira: "Jira", confluence: "Confluence" };

let events = [];
let shown = STEP;

/** Replaces everything by what a snapshot has, or keeps it when the stream goes on. */
export function showEvents(snapshot) {
  if (!snapshot.resumed) {
    events = [...snapshot.events];
    shown = STEP;
  }
  draw();
}

/** One event more. */
export function addEvent(event) {
  if (events.some(({ id }) => id === event.id)) {
    return;
  }
  events = [...events, event].slice(-KEPT);
  draw(event.id);
  announce(event.message);
}

/** Makes the filter work. */
export function startHistory() {
  const filters = document.getElementById("filters");
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("change", () => {
    shown = STEP;
    draw();
    announce(`${wanted().length} events`);
  });
}

function wanted() {
  const { type, product } = document.getElementById("filters").elements;
  const fits = (event) =>
    (!type.value || event.event_type === type.value) && (!product.value || event.product === null || event.product === product.value);
  return events.filter(fits).reverse();
}

function draw(newest) {
  const found = wanted();
  document.getElementById("events").replaceChildren(...found.slice(0, shown).map((event) => line(event, event.id === newest)));
  document.getElementById("events-foot").replaceChildren(...foot(found));
}

function line({ event_type: kind, product, message, timestamp }, isNew) {
  const [drawing, word] = KINDS[kind] ?? KINDS.info;
  return el("li", { class: `event ${kind}${isNew ? " new" : ""}` },
    shape(drawing),
    el("div", {}, el("p", { class: "message", text: message }),
      el("p", { class: "muted" }, `${word} · ${PRODUCTS[product] ?? "Both products"} · `, moment(timestamp))));
}

function foot(found) {
  if (events.length === 0) {
    return [el("p", { class: "muted", text: "Nothing has happened yet. Logins, refreshes and failures will be listed here." })];
  }
  if (found.length === 0) {
    return [el("p", { class: "muted", text: "Nothing of this kind has happened. Choose another kind or product above." })];
  }
  if (found.length <= shown) {
    return [];
  }
  const more = () => {
    const first = shown;
    shown += STEP * 3;
    draw();
    const next = document.getElementById("events").children[first];
    next?.setAttribute("tabindex", "-1");
    next?.focus();
  };
  return [el("button", { class: "button small quiet", type: "button", click: more, text: `Show more (${found.length - shown} older)` })];
}
