// A text from Jira or Confluence takes as long as it is: four times the text, four times the time, whatever it is made
// of. Time by growth, not by seconds: a machine may be slow, but a reader that looks at a sign again for every other
// sign takes sixteen times as long.

import assert from "node:assert/strict";

import { stories } from "./support/browser.mjs";

const story = stories();
const LENGTH = 10_000;
/** Between four, for work that grows as the text does, and sixteen, for its square. */
const MOST_GROWTH = 9;
/** Below this the browser says more than the text; the square of its length would take seconds. */
const MEASURABLE_MILLISECONDS = 40;
const TRIES = 3;
/** A time that looks too long is taken again: what else the machine does makes single ones longer, never shorter. */
const ROUNDS = 5;

const nested = (mark) => (length) => {
  const lines = [];
  for (let size = 0, depth = 0; size < length; depth = (depth + 1) % 200) {
    lines.push(`${"  ".repeat(depth)}${mark}x`);
    size += lines.at(-1).length + 1;
  }
  return lines.join("\n");
};
const filled = (before, filler, after = "") => (length) => `${before}${filler.repeat(Math.ceil(length / filler.length))}${after}`;
const halves = (first, second) => (length) => first.repeat(length / 2 / first.length) + second.repeat(length / 2 / second.length);

/** Texts of about any length, each the worst for some construct. */
const HOSTILE = {
  "a heading and blanks": filled("# a", " ", "b"),
  "a heading and signs": filled("# a", "# ", "b"),
  "a heading that closes": filled("# a ", "#", "b"),
  "a rule that is none": filled("", "- ", "x"),
  "a rule of stars": filled("", "* ", "x"),
  "an item and blanks": filled("- ", " ", "\u2028x"),
  "a task and blanks": filled("- [ ]", " ", "\u2028x"),
  "a number and blanks": filled("1. ", " ", "\u2028x"),
  "blanks before a bar": filled("|", " ", "x\n-"),
  "blanks around bars": filled("|\n", " | ", "x"),
  "a table without a row": filled("a|b\n", "-|", "x"),
  "a wide table": filled("", "|a"),
  "a wide table with its line": (length) => `${"|a".repeat(length / 4)}\n${"|-".repeat(length / 4)}`,
  "a long table": (length) => `|a|b|\n|-|-|\n${"|x|*y*|\n".repeat(length / 8)}`,
  "lines of bars": filled("", "|-\n"),
  "bars behind backslashes": filled("a|b\n-|-\n", "\\|"),
  "one line": filled("", " ", "x"),
  "blanks in lines": filled("", "a  \n"),
  "blanks before an end": filled("", "a          \n"),
  "blank lines": filled("a", "\n", "b"),
  "lines": filled("", "a\n"),
  "tabs": filled("a", "\t", "b"),
  "quotes": filled("", ">"),
  "quotes apart": filled("", "> "),
  "quoted lines": filled("", "> > a\n"),
  "nested items": nested("- "),
  "nested numbers": nested("1. "),
  "nested signs": filled("", "- * + 1. "),
  "items": filled("", "- a\n"),
  "items and gaps": filled("", "- a\n\n"),
  "a fence": filled("", "```\n"),
  "fences that do not end": filled("````\n", "~~~\n"),
  "a long fence": filled("", "`", "\na"),
  "stars": filled("", "*"),
  "stars and letters": filled("", "*a"),
  "stars apart": filled("", "*a "),
  "stars that end": halves("a* ", "b* "),
  "pairs of stars": halves("**a", "b**"),
  "stars within each other": halves("*a **b ", "c** d* "),
  "marks that cross": filled("", "*a _b* c_ "),
  "marks that cross in pairs": filled("", "**a __b ~~c** "),
  "lines below": filled("", "_"),
  "lines below words": filled("", "_a "),
  "waves": filled("", "~~a "),
  "waves within each other": halves("~~a ", " b~~"),
  "brackets": filled("", "["),
  "brackets that close": halves("[", "]"),
  "closing brackets": filled("", "]"),
  "addresses that do not end": filled("", "[a]("),
  "addresses in a row": filled("", "[a](b "),
  "addresses in brackets": halves("[", "](a"),
  "addresses with parentheses": halves("[", "](a(b)"),
  "titles that do not end": filled("", "[a](b \""),
  "titles and blanks": filled("[a](b", " ", "x"),
  "links": filled("", "[a](https://a.example)"),
  "links around marks": filled("", "[*a](b)* "),
  "pictures": filled("", "!["),
  "pictures in links": filled("", "[![a](b)](c)"),
  "signs of picture": filled("", "!"),
  "ticks": filled("", "`"),
  "ticks and letters": filled("", "`a``"),
  "ticks of every length": (length) => Array.from({ length: Math.sqrt(length * 2) }, (_, index) => `${"`".repeat(index + 1)}a`).join(""),
  "code": filled("", "`a` "),
  "angles": filled("", "<"),
  "angles and schemes": filled("", "<http:"),
  "tags": filled("", "<sub>"),
  "tags within each other": halves("<u><sup>", "</sup></u>"),
  "tags that end": filled("", "</sub>"),
  "backslashes": filled("", "\\"),
  "backslashes and lines": filled("", "a\\\n"),
  "references": filled("", "&#97;"),
  "references that do not end": filled("", "&#9"),
  "signs of references": filled("", "&"),
  "mailboxes that do not end": filled("", "<a@"),
  "notes": filled("", "[^1]"),
  "notes below": filled("", "[^1]: a\n\n"),
  "a note and blanks": filled("[^1]: a", "\n", "    b"),
  "details": filled("", "<details>\n\n"),
  "details that end": filled("<details>\n", "</details>\n"),
  "columns": filled("", "[column](keep:column-1)\n"),
  "columns and ends": filled("", "[c](keep:column-1)\n[c](keep:end-column-2)\n"),
  "panels": filled("", "> [!NOTE]\n> "),
  "placeholders": filled("", "[a](keep:b-1)"),
  "a placeholder that does not end": filled("[", "\\]"),
  "people": filled("", "@[a](accountid:b)"),
  "titles of code that do not end": filled("```a ", "title=\"\\\""),
  "titles full of backslashes": filled("[a](b \"", "\\\"", "x"),
  "stars that may pair with some": filled("", "a**b*c***d"),
  "stars that pair with none": halves("a** ", "b*c "),
  "letters": filled("", "a"),
  "letters of two units": filled("", "😀"),
};

/** In the page: how long a text takes until it is laid out, as the least of several tries. */
async function measure([text, tries]) {
  const { markdown } = await import("/static/parts/markdown.js");
  const place = document.createElement("div");
  document.body.append(place);
  const times = Array.from({ length: tries }, () => {
    const start = performance.now();
    place.append(markdown(text));
    place.getBoundingClientRect();
    const time = performance.now() - start;
    place.replaceChildren();
    return time;
  });
  place.remove();
  return Math.min(...times);
}

/** The times of a text and of one that is four times as long, if the second is too long for the first. */
async function tooLong(timeOf, short, long) {
  let [before, after] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    before = Math.min(before, await timeOf(short));
    after = Math.min(after, await timeOf(long));
    if (after <= Math.max(MEASURABLE_MILLISECONDS, before * MOST_GROWTH)) {
      return null;
    }
  }
  return `${short.length} characters take ${before.toFixed(1)} ms, ${long.length} take ${after.toFixed(1)} ms`;
}

