// The agents that a person has let in, and taking it back.

import { call } from "./call.js";
import { attempt } from "./controls.js";
import { announce, byId, mutedLine } from "./dom.js";
import { ask } from "./question.js";
import { moment } from "./times.js";

const list = () => byId("agent-list");

function confirmed(name) {
  const question = byId("agent-question");
  question.querySelector("h2").textContent = `Take back what ${name} may do?`;
  return ask(question);
}

/** Takes the line of an agent away; the focus goes to the next one, or to the heading of the list. */
function dropLine(line, name) {
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  announce(`${name} may do nothing any more.`);
  if (next) {
    next.querySelector("button").focus();
    return;
  }
  list().replaceWith(mutedLine("No program is let in."));
  byId("agents").focus();
}

function takeBack(line, button) {
  const { agent, name } = line.dataset;
  return attempt(button, byId("agents-message"), async () => {
    await call(`/agents/${encodeURIComponent(agent)}`, { method: "DELETE" });
    dropLine(line, name);
  });
}

export function startAgents() {
  for (const line of list()?.querySelectorAll("li") ?? []) {
    const button = line.querySelector("button");
    button.addEventListener("click", async () => {
      if (await confirmed(line.dataset.name)) {
        takeBack(line, button);
      }
    });
    for (const time of line.querySelectorAll("time")) {
      time.replaceWith(moment(time.dateTime));
    }
  }
}
