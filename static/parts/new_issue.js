// The form for a new issue.

import { call, withQuery } from "./call.js";
import { afterTyping, attempt, onSubmit } from "./controls.js";
import { openDrawer } from "./drawer.js";
import { element, note } from "./dom.js";
import { openIssue } from "./issue.js";
import { Once, isUnknown } from "./once.js";
import { problemNote } from "./problems.js";

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

// Suggestions are a help only: a form without them still works, so a failure is not worth a message.
const entries = async (path) => (await call(path).catch(() => ({ data: [] }))).data;
const projects = (typed) => entries(withQuery("/connectors/jira/projects", { q: typed, limit: 20 }));

/** The key of the project that somebody means by its key in any case, by its name, or by what fits one alone. */
async function keyOf(typed) {
  const found = await projects(typed);
  const isMeant = (text) => text.toLowerCase() === typed.toLowerCase();
  const meant = found.find(({ key }) => isMeant(key)) ?? found.find(({ name }) => isMeant(name)) ?? (found.length === 1 ? found[0] : null);
  return meant?.key ?? typed;
}

/** Finds projects while the key is typed, and the types of the project once there is one. */
function suggest({ project_key: project, issue_type: type }, suggestions) {
  const findProjects = async () => {
    const found = await projects(project.value.trim());
    suggestions.replaceChildren(...found.map(({ key, name }) => element("option", { value: key, text: name })));
  };
  const findTypes = async () => {
    const typed = project.value.trim();
    const key = typed && (await keyOf(typed));
    if (typed === project.value.trim()) {
      project.value = key;
    }
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

/** Sends the form, so that a second try cannot make a second issue. */
function submission({ fields, slot, button, created }) {
  const once = new Once();
  return function send() {
    Object.values(fields).forEach((field) => field.removeAttribute("aria-invalid"));
    const work = async () => {
      fields.project_key.value = await keyOf(fields.project_key.value.trim());
      const filled = Object.entries(fields).map(([name, field]) => [name, field.value.trim()]).filter(([, value]) => value);
      const body = Object.fromEntries(filled);
      const { data } = await call("/connectors/jira/create", { method: "POST", body, headers: once.headersFor(body) });
      created();
      openIssue(data.id, data.title ?? body.summary, [note("success", `${data.id} is created.`)]);
    };
    return attempt(button, slot, work, (problem) => {
      once.renewAfter(problem);
      if (isUnknown(problem)) {
        // Whoever looks finds it in the list.
        created();
      }
      const wrong = (problem.details.fields ?? []).filter((name) => name in fields);
      wrong.forEach((name) => fields[name].setAttribute("aria-invalid", "true"));
      slot.replaceChildren(problemNote(problem, problem.retryAfter ? send : null));
      fields[wrong[0]]?.focus();
    });
  };
}
