// Finds and builds parts of a page. What people wrote in Jira and Confluence stands in them, so text is only
// ever set as text, never as markup, and a link only ever leads to a web page.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. `properties` are attributes; `class` and `text` are what they say, a function listens to
 * the event of its name (`click: …`), `false`, `null` and `undefined` leave an attribute out. Children without
 * a value are left out too.
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      made.addEventListener(key, value);
    } else if (key === "class") {
      made.className = value;
    } else if (key === "text") {
      made.textContent = value;
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** One of the drawings that the page brings along in its templates. */
export const shape = (name) => byId(`shape-${name}`)?.content.cloneNode(true) ?? "";

/** A message with its drawing; `kind` is problem, warning, success or plain. */
export const note = (kind, text, ...more) =>
  element("div", { class: `note ${kind}` }, shape(kind), element("div", { class: "words" }, element("span", { text }), ...more));

/** A line in grey, such as what stands in the place of a list that is empty. */
export const mutedLine = (text) => element("p", { class: "muted", text });

/** The address if it leads to a web page or a mailbox, else `null`: `javascript:` and `data:` would run in this page. */
export function webAddress(address) {
  const url = URL.canParse(address ?? "") ? new URL(address) : null;
  return url && ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}

/** A link to another site, or plain text when the address does not lead to a web page. */
export function link(address, text) {
  const href = webAddress(address);
  return href ? element("a", { href, rel: "noreferrer noopener", text }) : element("span", { text });
}

/** Tells people who use a screen reader that something has changed. */
export function announce(text) {
  const announcer = byId("announcer");
  if (announcer) {
    announcer.textContent = text;
  }
}

/** Whether this page has controls that change something. */
export const mayWrite = () => !document.body.classList.contains("looks-only");
