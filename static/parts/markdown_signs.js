// The first walk over the inside of a paragraph: its signs. A text that makes its reader go back and try again
// would let one comment freeze the page of everybody who opens it, so each sign is looked at a few times at most.

// Each pattern is tried at one place only (`y`), and what one of its parts takes none of the others can take.
const PLAIN = /[^\\`![\]<*_~&\n]+/y;
const TICKS = /`+/y;
const RUN = /\*+|_+|~+/y;
const ADDRESS = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>/iy;
const MAILBOX = /<([^\s<>@\\]+@[a-z0-9.-]+)>/iy;
const TAG = /<(\/?)(sub|sup|u|br)\s?\/?>/y;
const TARGET = /\((?:<((?:\\.|[^<>\\\n])*)>|((?:\\.|[^\s()<>\\])*(?:\((?:\\.|[^\s()<>\\])*\)(?:\\.|[^\s()<>\\])*)*))(?:\s+"(?:\\.|[^"\\\n])*")?\s*\)/y;
const NOTE = /\[\^(\d{1,9})\]/y;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/iy;
const ALL_REFERENCES = new RegExp(REFERENCE.source, "gi");
const ESCAPED = /\\([!-/:-@[-`{-~])/g;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}\p{S}]/u;
/** Writing without spaces between its words: beside it every mark but `_` opens and closes, as the service reads it. */
const UNSPACED = /[\u1100-\u11ff\u2e80-\u2fff\u3001-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]/;

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const LAST_CHARACTER = 0x10_ffff;

/** The character that a reference stands for: one that cannot be is U+FFFD (CommonMark 0.31.2, section 2.5). */
function characterOf([, decimal, hexadecimal, word]) {
  if (word) {
    return NAMED[word.toLowerCase()];
  }
  const code = decimal ? parseInt(decimal, 10) : parseInt(hexadecimal, 16);
  const isOne = code > 0 && code <= LAST_CHARACTER && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return isOne ? String.fromCodePoint(code) : "\ufffd";
}

/** A text with its character references as characters. */
export const withoutReferences = (text) => text.replaceAll(ALL_REFERENCES, (...found) => characterOf(found));

/** What an address, a title or a name says: without backslashes and character references. */
export const decoded = (text) =>
  text.split("\\\\").map((piece) => withoutReferences(piece.replaceAll(ESCAPED, (_, sign) => (sign === "&" ? "&amp;" : sign)))).join("\\");

/** What reads each sign. */
const READERS = {
  "\\": (signs) => signs.readEscaped(),
  "`": (signs) => signs.readCode(),
  "!": (signs) => signs.readPicture(),
  "[": (signs) => signs.readBracket(false),
  "]": (signs) => signs.readTarget(),
  "<": (signs) => signs.readAngle(),
  "&": (signs) => signs.readReference(),
  "\n": (signs) => signs.readNewLine(),
};
const readRun = (signs) => signs.readRun();

/**
 * A text as tokens: words (`text`), `code`, breaks (`isBreak`), numbers of notes (`note`), whole links (`isWhole`), the
 * beginning (`address`) and the end (`endOf`) of links with text, and runs of marks (`sign`).
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
    const [, note] = (isPicture ? null : this.#take(NOTE)) ?? [];
    if (note) {
      this.#push({ note });
      return;
    }
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
    opener.address = decoded(target[1] ?? target[2]);
    this.#push({ endOf: opener });
    if (!opener.isPicture) {
      // No link is inside another.
      this.#brackets = [];
    }
  }

  readAngle() {
    const [, address] = this.#take(ADDRESS) ?? [];
    const [, mailbox] = (address ? null : this.#take(MAILBOX)) ?? [];
    if (address ?? mailbox) {
      this.#push({ address: address ?? `mailto:${mailbox}`, text: address ?? mailbox, isWhole: true });
    } else {
      this.#readTag(this.#take(TAG));
    }
  }

  #readTag(tag) {
    if (!tag) {
      this.#literal(1);
    } else if (tag[2] === "br") {
      this.#push({ isBreak: true });
    } else {
      this.#push({ sign: tag[2], left: 1, text: tag[0], opens: !tag[1], closes: Boolean(tag[1]) });
    }
  }

  readReference() {
    const found = this.#take(REFERENCE);
    if (found) {
      this.#push({ text: characterOf(found) });
    } else {
      this.#literal(1);
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
    const token = { sign: run[0], left: run.length, length: run.length, ...sidesOf(run[0], before, after) };
    const isMark = (token.opens || token.closes) && (token.sign !== "~" || run.length === 2);
    this.#push(isMark ? token : { text: run });
  }
}

/** Whether a run of signs may open and close something, by what stands before and after it. */
function sidesOf(sign, before, after) {
  const isUnspaced = sign !== "_" && before.trim() !== "" && after.trim() !== "" && (UNSPACED.test(before) || UNSPACED.test(after));
  const opens = isUnspaced || isFlank(before, after);
  const closes = isUnspaced || isFlank(after, before);
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
