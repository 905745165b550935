// The strip about the stored copy of a product's list: how old it is, and a bar while one is made.

import { call } from "./call.js";
import { attempt } from "./controls.js";
import { announce, element, mayWrite, note } from "./dom.js";
import { moment } from "./times.js";

/** The last report about each product's copy, and the products whose connection works. */
const known = new Map();
const usable = new Set();
const stripOf = (product) => document.querySelector(`.sync[data-product="${product}"]`);

/** Shows how far a copy is. */
export function showSync(report) {
  const before = known.get(report.product);
  known.set(report.product, report);
  const strip = stripOf(report.product);
  const { things } = strip.dataset;
  const isRunning = report.status === "running";
  strip.hidden = !usable.has(report.product);
  strip.querySelector(".how").replaceChildren(...describe(report, things));
  strip.querySelector(".bar-slot").replaceChildren(...(isRunning ? [bar(report, things)] : []));
  const button = strip.querySelector("button");
  if (button) {
    button.hidden = isRunning;
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

function describe({ status, fetched, total, removed, finished_at: finished, paused_until: paused, waits_for: reason }, things) {
  const count = (number) => number.toLocaleString();
  if (status === "running") {
    const progress = total ? `${count(fetched)} of ${count(total)} ${things}` : `${count(fetched)} ${things} so far`;
    return paused ? [`${progress}; rests until `, moment(paused), reason ? `: ${reason}` : ""] : [`copying, ${progress}`];
  }
  if (status === "succeeded") {
    const gone = removed ? `, ${count(removed)} removed` : "";
    return [`${count(fetched)} ${things}${gone} · `, moment(finished)];
  }
  return [status === "failed" ? "the last copy did not finish" : `none yet; programs can read the ${things} from a copy quickly`];
}

/** The bar; without a total it only shows that something is going on. */
function bar({ fetched, total }, things) {
  const progress = element("progress", { "aria-label": `Copying ${things}` });
  if (total) {
    Object.assign(progress, { max: total, value: Math.min(fetched, total) });
  }
  return progress;
}

/** Shows the strip of a connection that works, once there is a report about its copy; or hides it. */
export function offerSync(product, isUsable) {
  usable[isUsable ? "add" : "delete"](product);
  stripOf(product).hidden = !isUsable || !known.has(product);
}

/** Fills the strips. */
export function startSync() {
  for (const strip of document.querySelectorAll(".sync")) {
    const { product, things } = strip.dataset;
    const trouble = element("div", { class: "trouble", role: "alert" });
    const button = element("button", { class: "button small writes", type: "button", text: "Make a copy" });
    button.addEventListener("click", () => attempt(button, trouble, async () => {
      const { data } = await call(`/connectors/${product}/sync`, { method: "POST" });
      showSync({ ...data, product });
    }));
    strip.append(
      element("p", { class: "line" }, element("strong", { text: "Stored copy: " }), element("span", { class: "how", text: "…" })),
      element("div", { class: "bar-slot" }), ...(mayWrite() ? [button] : []), trouble);
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", `Stored copy of the ${things}`);
  }
}
