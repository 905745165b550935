// Judges edits of pages and texts that were made by chance: one word changes, or a paragraph is added, and no other byte.

import { Page } from "./pages.mjs";
import { judgeXml } from "./storage.mjs";
import { Text } from "./texts.mjs";

const KINDS = { storage: Page, wiki: Text };

/** How many of each kind are made. */
const SEEDS = 1500;

/** The sources, and the word of each that is changed, as the program takes them. */
export function sources(seeds = SEEDS) {
  return Object.entries(KINDS).flatMap(([format, Kind]) => Array.from({ length: seeds }, (_, seed) => sourceOf(format, Kind, seed)));
}

function sourceOf(format, Kind, seed) {
  const made = new Kind(seed);
  const source = made.all();
  const words = made.words.filter((word) => source.includes(word));
  const word = words[seed % words.length] ?? "";
  return { name: `${format} ${seed}`, format, source, from: word, to: word.replace("z", "y") };
}

/** A paragraph as it is written into a source. */
const PARAGRAPH = {
  // Beside the sections of a layout nothing else stands.
  storage: (words) => [`<ac:layout-section ac:type="single"><ac:layout-cell><p>${words}</p></ac:layout-cell></ac:layout-section>`, `<p>${words}</p>`],
  wiki: (words) => [`${words}\n\n`, `\n\n${words}`, `\n${words}`],
};

/** Everything that is wrong with what was made of one of them. */
export function judgeSource({ format, source, from, to }, { shown, unchanged, changed, before, behind }) {
  const wrong = format === "storage" ? judgeXml(source) : [];
  const holds = (kind, { written, refused }, meant) => {
    if (refused !== undefined) {
      wrong.push(`${kind}: refused: ${refused}`);
    } else if (!meant(written)) {
      wrong.push(`${kind}: changes something else`);
    }
  };
  const isWithout = (words) => (written) => PARAGRAPH[format](words).some((paragraph) => written.replace(paragraph, "") === source);
  // A letter may be written as a reference beside a mark.
  const isSpelt = shown.includes(from);
  if (!isSpelt && !shown.includes("&#")) {
    wrong.push("a word is not shown");
  } else if (isSpelt && from !== "") {
    holds("changed", changed, (written) => written === source.replace(from, to));
  }
  holds("unchanged", unchanged, (written) => written === source);
  holds("before", before, isWithout("first word"));
  holds("behind", behind, isWithout("last word"));
  return wrong.map((finding) => `${format}: ${finding}`);
}
