// Judges storage format: well-formed XML of the elements, attributes and macros that Confluence knows, at their places.

import { SaxesParser } from "saxes";

const MACROS = ["code", "info", "note", "tip", "warning", "expand"];

const BLOCKS = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr", "table", "ac:structured-macro", "ac:task-list"];
const RUNNING = ["strong", "em", "del", "u", "sub", "sup", "code", "a", "br", "ac:link", "ac:image", "#text"];

/** What may stand inside of what; `#text` is text that shows something. */
const INSIDE = {
  page: BLOCKS,
  blockquote: BLOCKS,
  li: BLOCKS,
  "ac:rich-text-body": BLOCKS,
  ul: ["li"],
  ol: ["li"],
  table: ["tbody"],
  tbody: ["tr"],
  tr: ["th", "td"],
  hr: [],
  br: [],
  "ac:structured-macro": ["ac:parameter", "ac:rich-text-body", "ac:plain-text-body"],
  "ac:parameter": ["#text"],
  "ac:plain-text-body": ["#text"],
  "ac:task-list": ["ac:task"],
  "ac:task": ["ac:task-id", "ac:task-status", "ac:task-body"],
  "ac:task-id": ["#text"],
  "ac:task-status": ["#text"],
  "ac:task-body": [...RUNNING, "ac:task-list"],
  "ac:link": ["ri:user", "ri:page", "ri:attachment", "ac:link-body"],
  "ac:link-body": RUNNING,
  "ac:image": ["ri:url"],
  "ri:user": [],
  "ri:page": [],
  "ri:url": [],
};
for (const name of ["p", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td", "strong", "em", "del", "u", "sub", "sup", "code", "a"]) {
  INSIDE[name] = RUNNING;
}

const ATTRIBUTES = {
  a: ["href", "title"],
  ol: ["start"],
  "ac:structured-macro": ["ac:name"],
  "ac:parameter": ["ac:name"],
  "ac:link": ["ac:anchor"],
  "ac:image": ["ac:alt", "ac:title"],
  "ri:user": ["ri:account-id"],
  "ri:page": ["ri:content-title", "ri:space-key"],
  "ri:url": ["ri:value"],
};

/** The languages of Data Center's code macro, from Atlassian's documentation of it; it shows an error for any other. */
const LANGUAGES = (
  "actionscript3 applescript bash c# coldfusion cpp css delphi diff erl groovy java jfx js perl php powershell py ruby " +
  "sass scala sql text vb xml yml"
).split(" ");

/** A parser that says what is no XML. */
function reader(wrong) {
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => wrong.push(`XML: ${error.message}`));
  return parser;
}

/** Reads a page with the namespaces of storage format. */
function read(parser, source, wrong) {
  try {
    parser.write(`<page xmlns:ac="urn:ac" xmlns:ri="urn:ri">${source}</page>`).close();
  } catch (error) {
    wrong.push(`XML: ${error.message}`);
  }
}

/** What is wrong with a page that holds more than is written here, HTML's entities among it. */
export function judgeXml(source) {
  const wrong = [];
  const parser = reader(wrong);
  Object.assign(parser.ENTITIES, { nbsp: "\u{a0}", hellip: "…", rsquo: "’" });
  read(parser, source, wrong);
  return wrong;
}

/** What is wrong with a page for Data Center. */
export function judgeDataCenter(source) {
  const macros = source.matchAll(/<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">([^<]*)/g);
  const languages = [...macros].map(([, language]) => language).filter((language) => !LANGUAGES.includes(language));
  return [...judgeXml(source), ...languages.map((language) => `language: ${language}`)];
}

/** What is wrong with a page. */
export function judgeStorage(source) {
  const wrong = [];
  const parser = reader(wrong);
  const open = [];
  const stand = (name) => {
    const around = open.at(-1);
    if (around !== undefined && !(INSIDE[around] ?? []).includes(name)) {
      wrong.push(`structure: ${name} inside of ${around}`);
    }
  };
  parser.on("opentag", ({ name, attributes }) => {
    stand(name);
    open.push(name);
    const names = Object.keys(attributes).filter((attribute) => !attribute.startsWith("xmlns"));
    const unknown = names.filter((attribute) => !(ATTRIBUTES[name] ?? []).includes(attribute));
    wrong.push(...unknown.map((attribute) => `attribute: ${attribute} of ${name}`));
    if (name === "ac:structured-macro" && !MACROS.includes(attributes["ac:name"].value)) {
      wrong.push(`macro: ${attributes["ac:name"].value}`);
    }
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", (text) => text.trim() !== "" && stand("#text"));
  parser.on("cdata", () => open.at(-1) !== "ac:plain-text-body" && wrong.push("structure: literal text outside of code"));
  parser.on("comment", () => wrong.push("structure: a comment"));
  read(parser, source, wrong);
  return wrong;
}
