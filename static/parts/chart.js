// Refreshes over time: a small chart, and the same as a sentence and as a table.

import { el } from "./dom.js";
import { now } from "./times.js";

const SVG = "http://www.w3.org/2000/svg";
const HOUR = 3_600_000;
const hourOf = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric" });
const PERIODS = {
  day: { words: "the last 24 hours", count: 24, label: (date) => hourOf.format(date), every: 6 },
  week: { words: "the last 7 days", count: 7, label: (date) => dayOf.format(date), every: 1 },
};

let period = "day";
let statistics = null;

/** Shows the statistics. */
export function showStatistics(fresh) {
  statistics = fresh;
  for (const name of ["succeeded", "failed", "attempted"]) {
    document.getElementById(`figure-${name}`).textContent = fresh[name].toLocaleString();
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
  // Bars move on with the hours, whether something happens or not.
  setInterval(draw, HOUR / 12);
}

/** The beginning of the bar that lies `back` bars before the present one, in the reader's zone. */
function beginning(back) {
  const date = new Date(now());
  if (period === "day") {
    date.setMinutes(0, 0, 0);
    return new Date(date.getTime() - back * HOUR);
  }
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() - back);
  return date;
}

function bars() {
  const { count } = PERIODS[period];
  const made = Array.from({ length: count }, (_, index) => ({ start: beginning(count - 1 - index), succeeded: 0, failed: 0 }));
  for (const hour of statistics.hours) {
    const bar = made.findLast(({ start }) => start <= new Date(hour.start));
    if (bar) {
      bar.succeeded += hour.succeeded;
      bar.failed += hour.failed;
    }
  }
  return made;
}

function draw() {
  if (!statistics) {
    return;
  }
  const { words, label, every } = PERIODS[period];
  const all = bars();
  const sum = (name) => all.reduce((total, bar) => total + bar[name], 0);
  const text = `In ${words}: ${sum("succeeded").toLocaleString()} succeeded, ${sum("failed").toLocaleString()} failed.`;
  const most = Math.max(1, ...all.map((bar) => bar.succeeded + bar.failed));
  const labels = all.filter((_, index) => (all.length - 1 - index) % every === 0).map(({ start }) => el("span", { text: label(start) }));
  const open = document.querySelector("#chart details")?.open;
  document.getElementById("chart").replaceChildren(
    el("figure", { class: "chart" },
      el("div", { class: "plot" }, el("span", { class: "most", "aria-hidden": "true", text: most }), picture(all, most, text)),
      el("div", { class: `labels ${period}`, "aria-hidden": "true" }, ...labels),
      el("figcaption", { text })),
    table(all, label, open));
}

function picture(all, most, text) {
  const svg = node("svg", { viewBox: `0 0 ${all.length * 10} 100`, preserveAspectRatio: "none", role: "img", "aria-label": text });
  all.forEach((bar, index) => {
    let top = 100;
    for (const kind of ["succeeded", "failed"]) {
      const height = (bar[kind] / most) * 96;
      if (height > 0) {
        top -= height;
        svg.append(node("rect", { class: kind, x: index * 10 + 1.5, width: 7, y: top, height }));
      }
    }
    if (top === 100) {
      svg.append(node("rect", { class: "none", x: index * 10 + 1.5, width: 7, y: 98, height: 2 }));
    }
  });
  return svg;
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function table(all, label, open) {
  const rows = all.filter((bar) => bar.succeeded + bar.failed > 0);
  if (rows.length === 0) {
    return el("p", { class: "muted", text: "Logins are refreshed by themselves shortly before they expire; it shows here." });
  }
  const head = el("tr", {}, ...["From", "Succeeded", "Failed"].map((text) => el("th", { scope: "col", text })));
  const body = rows.map((bar) => el("tr", {}, el("th", { scope: "row", text: label(bar.start) }), el("td", { text: bar.succeeded }), el("td", { text: bar.failed })));
  return el("details", { open: Boolean(open) }, el("summary", { text: "As a table" }), el("table", { class: "numbers" }, el("thead", {}, head), el("tbody", {}, ...body)));
}
