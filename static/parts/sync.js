// The stored copy of a product's list: how it stands, and a bar while it is made.

import { call } from "./call.js";
import { announce, busy, el, mayWrite, note } from "./dom.js";
import { moment } from "./times.js";

const known = new Map();
const usable = new Set();
const stripOf = (product) => document.querySelector(`.sync[data-product="${product}"]`);

/** Shows how a sync stands. */
export function showSync(report) {
  const before = known.get(report.product);
  known.set(report.product, report);
  const strip = stripOf(report.product);
  const { things } = strip.dataset;
  strip.hidden = !usable.has(report.product);
  strip.querySelector(".how").replaceChildren(...words(report, things));
  strip.querySelector(".bar-slot").replaceChildren(...(report.status === "running" ? [bar(report, things)] : []));
  const button = strip.querySelector("button");
  if (button) {
    button.hidden = report.status === "running";
    button.textContent = report.status === "idle" ? "Make a copy" : "Copy again";
  }
  if (report.status === "failed" && report.error) {
    strip.querySelector(".trouble").replaceChildren(note("problem", report.error));
  } else if (report.status !== before?.status) {
    strip.querySelector(".trouble").replaceChildren();
  }
  if (before && before.status !== report.status) {
    announce(`Stored copy of the ${things}: ${strip.querySelector(".how").textContent}`);
  }
}

function words({ status, fetched, total, removed, finished_at: finished, paused_until: paused }, things) {
  const count = (number) => number.toLocaleString();
  if (status === "running") {
    const progress = total ? `${count(fetched)} of ${count(total)} ${things}` : `${count(fetched)} ${things} so far`;
    return paused ? [`${progress}; Atlassian asked for a pause until `, moment(paused)] : [`copying, ${progress}`];
  }
  if (status === "succeeded") {
    const gone = removed ? `, ${count(removed)} removed` : "";
    return [`${count(fetched)} ${things}${gone} · `, moment(finished)];
  }
  return [status === "failed" ? "the last one did not finish" : `none yet; programs can read the ${things} from it quickly`];
}

function bar({ fetched, total }, things) {
  const made = el("progress", { "aria-label": `Copying ${things}` });
  if (total) {
    Object.assign(made, { max: total, value: Math.min(fetched, total) });
  }
  return made;
}

/** Shows the strip of a connection that works, once it is known how its sync stands; or hides it. */
export function offerSync(product, isUsable) {
  usable[isUsable ? "add" : "delete"](product);
  stripOf(product).hidden = !isUsable || !known.has(product);
}

/** Makes the strips. */
export function startSync() {
  for (const strip of document.querySelectorAll(".sync")) {
    const { product, things } = strip.dataset;
    const button = el("button", { class: "button small writes", type: "button", text: "Make a copy" });
    button.addEventListener("click", () => busy(button, () => begin(product, strip)));
    strip.append(
      el("p", { class: "line" }, el("strong", { text: "Stored copy: " }), el("span", { class: "how", text: "…" })),
      el("div", { class: "bar-slot" }), ...(mayWrite() ? [button] : []), el("div", { class: "trouble", role: "alert" }));
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", `Stored copy of the ${things}`);
  }
}

async function begin(product, strip) {
  strip.querySelector(".trouble").replaceChildren();
  try {
    const { data } = await call(`/connectors/${product}/sync`, { method: "POST" });
    showSync({ ...data, product });
  } catch (problem) {
    strip.querySelector(".trouble").replaceChildren(note("problem", problem.message));
  }
}
