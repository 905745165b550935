// The drawer at the side of the dashboard, in which one issue, page or form is open.

import { call } from "./call.js";
import { byId, mutedLine } from "./dom.js";
import { problemNote } from "./problems.js";
import { ask } from "./question.js";

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

/** Whether somebody has written something here that is not sent yet. What a form is opened with is no draft. */
const hasDraft = () => drawer.open && [...body.querySelectorAll("input, textarea")].some(({ value, defaultValue }) => value !== defaultValue);

/** Closes the drawer, with a question before it throws a draft away. */
async function leave() {
  const question = byId("draft-question");
  if (!question.open && (!hasDraft() || (await ask(question)))) {
    drawer.close();
  }
}

// The browser gives the focus back to where the drawer was opened.
byId("drawer-close").addEventListener("click", leave);
// What was read does not stay in the page, and an answer that is still to come finds its place gone.
drawer.addEventListener("close", () => body.replaceChildren());
// The backdrop is a part of the dialog: a press beside the drawer has the dialog itself as its target.
drawer.addEventListener("click", (event) => event.target === drawer && leave());
drawer.addEventListener("keydown", (event) => {
  // A word that is being put together (an input method's) takes Escape for itself.
  if (event.key === "Escape" && !event.isComposing) {
    // Browsers close a dialog at the second Escape in a row, whatever `cancel` says (HTML standard, "close watchers").
    event.preventDefault();
    leave();
  }
});
// Other ways to close it than the keyboard's, such as a phone's gesture to go back.
drawer.addEventListener("cancel", (event) => {
  if (hasDraft()) {
    event.preventDefault();
    leave();
  }
});
addEventListener("beforeunload", (event) => hasDraft() && event.preventDefault());
