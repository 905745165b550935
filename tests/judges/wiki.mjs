// Judges wiki markup: only macros that Jira Data Center knows, closed as they were opened.

/** A name, and what is said about it. */
const MACRO = /(?<!\\)\{([a-zA-Z]\w*)(?::([^}\n]*)|[^}\n]*)\}/;

/** Every macro of Jira that is written; `{info}` and its like are Confluence's. */
const BLOCKS = ["quote", "panel"];
const LITERAL = ["code", "noformat"];

/** The languages of `{code}`: those that Jira Data Center names in its message of an unknown one. */
const LANGUAGES = (
  "actionscript ada applescript bash c c# c++ cpp css erlang go groovy haskell html java javascript js json lua none " +
  "nyan objc perl php python r rainbow ruby scala sh sql swift visualbasic xml yaml"
).split(" ");

/** The macros of a text in order; what stands in a literal one is none. An end that is missing is said. */
function macros(source, wrong) {
  const found = [];
  // Braces that are escaped, and those of marks and of literal text within a line, open nothing.
  let rest = source.replaceAll(/\{\{.*?\}\}/g, (literal) => " ".repeat(literal.length));
  for (let brace = MACRO.exec(rest); brace !== null; brace = MACRO.exec(rest)) {
    const [all, name, parameter] = brace;
    found.push({ all, name, parameter });
    rest = rest.slice(brace.index + all.length);
    if (LITERAL.includes(name)) {
      const end = rest.indexOf(`{${name}}`);
      if (end < 0) {
        wrong.push(`macro: ${name} has no end`);
        break;
      }
      rest = rest.slice(end + name.length + 2);
    }
  }
  return found;
}

/** What is wrong with a text. */
export function judgeWiki(source) {
  const wrong = [];
  const open = [];
  for (const { all, name, parameter } of macros(source, wrong)) {
    if (LITERAL.includes(name)) {
      const language = parameter?.split("|").find((setting) => !setting.includes("="));
      if (language !== undefined && !LANGUAGES.includes(language)) {
        wrong.push(`language: ${language}`);
      }
    } else if (!BLOCKS.includes(name)) {
      wrong.push(`macro: ${all}`);
    } else if (open.at(-1) === name) {
      open.pop();
    } else if (open.includes(name)) {
      wrong.push(`macro: ${name} inside of itself`);
    } else {
      open.push(name);
    }
  }
  wrong.push(...open.map((name) => `macro: ${name} has no end`));
  return wrong;
}
