// The form for a new issue.

import { call, withQuery } from "./call.js";
import { openDrawer } from "./drawer.js";
import { afterTyping, busy, el, note } from "./dom.js";
import { openIssue } from "./issue.js";
import { problemNote } from "./lists.js";

/** A key that makes a repeated press of the button one issue only. */
const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const labelled = (id, label, field, hint) => el("div", { class: "field" }, el("label", { for: id, text: label }), field, hint ? el("p", { class: "muted hint", id: `${id}-hint`, text: hint }) : null);

/** Opens the form, for a project if one is chosen. `made` is called with the key of the new issue. */
export function openNewIssue(project, made) {
  const fields = {
    project_key: el("input", { id: "new-project", name: "project_key", list: "new-projects", required: true, autocomplete: "off", spellcheck: "false", value: project ?? "", "aria-describedby": "new-project-hint" }),
    issue_type: el("select", { id: "new-type", name: "issue_type" }, el("option", { text: "Task" })),
    summary: el("input", { id: "new-summary", name: "summary", required: true, maxlength: "255", autocomplete: "off" }),
    description: el("textarea", { id: "new-description", name: "description", rows: "6", "aria-describedby": "new-description-hint" }),
  };
  const suggestions = el("datalist", { id: "new-projects" });
  const slot = el("div");
  const button = el("button", { class: "button primary", type: "submit", text: "Create the issue" });
  const form = el("form", { class: "write" },
    labelled("new-project", "Project", fields.project_key, "The project's key; type a part of its name to find it."), suggestions,
    labelled("new-type", "Type", fields.issue_type),
    labelled("new-summary", "Summary", fields.summary),
    labelled("new-description", "Description", fields.description, "Markdown works. May be empty."),
    slot, el("div", { class: "buttons" }, button));
  suggest(fields, suggestions);
  form.addEventListener("submit", submitted({ fields, slot, button, made }));
  openDrawer("New issue", form);
  (project ? fields.summary : fields.project_key).focus();
}

/** Finds projects while the key is typed, and the types of the project once there is one. */
function suggest({ project_key: project, issue_type: type }, suggestions) {
  const find = async () => {
    const { data } = await call(withQuery("/connectors/jira/projects", { q: project.value.trim(), limit: 20 })).catch(() => ({ data: [] }));
    suggestions.replaceChildren(...data.map(({ key, name }) => el("option", { value: key, text: name })));
  };
  const types = async () => {
    const key = project.value.trim();
    const path = `/connectors/jira/projects/${encodeURIComponent(key)}/issue-types`;
    const { data } = key ? await call(path).catch(() => ({ data: [] })) : { data: [] };
    const names = data.filter(({ subtask }) => !subtask).map(({ name }) => name);
    if (names.length > 0 && key === project.value.trim()) {
      const chosen = names.includes(type.value) ? type.value : names.includes("Task") ? "Task" : names[0];
      type.replaceChildren(...names.map((name) => el("option", { text: name, selected: name === chosen })));
    }
  };
  project.addEventListener("input", afterTyping(find));
  project.addEventListener("change", types);
  find();
  types();
}

function submitted({ fields, slot, button, made }) {
  let sent = { text: "", key: "" };
  const send = async () => {
    const body = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim()]).filter(([, value]) => value));
    const text = JSON.stringify(body);
    sent = sent.text === text ? sent : { text, key: freshKey() };
    slot.replaceChildren();
    Object.values(fields).forEach((field) => field.removeAttribute("aria-invalid"));
    await busy(button, async () => {
      try {
        const { data } = await call("/connectors/jira/create", { method: "POST", body, headers: { "Idempotency-Key": sent.key } });
        made(data.id);
        openIssue(data.id, data.title ?? body.summary, note("success", `${data.id} is created.`));
      } catch (problem) {
        const wrong = (problem.details.fields ?? []).filter((name) => name in fields);
        wrong.forEach((name) => fields[name].setAttribute("aria-invalid", "true"));
        slot.replaceChildren(problemNote(problem, problem.retryAfter ? send : null));
        fields[wrong[0]]?.focus();
      }
    });
  };
  return (event) => {
    event.preventDefault();
    send();
  };
}
