// The drawer at the side of the dashboard, in which one issue, page or form is open.

import { call } from "./call.js";
import { byId, mutedLine } from "./dom.js";
import { problemNote } from "./problems.js";

const drawer = byId("drawer");
const title = byId("drawer-title");
const body = byId("drawer-body");

/** Opens the drawer, or replaces what is in it. */
export function openDrawer(heading, ...children) {
  title.textContent = heading;
  body.replaceChildren(...children);
  drawer.scrollTop = 0;
  if (!drawer.open) {
    drawer.showModal();
  }
  title.focus();
}

/** Opens the drawer and reads what is at `path` into it. `draw(data)` makes the elements; a failure offers another try. */
export async function readInDrawer(heading, path, draw) {
  const waiting = mutedLine("Loading …");
  openDrawer(heading, waiting);
  try {
    const { data } = await call(path);
    fill(waiting, data.title, draw(data));
  } catch (problem) {
    fill(waiting, heading, [problemNote(problem, () => readInDrawer(heading, path, draw))]);
  }
}

/** Replaces `waiting`, unless the person has closed the drawer or opened something else in the meantime. */
function fill(waiting, heading, children) {
  if (drawer.open && waiting.isConnected) {
    title.textContent = heading;
    body.replaceChildren(...children);
  }
}

// The browser gives the focus back to where the drawer was opened.
byId("drawer-close").addEventListener("click", () => drawer.close());
// What was read does not stay in the page, and an answer that is still to come finds its place gone.
drawer.addEventListener("close", () => body.replaceChildren());
// The backdrop is a part of the dialog: a press beside the drawer has the dialog itself as its target.
drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
