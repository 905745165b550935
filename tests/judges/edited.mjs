// Judges edits of documents that Atlassian's schema allows: one word changes, or a paragraph is added, and nothing else.

import { isDeepStrictEqual } from "node:util";

import { judgeAdf } from "./adf.mjs";
import { generated } from "./generated.mjs";

/** Of the documents that the schema allows Atlassian's validator refuses more than half. */
const SEEDS = 3000;

/** Fewer say nothing: then the generator or the validator is broken. */
const FEWEST_DOCUMENTS = 1000;

/** A text that Markdown shows as a link, whatever the document says. With another word in it, it becomes one. */
const READS_AS_ADDRESS = /:\/\/|www\.|@/;

/** Every word that stands nowhere else in the document, and that an edit can change: of a caption none can. */
function words(node) {
  if (node.type === "text") {
    return READS_AS_ADDRESS.test(node.text) ? [] : (node.text.match(/qw\d+z/g) ?? []);
  }
  return node.type === "caption" ? [] : (node.content ?? []).flatMap(words);
}

/** A document with texts that are marked alike joined, as every editor joins them. */
function joined(node) {
  const content = [];
  for (const child of (node.content ?? []).map(joined)) {
    const last = content.at(-1);
    if (child.type === "text" && last?.type === "text" && isDeepStrictEqual(last.marks ?? [], child.marks ?? [])) {
      content[content.length - 1] = { ...last, text: last.text + child.text };
    } else {
      content.push(child);
    }
  }
  return { ...node, content };
}

/** The documents, and the word of each that is changed, as the program takes them. */
export function inputs() {
  const documents = Array.from({ length: SEEDS }, (_, seed) => ({ seed, adf: generated(seed) }));
  const valid = documents.filter(({ adf }) => judgeAdf(adf).length === 0);
  if (valid.length < FEWEST_DOCUMENTS) {
    throw new Error(`only ${valid.length} of ${SEEDS} generated documents are valid`);
  }
  return valid.map(({ seed, adf }) => {
    const all = words(adf);
    const word = all[seed % all.length] ?? "";
    return { name: `generated ${seed}`, adf, from: word, to: word.replace("z", "y") };
  });
}

/** The document without the paragraph that was added; it as it is where none was. */
function without(document, text) {
  const isAdded = ({ type, content }) => type === "paragraph" && content?.[0]?.text === text;
  return { ...document, content: document.content.filter((block) => !isAdded(block)) };
}

/** Everything that is wrong with what was made of one of them. */
export function judgeEdited({ adf, from, to }, made) {
  const wrong = [];
  const judge = (kind, expected, seen) => {
    const { refused, written } = made[kind];
    if (refused !== undefined) {
      wrong.push(`generated (${kind}): refused: ${refused}`);
      return;
    }
    judgeAdf(written).forEach((finding) => wrong.push(`generated (${kind}): ${finding}`));
    if (!isDeepStrictEqual(seen(written), expected)) {
      wrong.push(`generated (${kind}): changes something else`);
    }
  };
  judge("unchanged", adf, (written) => written);
  judge("before", adf, (written) => without(written, "first word"));
  judge("behind", adf, (written) => without(written, "last word"));
  // A letter that Markdown would take for the end of a mark is shown as a reference.
  if (from !== "" && made.shown.includes(from)) {
    judge("changed", joined(JSON.parse(JSON.stringify(adf).replace(from, to))), joined);
  }
  return wrong;
}
