// Makes texts in wiki markup as Jira Data Center stores them, by chance: whatever people write there, in any nesting.

import { Chance, DEEPEST } from "./chance.mjs";

const SIGNS = ["and", "two words", "\\*", "\\{", "\\|", "&amp;", "\\\\ ", "(y)", ":)", "--", "é", "日本語", "a*b", "snake_case", "2 * 3", "\\[x]", "100%", "#", "/", "`"];

/** A text in wiki markup. */
export class Text extends Chance {
  constructor(seed) {
    super(seed);
    this.blocks = [
      () => this.paragraph(), () => this.paragraph(), () => this.heading(), () => this.list(), () => this.list(), () => this.table(),
      () => this.code(), () => this.framed(), () => `bq. ${this.running()}`, () => "----", () => this.lone(),
    ];
    this.inlines = [() => this.speech(), () => this.speech(), () => this.speech(), () => this.marked(), () => this.link(), () => this.thing(), () => this.colour()];
  }

  speech() {
    return [...this.some(() => this.one(SIGNS), 0, 2), this.word(), ...this.some(() => this.one(SIGNS), 0, 2)].join(" ");
  }

  marked() {
    const sign = this.one(["*", "_", "-", "+", "^", "~", "??"]);
    return this.one([() => `${sign}${this.word()}${sign}`, () => `{{${this.word()}}}`, () => `*_${this.word()}_*`, () => `{*}${this.word()}{*}`])();
  }

  colour() {
    return `{color:${this.one(["red", "#ff5630"])}}${this.word()}{color}`;
  }

  link() {
    return this.one([() => `[${this.word()}|https://example.com/a]`, () => "[https://example.com/b]", () => "https://example.com/c", () => "[~mia]", () => "[^log.txt]", () => "[ENG-1]", () => `[${this.word()}|#top]`])();
  }

  thing() {
    return this.one(["!shot.png!", "!shot.png|thumbnail!", "!shot.png|width=300,alt=old!", "{anchor:top}", "(/)", "!https://example.com/a.png!"]);
  }

  running(least = 1, most = 3) {
    return this.some(() => this.one(this.inlines)(), least, most).join(" ");
  }

  paragraph() {
    return this.some(() => this.running(), 1, 3).join("\n");
  }

  heading() {
    return `h${1 + this.below(6)}. ${this.running()}`;
  }

  list() {
    const marks = [this.one(["*", "#", "-"])];
    const lines = [];
    const count = 1 + this.below(5);
    for (let line = 0; line < count; line += 1) {
      lines.push(`${marks.join("")} ${this.running()}`, ...this.behind(marks));
    }
    return lines.join("\n");
  }

  /** What stands behind an entry, before the next one. */
  behind(marks) {
    if (marks[0] !== "-" && this.often(0.4)) {
      if (marks.length > 1 && this.often(0.5)) {
        marks.pop();
      } else if (marks.length < DEEPEST) {
        marks.push(this.one(["*", "#"]));
      }
    }
    return this.often(0.15) ? [this.one([() => this.code(), () => this.running(), () => this.framed()])()] : [];
  }

  table() {
    const columns = 1 + this.below(3);
    const row = (bar) => `${bar}${Array.from({ length: columns }, () => this.one([() => this.running(1, 2), () => this.running(1, 2), () => " ", () => `${this.word()}\n* ${this.word()}\n* ${this.word()}`])()).join(bar)}${bar}`;
    const header = this.one([[row("||")], []]);
    return [...header, ...this.some(() => row("|"), 1, 3)].join("\n");
  }

  code() {
    const [open, close] = this.one([["{code}", "{code}"], ["{code:java}", "{code}"], ["{code:title=A.java|borderStyle=solid}", "{code}"], ["{noformat}", "{noformat}"]]);
    return `${open}\n${this.one(["if (*a*) { {0} }", "{0}", "h2. {0}\n\n* x", "||{0}||"]).replace("{0}", this.word())}\n${close}`;
  }

  framed() {
    const [open, close] = this.one([["{quote}", "{quote}"], ["{panel}", "{panel}"], ["{panel:title=Mine|bgColor=#fff}", "{panel}"]]);
    const inner = this.some(() => this.one([() => this.paragraph(), () => this.list(), () => this.heading()])(), 1, 2).join("\n\n");
    return `${open}\n${inner}\n${close}`;
  }

  lone() {
    return this.one(["{toc}", "{anchor:x}", "!shot.png!", "{info}"]);
  }

  all() {
    return this.some(() => this.one(this.blocks)(), 1, 5).join(this.one(["\n\n", "\n\n", "\n\n\n"]));
  }
}
