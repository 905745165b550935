// What the readers of Markdown's blocks ask of a line, and entries that go on over several lines. Every line is looked
// at a few times at most, whatever somebody wrote.

/** From here on it is no heading, rule or quote any more. */
const TOO_FAR_IN = 4;

export const isBlank = (line) => line.trim() === "";
export const indentOf = (line) => line.length - line.trimStart().length;

/** What a line says, if it stands near enough to the margin to be a block of its own. */
export const words = (line) => (indentOf(line) < TOO_FAR_IN ? line.trim() : "");

/** The first line from `at` on that does not belong to the block. */
export function endOf(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end], end)) {
    end += 1;
  }
  return end;
}

/**
 * Entries under each other, each as its lines, and the line after them. `begin` gives the text of the entry that begins
 * in a line, `goOn` what a line adds to the last entry; both give `null` where there is none. Blank lines belong to what
 * follows them.
 */
export function entriesOf(lines, at, { begin, goOn }) {
  const entries = [];
  let blanks = [];
  let end = at;
  for (let index = at; index < lines.length; index += 1) {
    const line = lines[index];
    if (isBlank(line)) {
      blanks.push("");
      continue;
    }
    const first = begin(line);
    const more = first === null ? goOn(line) : null;
    if (first !== null) {
      entries.push([first]);
    } else if (more === null) {
      break;
    } else {
      entries.at(-1).push(...blanks, more);
    }
    blanks = [];
    end = index + 1;
  }
  return [entries, end];
}

/** One by one: as arguments of one call, thousands of them are more than a browser takes. */
export function appendAll(parent, children) {
  children.forEach((child) => parent.append(child));
  return parent;
}
