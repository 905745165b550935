// Building parts of the page. Text is only ever set as text, and addresses must be those of web pages.

/**
 * An element. `properties` are attributes; `class` and `text` are what they say, functions listen
 * (`click: …`), `false` and nothing leave an attribute out.
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(key, value);
    } else if (key === "class") {
      element.className = value;
    } else if (key === "text") {
      element.textContent = value;
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** One of the drawings that the page brings along. */
export const shape = (name) => document.getElementById(`shape-${name}`)?.content.cloneNode(true) ?? "";

/** A message with its drawing; `kind` is problem, warning, success or plain. */
export const note = (kind, text, ...more) => el("div", { class: `note ${kind}` }, shape(kind), el("div", { class: "words" }, el("span", { text }), ...more));

/** An address if it is that of a web page; hostile and broken ones are none. */
export function webAddress(address) {
  const url = URL.canParse(address ?? "") ? new URL(address) : null;
  return url && ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}

/** A link to elsewhere, or plain text when the address is not that of a web page. */
export function link(address, text) {
  const href = webAddress(address);
  return href ? el("a", { href, rel: "noreferrer noopener", text }) : el("span", { text });
}

/** Tells people who do not see the page that something has changed. */
export function announce(text) {
  const announcer = document.getElementById("announcer");
  if (announcer) {
    announcer.textContent = text;
  }
}

/** Does `work` while a button cannot be pressed again, and keeps the focus on it. */
export async function busy(button, work) {
  const had = document.activeElement === button;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    if (had && document.activeElement === document.body && button.isConnected && !button.hidden) {
      button.focus();
    }
  }
}

/** Calls `work` once the typing has paused. */
export function afterTyping(work, milliseconds = 250) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), milliseconds);
  };
}

/** Whether controls that change something are on this page. */
export const mayWrite = () => !document.body.classList.contains("looks-only");
