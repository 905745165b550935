// The first walk over the inside of a paragraph: its signs. A text that makes its reader go back and try again
// would let one comment freeze the page of everybody who opens it, so each sign is looked at a few times at most.

// Each pattern is tried at one place only (`y`), and what one of its parts takes none of the others can take.
const PLAIN = /[^\\`![\]<*_~\n]+/y;
const TICKS = /`+/y;
const RUN = /\*+|_+|~+/y;
const ADDRESS = /<((?:https?|mailto):[^\s<>]+)>/y;
const TAG = /<(\/?)(sub|sup|u|br)\s?\/?>/y;
const TARGET = /\((?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))(?:\s+"[^"\n]*")?\s*\)/y;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}\p{S}]/u;

/** What reads each sign. */
const READERS = {
  "\\": (signs) => signs.readEscaped(),
  "`": (signs) => signs.readCode(),
  "!": (signs) => signs.readPicture(),
  "[": (signs) => signs.readBracket(false),
  "]": (signs) => signs.readTarget(),
  "<": (signs) => signs.readAngle(),
  "\n": (signs) => signs.readNewLine(),
};
const readRun = (signs) => signs.readRun();

/**
 * A text as tokens: words (`text`), `code`, breaks (`isBreak`), whole links (`isWhole`), the beginning (`address`)
 * and the end (`endOf`) of links with text, and runs of marks (`sign`).
 */
export function signsOf(text) {
  return new Signs(text).tokens;
}

class Signs {
  tokens = [];
  #text;
  #at = 0;
  #brackets = [];
  #ends;

  constructor(text) {
    this.#text = text;
    this.#ends = endsOfCode(text);
    while (this.#at < text.length) {
      this.#next();
    }
  }

  /** Takes what the pattern finds here; `null` if that is not here. */
  #take(pattern) {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    this.#at = match ? pattern.lastIndex : this.#at;
    return match;
  }

  #push(token) {
    this.tokens.push(token);
  }

  #literal(length) {
    this.#push({ text: this.#text.slice(this.#at, this.#at + length) });
    this.#at += length;
  }

  #next() {
    const plain = this.#take(PLAIN);
    if (plain) {
      this.#push({ text: plain[0] });
      return;
    }
    (READERS[this.#text[this.#at]] ?? readRun)(this);
  }

  readEscaped() {
    const next = this.#text[this.#at + 1];
    if (next === "\n") {
      this.#push({ isBreak: true });
      this.#at += 2;
    } else if (next && next !== " " && PUNCTUATION.test(next)) {
      this.#at += 1;
      this.#literal(1);
    } else {
      this.#literal(1);
    }
  }

  readCode() {
    const start = this.#at;
    const [ticks] = this.#take(TICKS);
    const end = this.#ends.get(start);
    if (end === undefined) {
      this.#push({ text: ticks });
    } else {
      this.#push({ code: this.#text.slice(this.#at, end).replaceAll("\n", " ") });
      this.#at = end + ticks.length;
    }
  }

  readPicture() {
    if (this.#text[this.#at + 1] === "[") {
      this.#at += 1;
      this.readBracket(true);
    } else {
      this.#literal(1);
    }
  }

  readBracket(isPicture) {
    const token = { text: isPicture ? "![" : "[", isPicture };
    this.#brackets.push(token);
    this.#push(token);
    this.#at += 1;
  }

  readTarget() {
    const opener = this.#brackets.pop();
    this.#at += 1;
    const target = opener && this.#text[this.#at] === "(" ? this.#take(TARGET) : null;
    if (!target) {
      this.#push({ text: "]" });
      return;
    }
    opener.address = target[1] ?? target[2];
    this.#push({ endOf: opener });
    if (!opener.isPicture) {
      // No link is inside another.
      this.#brackets = [];
    }
  }

  readAngle() {
    const address = this.#take(ADDRESS);
    const tag = address ? null : this.#take(TAG);
    if (address) {
      this.#push({ address: address[1], text: address[1], isWhole: true });
    } else if (!tag) {
      this.#literal(1);
    } else if (tag[2] === "br") {
      this.#push({ isBreak: true });
    } else {
      this.#push({ sign: tag[2], left: 1, text: tag[0], opens: !tag[1], closes: Boolean(tag[1]) });
    }
  }

  readNewLine() {
    this.#push({ text: " " });
    this.#at += 1;
  }

  readRun() {
    const before = this.#text[this.#at - 1] ?? " ";
    const [run] = this.#take(RUN);
    const after = this.#text[this.#at] ?? " ";
    const token = { sign: run[0], left: run.length, ...sidesOf(run[0], before, after) };
    const isMark = (token.opens || token.closes) && (token.sign !== "~" || run.length === 2);
    this.#push(isMark ? token : { text: run });
  }
}

/** Whether a run of signs may open and close something, by what stands before and after it. */
function sidesOf(sign, before, after) {
  const opens = isFlank(before, after);
  const closes = isFlank(after, before);
  if (sign === "_" && opens && closes) {
    // Within a word it is a letter (CommonMark 0.31.2, "Emphasis and strong emphasis").
    return { opens: PUNCTUATION.test(before), closes: PUNCTUATION.test(after) };
  }
  return { opens, closes };
}

/** Whether a run of signs hangs on what follows it: "left-flanking" in CommonMark's words. */
function isFlank(before, after) {
  return after.trim() !== "" && (!PUNCTUATION.test(after) || before.trim() === "" || PUNCTUATION.test(before));
}

/** Where the code that begins at a run of backticks ends: at the next run of the same length. */
function endsOfCode(text) {
  const runs = [...text.matchAll(/`+/g)].map(({ 0: ticks, index }) => [index, ticks.length]);
  const next = new Map();
  const ends = new Map();
  for (const [start, length] of runs.reverse()) {
    if (next.has(length)) {
      ends.set(start, next.get(length));
    }
    next.set(length, start);
  }
  return ends;
}