story("a text takes as long as it is, whatever it is made of", async ({ page, stage }) => {
  await page.goto(`${stage.service}/login`);
  const timeOf = (text) => page.evaluate(measure, [text, TRIES]);
  const found = [];
  for (const [name, make] of Object.entries(HOSTILE)) {
    // One that takes the cube of its length is found out while it is short.
    const slow = (await tooLong(timeOf, make(LENGTH / 4), make(LENGTH))) ?? (await tooLong(timeOf, make(LENGTH), make(LENGTH * 4)));
    if (slow) {
      found.push(`${name}: ${slow}`);
    }
  }
  assert.deepEqual(found, []);
});

story("a text that is longer than anybody reads is cut, and that is said", async ({ page, stage }) => {
  await page.goto(`${stage.service}/login`);
  const shown = await page.evaluate(async () => {
    const { markdown } = await import("/static/parts/markdown.js");
    return [markdown("**a** ".repeat(100_000)), markdown("a\n\n".repeat(5_000)), markdown("a")].map((each) => each.textContent);
  });
  assert.ok(shown[0].length < 60_000, String(shown[0].length));
  assert.match(shown[0].slice(-100), /The text goes on: its first 50,000 characters of 600,000 are shown here\.$/);
  assert.match(shown[1], /The text goes on: its first 2,999 characters of 15,000 are shown here\.$/);
  assert.equal(shown[2], "a");
});
