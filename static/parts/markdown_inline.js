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
  const open = Object.fromEntries(Object.keys(MARKS).map((sign) => [sign, []]));
  const forget = (order) => Object.values(open).forEach((marks) => {
    while (marks.length > 0 && marks.at(-1).order > order) {
      marks.pop();
    }
  });
  // Marks do not cross the border of a link.
  const borders = [-1];
  tokens.forEach((token, order) => {
    token.order = order;
    if (token.address !== undefined && !token.isWhole) {
      borders.push(order);
    } else if (token.endOf) {
      forget(borders.pop());
    } else if (token.sign) {
      closeMarks(token, open[token.sign], borders.at(-1), forget);
      if (token.opens && token.left > 0) {
        open[token.sign].push(token);
      }
    }
  });
}

function closeMarks(token, open, border, forget) {
  while (token.closes && token.left > 0 && open.at(-1)?.order > border) {
    const opener = open.at(-1);
    const size = Math.min(2, token.left, opener.left);
    const pair = { name: MARKS[token.sign][size - 1], size };
    (opener.openings ??= []).push(pair);
    (token.closings ??= []).push(pair);
    forget(opener.order);
    opener.left -= size;
    token.left -= size;
    if (opener.left === 0) {
      open.pop();
    }
  }
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
    this.#enter(isInLink ? element("span") : link(address, ""));
    this.#words += isPicture ? "Picture: " : "";
  }

  #endLink({ address, isPicture }) {
    const made = this.#leave();
    if (made.textContent === (isPicture ? "Picture: " : "")) {
      made.append(address);
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
