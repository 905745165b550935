// Nodes that Markdown cannot say, or says otherwise: some are put into every document before it is edited.

const text = (words, ...marks) => ({ type: "text", text: words, ...(marks.length > 0 && { marks }) });
const paragraph = (...content) => ({ type: "paragraph", content });
const extension = (key) => ({ extensionType: "com.atlassian.confluence.macro.core", extensionKey: key, parameters: {} });

const PICTURE = {
  type: "mediaSingle",
  attrs: { layout: "wide", width: 80 },
  content: [
    { type: "media", attrs: { type: "file", id: "8a-1", collection: "c", alt: "shot.png", width: 20, height: 10 } },
    { type: "caption", content: [text("The "), text("shot", { type: "strong" })] },
  ],
};

const RUNNING_TEXT = paragraph(
  { type: "status", attrs: { text: "DONE", color: "green", localId: "s1" } },
  text(" since "),
  { type: "date", attrs: { timestamp: "1700000000000" } },
  text(" by "),
  { type: "mention", attrs: { id: "5b10", text: "@Mia", accessLevel: "" } },
  text("!", { type: "textColor", attrs: { color: "#ff5630" } }),
  { type: "emoji", attrs: { shortName: ":tada:", id: "1f389", text: "🎉" } },
  { type: "hardBreak" },
  { type: "inlineCard", attrs: { url: "https://example.com/browse/EX-1" } },
  text(" "),
  { type: "inlineExtension", attrs: extension("anchor") },
);

const TASKS = {
  type: "taskList",
  attrs: { localId: "7c6f9a5e-0000-4000-8000-00000000000a" },
  content: [
    { type: "taskItem", attrs: { localId: "7c6f9a5e-0000-4000-8000-00000000000b", state: "DONE" }, content: [text("ship it")] },
    {
      type: "taskList",
      attrs: { localId: "7c6f9a5e-0000-4000-8000-00000000000c" },
      content: [{ type: "taskItem", attrs: { localId: "7c6f9a5e-0000-4000-8000-00000000000d", state: "TODO" }, content: [] }],
    },
  ],
};

const cell = (words, attrs = {}) => ({ type: "tableCell", attrs, content: [paragraph(text(words))] });
const TABLE = {
  type: "table",
  attrs: { isNumberColumnEnabled: false, layout: "default", localId: "t1" },
  content: [
    { type: "tableRow", content: [{ type: "tableHeader", attrs: { colspan: 2, colwidth: [100, 200] }, content: [paragraph(text("wide"))] }] },
    { type: "tableRow", content: [cell("one", { background: "#deebff" }), { ...cell("two"), content: [PICTURE, TASKS] }] },
  ],
};

/** Every kind of them, each valid where it stands. */
const KEPT = [
  PICTURE,
  { ...RUNNING_TEXT, marks: [{ type: "alignment", attrs: { align: "center" } }] },
  { type: "bodiedExtension", attrs: extension("excerpt"), content: [paragraph(text("short"))] },
  { type: "extension", attrs: extension("toc") },
  { type: "panel", attrs: { panelType: "custom", panelIcon: ":tada:", panelColor: "#deebff" }, content: [paragraph(text("ours"))] },
  {
    type: "layoutSection",
    content: [50, 50].map((width) => ({ type: "layoutColumn", attrs: { width }, content: [paragraph(text(`column of ${width}`))] })),
  },
  {
    type: "expand",
    attrs: { title: "More" },
    content: [{ type: "nestedExpand", attrs: { title: "" }, content: [{ type: "heading", attrs: { level: 4 }, content: [text("Deep")] }] }],
  },
  { type: "mediaGroup", content: [{ type: "media", attrs: { type: "file", id: "8a-2", collection: "c" } }] },
  {
    type: "decisionList",
    attrs: { localId: "d1" },
    content: [{ type: "decisionItem", attrs: { localId: "d2", state: "DECIDED" }, content: [text("We do.")] }],
  },
  { type: "blockCard", attrs: { url: "https://example.com/browse/EX-2" } },
  { type: "codeBlock", attrs: { language: "rust", wrap: true }, content: [text("let x = 1;\n")] },
  TABLE,
  {
    type: "orderedList",
    attrs: { order: 3 },
    content: [{ type: "listItem", content: [paragraph(text("three")), { type: "bulletList", content: [{ type: "listItem", content: [PICTURE] }] }] }],
  },
];

/** The like in storage format, as Confluence stores it. A layout is all of a page, and stands beside nothing. */
const KEPT_IN_PAGES = [
  '<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="4f1c" />',
  '<p><ac:image ac:width="300"><ri:attachment ri:filename="a.png" /><ac:caption><p>shot</p></ac:caption></ac:image></p>',
  '<p>ask <ac:link><ri:user ri:account-id="5b10" /></ac:link>, see <ac:link ac:anchor="top"><ri:page ri:content-title="Home &amp; more" ri:space-key="ENG" /><ac:link-body>the <em>page</em></ac:link-body></ac:link>&nbsp;&hellip;</p>',
  '<ac:structured-macro ac:name="excerpt"><ac:parameter ac:name="hidden">true</ac:parameter><ac:rich-text-body><p>short</p></ac:rich-text-body></ac:structured-macro>',
  '<table class="wrapped"><colgroup><col /><col /></colgroup><tbody><tr><th colspan="2">wide</th></tr><tr><td>one</td><td><ul><li>two</li></ul></td></tr></tbody></table>',
  '<p style="text-align: center;">now <span style="color: rgb(255,0,0);">red</span> <ac:inline-comment-marker ac:ref="c1">marked</ac:inline-comment-marker> <time datetime="2026-01-31" /></p>',
];

/** The like in wiki markup. */
const KEPT_IN_TEXTS = ["!shot.png|thumbnail!", "{color:red}now{color} [^log.txt] [~mia]", "{toc}", "||a||b||\n|c|{code}d{code}|", "{panel:title=Mine|bgColor=#fff}\nx\n{panel}"];

/** How many nodes of ADF stand in one document. */
const TOGETHER = 3;

/** Those for the document of this number: one after the other has its turn. */
export function kept(number) {
  return {
    adf: Array.from({ length: TOGETHER }, (_, index) => KEPT[(number + index) % KEPT.length]),
    storage: KEPT_IN_PAGES[number % KEPT_IN_PAGES.length],
    wiki: KEPT_IN_TEXTS[number % KEPT_IN_TEXTS.length],
  };
}
