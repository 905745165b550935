// Refreshes over time: a small chart, and the same as a sentence and as a table for those who cannot see it.

import { byId, element, mutedLine } from "./dom.js";
import { now } from "./times.js";

const SVG = "http://www.w3.org/2000/svg";
const HOUR = 3_600_000;
const hourOf = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric" });
/** `count` bars make a period; every so many of them have a label, because there is no room for more. */
const PERIODS = {
  day: { name: "the last 24 hours", count: 24, label: (date) => hourOf.format(date), every: 6 },
  week: { name: "the last 7 days", count: 7, label: (date) => dayOf.format(date), every: 1 },
};

let period = "day";
let statistics = null;

/** Shows the statistics. */
export function showStatistics(fresh) {
  statistics = fresh;
  for (const name of ["succeeded", "failed", "attempted"]) {
    byId(`figure-${name}`).textContent = fresh[name].toLocaleString();
  }
  draw();
}

/** Makes the choice of the period work. */
export function startChart() {
  const buttons = [...document.querySelectorAll("[data-period]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      period = button.dataset.period;
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      draw();
    });
  }
  // Time moves the bars, also while nothing happens.
  setInterval(draw, HOUR / 12);
}

/** When the bar begins that lies `back` bars before the present one: at a full hour or at midnight where the reader is. */
function startOfBar(back) {
  const date = new Date(now());
  if (period === "day") {
    date.setMinutes(0, 0, 0);
    // By the hour, not by `setHours`: a day with a change to or from summer time has 23 or 25 of them.
    return new Date(date.getTime() - back * HOUR);
  }
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() - back);
  return date;
}

function bars() {
  const { count } = PERIODS[period];
  const empty = (_, index) => ({ start: startOfBar(count - 1 - index), succeeded: 0, failed: 0 });
  const made = Array.from({ length: count }, empty);
  for (const hour of statistics.hours) {
    const bar = made.findLast(({ start }) => start <= new Date(hour.start));
    if (bar) {
      bar.succeeded += hour.succeeded;
      bar.failed += hour.failed;
    }
  }
  return made;
}

/** Draws everything again; a table that was open stays open. */
function draw() {
  if (!statistics) {
    return;
  }
  const { name, label, every } = PERIODS[period];
  const all = bars();
  const sum = (kind) => all.reduce((total, bar) => total + bar[kind], 0).toLocaleString();
  const text = `In ${name}: ${sum("succeeded")} succeeded, ${sum("failed")} failed.`;
  const most = Math.max(1, ...all.map((bar) => bar.succeeded + bar.failed));
  const labelled = all.filter((_, index) => (all.length - 1 - index) % every === 0);
  const labels = labelled.map(({ start }) => element("span", { text: label(start) }));
  const isTableOpen = Boolean(document.querySelector("#chart details")?.open);
  byId("chart").replaceChildren(
    element("figure", { class: "chart" },
      element("div", { class: "plot" },
        element("span", { class: "most", "aria-hidden": "true", text: most }), picture(all, most, text)),
      element("div", { class: `labels ${period}`, "aria-hidden": "true" }, ...labels),
      element("figcaption", { text })),
    table(all, label, isTableOpen));
}

function picture(all, most, text) {
  const svg = svgElement("svg", { viewBox: `0 0 ${all.length * 10} 100`, preserveAspectRatio: "none", role: "img", "aria-label": text });
  all.forEach((bar, index) => {
    let top = 100;
    for (const kind of ["succeeded", "failed"]) {
      const height = (bar[kind] / most) * 96;
      if (height > 0) {
        top -= height;
        svg.append(svgElement("rect", { class: kind, x: index * 10 + 1.5, width: 7, y: top, height }));
      }
    }
    if (top === 100) {
      svg.append(svgElement("rect", { class: "none", x: index * 10 + 1.5, width: 7, y: 98, height: 2 }));
    }
  });
  return svg;
}

/** Drawings have a namespace of their own; `createElement` would make elements that show nothing. */
function svgElement(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function table(all, label, isOpen) {
  const rows = all.filter((bar) => bar.succeeded + bar.failed > 0);
  if (rows.length === 0) {
    return mutedLine("Refreshes of your logins appear here.");
  }
  const head = element("tr", {}, ...["From", "Succeeded", "Failed"].map((text) => element("th", { scope: "col", text })));
  const body = rows.map((bar) => element("tr", {},
    element("th", { scope: "row", text: label(bar.start) }),
    element("td", { text: bar.succeeded }),
    element("td", { text: bar.failed })));
  return element("details", { open: isOpen },
    element("summary", { text: "As a table" }),
    element("table", { class: "numbers" }, element("thead", {}, head), element("tbody", {}, ...body)));
}
