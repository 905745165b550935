// The events of the connections, the newest first, with a filter.

import { announce, byId, element, mutedLine, shape } from "./dom.js";
import { moment } from "./times.js";

/** A page that stays open for weeks must not grow for ever. */
const MOST_KEPT = 500;
const STEP = 8;
const KINDS = { refresh: ["refresh", "Refresh"], info: ["plain", "News"], warning: ["warning", "Warning"], error: ["problem", "Error"] };
const PRODUCTS = { jira: "Jira", confluence: "Confluence" };

let events = [];
let shown = STEP;

/** Shows the events of a snapshot, or keeps what is there when the stream only goes on where it was. */
export function showEvents(snapshot) {
  if (!snapshot.resumed) {
    events = [...snapshot.events];
    shown = STEP;
  }
  draw();
}

/** Adds one event. A stream that was taken up again may bring it twice. */
export function addEvent(event) {
  if (events.some(({ id }) => id === event.id)) {
    return;
  }
  events = [...events, event].slice(-MOST_KEPT);
  draw(event.id);
  announce(event.message);
}

/** Makes the filter work. */
export function startHistory() {
  byId("filters").addEventListener("change", () => {
    shown = STEP;
    draw();
    announce(`${wanted().length} events`);
  });
}

function wanted() {
  const [kind, product] = ["type", "product"].map((name) => byId("filters").querySelector(`[name="${name}"]`).value);
  const isOfKind = (event) => !kind || event.event_type === kind;
  // An event without a product is about both.
  const isOfProduct = (event) => !product || event.product === null || event.product === product;
  return events.filter((event) => isOfKind(event) && isOfProduct(event)).reverse();
}

function draw(newest) {
  const found = wanted();
  byId("events").replaceChildren(...found.slice(0, shown).map((event) => line(event, event.id === newest)));
  byId("events-foot").replaceChildren(...foot(found));
}

function line({ event_type: kind, product, message, timestamp }, isNew) {
  const [drawing, label] = KINDS[kind] ?? KINDS.info;
  return element("li", { class: `event ${kind}${isNew ? " new" : ""}` },
    shape(drawing),
    element("div", {}, element("p", { class: "message", text: message }),
      element("p", { class: "muted" }, `${label} · ${PRODUCTS[product] ?? "Both products"} · `, moment(timestamp))));
}

function foot(found) {
  if (events.length === 0) {
    return [mutedLine("Nothing has happened yet. Logins, refreshes and failures appear here.")];
  }
  if (found.length === 0) {
    return [mutedLine("Nothing of this kind has happened. Choose another kind or product above.")];
  }
  if (found.length <= shown) {
    return [];
  }
  const text = `Show more (${found.length - shown} older)`;
  return [element("button", { class: "button small quiet", type: "button", click: showMore, text })];
}

/** Shows older events, and moves the focus to the first of them: the button is somewhere else now. */
function showMore() {
  const first = shown;
  shown += STEP * 3;
  draw();
  const next = byId("events").children[first];
  next?.setAttribute("tabindex", "-1");
  next?.focus();
}
