// Makes pages in storage format as Confluence stores them, by chance: whatever people put into them, in any nesting.

import { Chance, DEEPEST } from "./chance.mjs";

const PIECES = ["and", "two words", "&amp;", "&lt;b&gt;", "&nbsp;", "&rsquo;", "é", "日本語", "*", "**", "_x_", "`", "|", "\\", "#", "1.", "- ", "[x]", "(y)", "&quot;", "~", "100%", "…", "👩‍💻", "  ", "\n"];
const ATTACHMENT = '<ri:attachment ri:filename="a b.png" ri:version-at-save="1" />';
const PAGE = '<ri:page ri:content-title="Home &amp; more" ri:space-key="ENG" />';

/** A page in storage format. */
export class Page extends Chance {
  constructor(seed) {
    super(seed);
    // What begins with a block of its own kind is as often made as what holds others.
    this.blocks = [
      () => this.paragraph(), () => this.paragraph(), () => this.paragraph(), () => this.heading(), () => this.list(), () => this.list(),
      () => this.table(), () => this.tasks(), () => this.quote(), () => this.code(), () => this.panel(), () => this.expand(),
      () => this.excerpt(), () => "<hr />", () => this.lone(), () => this.image(), () => this.div(), () => this.pre(),
    ];
    this.inlines = [
      () => this.text(), () => this.text(), () => this.text(), () => this.marked(), () => this.marked(), () => this.link(), () => this.thing(), () => this.span(), () => "<br />",
    ];
  }

  text() {
    return [...this.some(() => this.one(PIECES), 0, 2), this.word(), ...this.some(() => this.one(PIECES), 0, 2)].join(" ");
  }

  marked() {
    const name = this.one(["strong", "em", "u", "s", "del", "sub", "sup", "code", "b", "i", "small", "big"]);
    const inner = name === "code" ? this.word() : this.running(1, 2);
    return `<${name}>${inner}</${name}>`;
  }

  span() {
    const attributes = this.one(['style="color: rgb(255,0,0);"', 'class="x"', 'style="background-color: #fff;"']);
    return this.one([
      () => `<span ${attributes}>${this.word()}</span>`,
      () => `<ac:inline-comment-marker ac:ref="c${this.below(99)}">${this.word()}</ac:inline-comment-marker>`,
    ])();
  }

  link() {
    return this.one([
      () => `<a href="https://example.com/a_(b)?c=d&amp;e=f">${this.word()}</a>`,
      () => '<ac:link><ri:user ri:account-id="5b10" /></ac:link>',
      () => `<ac:link>${PAGE}</ac:link>`,
      () => `<ac:link ac:anchor="top">${PAGE}<ac:plain-text-link-body><![CDATA[the <page>]]></ac:plain-text-link-body></ac:link>`,
      () => `<ac:link>${ATTACHMENT}<ac:link-body>the <em>file</em></ac:link-body></ac:link>`,
    ])();
  }

  /** What Markdown cannot say. */
  thing() {
    return this.one([
      '<ac:emoticon ac:name="smile" ac:emoji-shortname=":slight_smile:" ac:emoji-id="1f642" ac:emoji-fallback="🙂" />',
      '<ac:emoticon ac:name="tick" />',
      '<time datetime="2026-01-31" />',
      '<ac:structured-macro ac:name="status" ac:schema-version="1" ac:macro-id="m1"><ac:parameter ac:name="title">DONE</ac:parameter><ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>',
      '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">ENG-1</ac:parameter></ac:structured-macro>',
      '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">top</ac:parameter></ac:structured-macro>',
      `<ac:image ac:width="30">${ATTACHMENT}</ac:image>`,
      "<ac:placeholder>type here</ac:placeholder>",
    ]);
  }

  running(least = 1, most = 4) {
    return this.some(() => this.one(this.inlines)(), least, most).join(this.one(["", " "]));
  }

  paragraph() {
    const style = this.one(["", "", "", ' style="text-align: center;"', ' style="margin-left: 30.0px;"', ' local-id="p1"']);
    return this.often(0.05) ? this.one(["<p />", "<p></p>", "<p><br /></p>", "<p>&nbsp;</p>"]) : `<p${style}>${this.running()}</p>`;
  }

  heading() {
    const level = 1 + this.below(6);
    return `<h${level}>${this.running(1, 2)}</h${level}>`;
  }

  inside(depth) {
    return depth >= DEEPEST ? `<p>${this.running()}</p>` : this.some(() => this.block(depth + 1), 1, 3).join(this.one(["", "\n"]));
  }

  list(depth = 0) {
    const name = this.one(["ul", "ol", 'ol start="3"']);
    const item = () => {
      const text = this.one([() => this.running(), () => `<p>${this.running()}</p>`, () => `<p>${this.running()}</p><p>${this.running()}</p>`])();
      const below = depth < DEEPEST && this.often(0.3) ? this.one([() => this.list(depth + 1), () => this.code(), () => this.panel(depth + 1)])() : "";
      return `<li>${text}${below}</li>`;
    };
    return `<${name}>${this.some(item, 1, 3).join("")}</${name.split(" ")[0]}>`;
  }

