// The form for a new issue.

import { call, withQuery } from "./call.js";
import { afterTyping, attempt, onSubmit } from "./controls.js";
import { openDrawer } from "./drawer.js";
import { element, note } from "./dom.js";
import { openIssue } from "./issue.js";
import { problemNote } from "./problems.js";

/** `crypto.randomUUID` would be shorter, but browsers have it on https and localhost only. */
const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function labelled(label, field, hint) {
  const { id } = field;
  return element("div", { class: "field" },
    element("label", { for: id, text: label }), field,
    hint ? element("p", { class: "muted hint", id: `${id}-hint`, text: hint }) : null);
}

/** Opens the form, for a project if one is chosen. `created` is called when the issue has been created. */
export function openNewIssue(project, created) {
  const fields = {
    project_key: element("input", {
      id: "new-project", name: "project_key", list: "new-projects", required: true, autocomplete: "off", spellcheck: "false",
      value: project ?? "", "aria-describedby": "new-project-hint",
    }),
    issue_type: element("select", { id: "new-type", name: "issue_type" }, element("option", { text: "Task" })),
    summary: element("input", { id: "new-summary", name: "summary", required: true, maxlength: "255", autocomplete: "off" }),
    description: element("textarea", { id: "new-description", name: "description", rows: "6", "aria-describedby": "new-description-hint" }),
  };
  const suggestions = element("datalist", { id: "new-projects" });
  const slot = element("div");
  const button = element("button", { class: "button primary", type: "submit", text: "Create the issue" });
  const form = element("form", { class: "write" },
    labelled("Project", fields.project_key, "The project's key. Type a part of its name to find it."), suggestions,
    labelled("Type", fields.issue_type),
    labelled("Summary", fields.summary),
    labelled("Description", fields.description, "Optional. Markdown works."),
    slot, element("div", { class: "buttons" }, button));
  suggest(fields, suggestions);
  onSubmit(form, submission({ fields, slot, button, created }));
  openDrawer("New issue", form);
  (project ? fields.summary : fields.project_key).focus();
}

/** Finds projects while the key is typed, and the types of the project once there is one. */
function suggest({ project_key: project, issue_type: type }, suggestions) {
  // Suggestions are a help only: a form without them still works, so a failure is not worth a message.
  const entries = async (path) => (await call(path).catch(() => ({ data: [] }))).data;
  const findProjects = async () => {
    const found = await entries(withQuery("/connectors/jira/projects", { q: project.value.trim(), limit: 20 }));
    suggestions.replaceChildren(...found.map(({ key, name }) => element("option", { value: key, text: name })));
  };
  const findTypes = async () => {
    const key = project.value.trim();
    const found = key ? await entries(`/connectors/jira/projects/${encodeURIComponent(key)}/issue-types`) : [];
    // A subtask needs a parent, which this form does not ask for.
    const names = found.filter(({ subtask }) => !subtask).map(({ name }) => name);
    if (names.length > 0 && key === project.value.trim()) {
      const chosen = [type.value, "Task"].find((name) => names.includes(name)) ?? names[0];
      type.replaceChildren(...names.map((name) => element("option", { text: name, selected: name === chosen })));
    }
  };
  project.addEventListener("input", afterTyping(findProjects));
  project.addEventListener("change", findTypes);
  findProjects();
  findTypes();
}

/** Sends the form. The same content goes out under the same key, so that a second try cannot make a second issue. */
function submission({ fields, slot, button, created }) {
  let sent = { text: "", key: "" };
  return function send() {
    const filled = Object.entries(fields).map(([name, field]) => [name, field.value.trim()]).filter(([, value]) => value);
    const body = Object.fromEntries(filled);
    const text = JSON.stringify(body);
    sent = sent.text === text ? sent : { text, key: randomKey() };
    Object.values(fields).forEach((field) => field.removeAttribute("aria-invalid"));
    const work = async () => {
      const { data } = await call("/connectors/jira/create", { method: "POST", body, headers: { "Idempotency-Key": sent.key } });
      created();
      openIssue(data.id, data.title ?? body.summary, [note("success", `${data.id} is created.`)]);
    };
    return attempt(button, slot, work, (problem) => {
      const wrong = (problem.details.fields ?? []).filter((name) => name in fields);
      wrong.forEach((name) => fields[name].setAttribute("aria-invalid", "true"));
      slot.replaceChildren(problemNote(problem, problem.retryAfter ? send : null));
      fields[wrong[0]]?.focus();
    });
  };
}
