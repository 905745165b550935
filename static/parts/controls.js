// Buttons, forms and fields: one press at a time, a failure beside its control, no call for every letter.

import { note } from "./dom.js";

/** Calls `work` when a form is submitted; the browser does not leave the page. */
export function onSubmit(form, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    work();
  });
}

/** Does `work` while the button cannot be pressed again, and gives the focus back to it. */
export async function busy(button, work) {
  const hadFocus = document.activeElement === button;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    // A disabled button loses the focus to the body. It returns only if the person has not moved on since.
    if (hadFocus && document.activeElement === document.body && button.isConnected && !button.hidden) {
      button.focus();
    }
  }
}

/**
 * Does `work` for a button. What failed before is taken out of `slot`; what fails now is shown there, or is
 * left to `failed`.
 */
export function attempt(button, slot, work, failed = (problem) => slot.replaceChildren(note("problem", problem.message))) {
  slot.replaceChildren();
  return busy(button, async () => {
    try {
      await work();
    } catch (problem) {
      failed(problem);
    }
  });
}

/** Calls `work` once the typing has paused: one request for a word, not one for each of its letters. */
export function afterTyping(work, milliseconds = 250) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