  table() {
    const columns = 1 + this.below(3);
    const cell = (name) => {
      const attributes = this.one(["", "", "", ' class="confluenceTd"', ' data-highlight-colour="#deebff"', ' colspan="1"']);
      const inner = this.one([() => this.running(), () => `<p>${this.running()}</p>`, () => this.list(DEEPEST), () => "<br />", () => `<p>${this.running()}</p><p>${this.running()}</p>`])();
      return `<${name}${attributes}>${inner}</${name}>`;
    };
    const row = (names) => `<tr>${names.map(cell).join("")}</tr>`;
    const all = (name) => Array.from({ length: columns }, () => name);
    const header = this.one([[row(all("th"))], [row(all("th"))], []]);
    const rows = this.some(() => row(this.one([all("td"), ["th", ...all("td").slice(1)]])), 1, 3);
    const before = this.one(["", "<colgroup><col /><col style=\"width: 50.0px;\" /></colgroup>"]);
    return `<table class="wrapped" data-layout="default">${before}<tbody>${[...header, ...rows].join("")}</tbody></table>`;
  }

  tasks(depth = 0) {
    const task = () => {
      const below = depth < 1 && this.often(0.2) ? this.tasks(depth + 1) : "";
      this.count += 1;
      const body = this.one([() => this.running(), () => `<span class="placeholder-inline-tasks">${this.running()}</span>`])();
      return `<ac:task>\n<ac:task-id>${this.count}</ac:task-id>\n<ac:task-status>${this.one(["complete", "incomplete"])}</ac:task-status>\n<ac:task-body>${body}${below}</ac:task-body>\n</ac:task>`;
    };
    return `<ac:task-list>${this.some(task, 1, 3).join("\n")}</ac:task-list>`;
  }

  quote(depth = 0) {
    return `<blockquote>${this.inside(Math.max(depth, DEEPEST - 1))}</blockquote>`;
  }

  code() {
    const parameters = this.one(["", '<ac:parameter ac:name="language">java</ac:parameter>', '<ac:parameter ac:name="title">A.java</ac:parameter><ac:parameter ac:name="linenumbers">true</ac:parameter>']);
    const text = this.one(["if (a < b && c) {\n  {0}\n}", "{0}", "\n{0}\n\n", "```\n{0}\n```", "<p>{0}</p>"]).replace("{0}", this.word());
    return `<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="m2">${parameters}<ac:plain-text-body><![CDATA[${text}]]></ac:plain-text-body></ac:structured-macro>`;
  }

  framed(name, parameters, depth) {
    return `<ac:structured-macro ac:name="${name}" ac:schema-version="1">${parameters}<ac:rich-text-body>${this.inside(depth)}</ac:rich-text-body></ac:structured-macro>`;
  }

  panel(depth = 0) {
    const title = this.one(["", "", '<ac:parameter ac:name="title">Mine</ac:parameter>', '<ac:parameter ac:name="icon">false</ac:parameter>']);
    return this.framed(this.one(["info", "note", "tip", "warning", "panel"]), title, depth + 1);
  }

  expand(depth = 0) {
    return this.framed("expand", this.one(["", '<ac:parameter ac:name="title">More &amp; more</ac:parameter>']), depth + 1);
  }

  excerpt(depth = 0) {
    return this.framed(this.one(["excerpt", "details", "unknown-macro"]), this.one(["", '<ac:parameter ac:name="hidden">true</ac:parameter>']), depth + 1);
  }

  div() {
    return `<div class="x">${this.inside(DEEPEST)}</div>`;
  }

  pre() {
    return `<pre>${this.word()}\n  two</pre>`;
  }

  lone() {
    return this.one([
      '<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="4f1c" />',
      '<ac:structured-macro ac:name="children" />',
      '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">project = ENG</ac:parameter></ac:structured-macro>',
      "<!-- seen by nobody -->",
    ]);
  }

  image() {
    const caption = this.one(["", "<ac:caption><p>the shot</p></ac:caption>"]);
    const picture = `<ac:image ac:align="center" ac:layout="center">${this.one([ATTACHMENT, '<ri:url ri:value="https://example.com/a.png" />'])}${caption}</ac:image>`;
    return this.one([picture, `<p>${picture}</p>`]);
  }

  block(depth = 0) {
    return this.one(this.blocks)(depth);
  }

  layout() {
    const cell = () => `<ac:layout-cell>${this.some(() => this.block(1), 1, 2).join("")}</ac:layout-cell>`;
    const section = () => this.one([
      () => `<ac:layout-section ac:type="single">${cell()}</ac:layout-section>`,
      () => `<ac:layout-section ac:type="two_equal">${cell()}${cell()}</ac:layout-section>`,
    ])();
    return `<ac:layout>${this.some(section, 1, 3).join("")}</ac:layout>`;
  }

  all() {
    return this.often(0.15) ? this.layout() : this.some(() => this.block(), 1, 5).join(this.one(["", "\n"]));
  }
}
