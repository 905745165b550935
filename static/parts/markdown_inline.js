// The inside of a paragraph as elements: its signs, the marks among them that belong together, what they make. Each
// walk looks at a sign a few times at most, whatever somebody wrote.

import { element, link } from "./dom.js";
import { signsOf } from "./markdown_signs.js";

/** Marks within each other; a hostile text could nest them until the browser gives up. */
const DEEPEST = 12;

/** What a mark makes: of one sign, and of two. */
const MARKS = { "*": ["em", "strong"], _: ["em", "strong"], "~": ["s", "s"], sub: ["sub"], sup: ["sup"], u: ["u"] };

/** Appends what a text says to an element. */
export function appendInline(parent, text) {
  const tokens = signsOf(text);
  pairMarks(tokens);
  new Builder(parent).build(tokens);
  return parent;
}

/** Which marks belong together. What stays between two of a pair has no partner any more. */
function pairMarks(tokens) {
  const open = new OpenMarks();
  // Marks do not cross the border of a link.
  const borders = [-1];
  tokens.forEach((token, order) => {
    token.order = order;
    if (token.address !== undefined && !token.isWhole) {
      borders.push(order);
    } else if (token.endOf) {
      open.forget(borders.pop());
    } else if (token.sign) {
      closeMarks(token, open, borders.at(-1));
      if (token.opens && token.left > 0) {
        open.add(token);
      }
    }
  });
}

function closeMarks(token, open, border) {
  let opener = token.closes ? open.partnerOf(token) : undefined;
  while (token.left > 0 && opener?.order > border) {
    const size = Math.min(2, token.left, opener.left);
    const pair = { name: MARKS[token.sign][size - 1], size };
    (opener.openings ??= []).push(pair);
    (token.closings ??= []).push(pair);
    open.forget(opener.order);
    opener.left -= size;
    token.left -= size;
    if (opener.left === 0) {
      open.forget(opener.order - 1);
    }
    opener = open.partnerOf(token);
  }
}

/** How many marks a run has says with which others it pairs (CommonMark 0.31.2, section 6.2, rules 9 and 10). */
const REMAINDERS = 3;
const isCounted = (sign) => sign === "*" || sign === "_";
const kindOf = ({ sign, opens, closes, length }) => (isCounted(sign) ? `${sign}${Boolean(opens && closes)}${length % REMAINDERS}` : sign);

/** The marks that wait for a partner, those of each kind by themselves: so the nearest is found at once. */
class OpenMarks {
  #kinds = new Map();

  add(token) {
    const kind = kindOf(token);
    if (!this.#kinds.has(kind)) {
      this.#kinds.set(kind, []);
    }
    this.#kinds.get(kind).push(token);
  }

  /** The nearest mark that this one may end. */
  partnerOf(token) {
    let nearest;
    for (const marks of this.#kinds.values()) {
      const mark = marks.at(-1);
      if (mark && mark.order > (nearest?.order ?? -1) && mayPair(mark, token)) {
        nearest = mark;
      }
    }
    return nearest;
  }

  /** Forgets what stands behind a place. */
  forget(order) {
    for (const marks of this.#kinds.values()) {
      while (marks.length > 0 && marks.at(-1).order > order) {
        marks.pop();
      }
    }
  }
}

function mayPair(opener, closer) {
  const isEither = (opener.opens && opener.closes) || (closer.opens && closer.closes);
  const isThird = (opener.length + closer.length) % REMAINDERS === 0 && opener.length % REMAINDERS !== 0;
  return opener.sign === closer.sign && !(isCounted(closer.sign) && isEither && isThird);
}

/** Makes the elements. */
class Builder {
  #parents;
  #words = "";

  constructor(parent) {
    this.#parents = [parent];
  }

  build(tokens) {
    tokens.forEach((token) => this.#add(token));
    this.#flush();
  }

  #add(token) {
    if (token.isBreak) {
      this.#append(element("br"));
    } else if (token.code !== undefined) {
      this.#append(element("code", { text: token.code.trim() || token.code }));
    } else if (token.note) {
      this.#append(element("sup", { class: "note-number", text: token.note }));
    } else if (token.isWhole) {
      this.#append(link(token.address, token.text));
    } else if (token.endOf) {
      this.#endLink(token.endOf);
    } else if (token.address !== undefined) {
      this.#beginLink(token);
    } else if (token.sign) {
      this.#addMarks(token);
    } else {
      this.#words += token.text;
    }
  }

  /** Signs next to each other are one text: thousands of small ones would be slow to lay out. */
  #flush() {
    if (this.#words) {
      this.#parents.at(-1).append(this.#words);
      this.#words = "";
    }
  }

  #append(made) {
    this.#flush();
    this.#parents.at(-1).append(made);
  }

  #enter(made) {
    this.#append(made);
    this.#parents.push(made);
  }

  #leave() {
    this.#flush();
    return this.#parents.pop();
  }

  #beginLink({ address, isPicture }) {
    // Pictures are links: loading them would tell another site who reads this, and our policy refuses it.
    const isInLink = this.#parents.some(({ tagName }) => tagName === "A");
    const special = this.#specialOf(address);
    this.#enter(special ?? (isInLink ? element("span") : link(address, "")));
    this.#words += isPicture ? "Picture: " : "";
  }

  /** What leads nowhere: a person, and what Markdown cannot say, which the service names by its words. */
  #specialOf(address) {
    if (address.startsWith("accountid:")) {
      const isWritten = this.#words.endsWith("@");
      this.#words = isWritten ? this.#words.slice(0, -1) : this.#words;
      return element("span", { class: "mention", text: isWritten ? "@" : "" });
    }
    const [, kind] = /^keep:([a-z]+)/i.exec(address) ?? [];
    return kind ? element("span", { class: `kept ${kind.toLowerCase()}` }) : null;
  }

  #endLink({ address, isPicture }) {
    const made = this.#leave();
    if (["", "@", isPicture ? "Picture: " : ""].includes(made.textContent) && !address.startsWith("keep:")) {
      made.append(address.replace(/^accountid:/, ""));
    }
  }

  #addMarks(token) {
    const written = (size) => token.text ?? token.sign.repeat(size);
    for (const pair of token.closings ?? []) {
      if (pair.isTooDeep) {
        this.#words += written(pair.size);
      } else {
        this.#leave();
      }
    }
    this.#words += token.left > 0 ? written(token.left) : "";
    // The inner ones have found their partners first.
    for (const pair of (token.openings ?? []).reverse()) {
      pair.isTooDeep = this.#parents.length > DEEPEST;
      if (pair.isTooDeep) {
        this.#words += written(pair.size);
      } else {
        this.#enter(element(pair.name));
      }
    }
  }
}
