// What people see of a text: every construct that the service writes of documents of Jira and Confluence, as elements.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { stories, watch } from "./support/browser.mjs";
import { openDashboard } from "./support/dashboard.mjs";
import { SCHEMES, WIDTHS, accessibilityProblems } from "./support/looks.mjs";

const story = stories();
/** A test beside it holds that the service writes this of a document with every node. */
const EVERYTHING = await readFile(new URL("../../crates/atlassian-document/src/tests/fixtures/everything.md", import.meta.url), "utf8");

/** Its blocks as they must be. */
const SHOWN = [
  `<p><strong>a<em>b</em></strong><em>c</em> 2 * 3 snake_case &lt; &amp; &amp;amp; [x](y) # \\ \` ~~no~~ &lt;b&gt;</p>`,
  `<p><span class="kept status">IN *PROGRESS*</span> since <span class="kept date">2023-11-14</span> by <span class="mention">@Mia [X]</span> 🎉<span class="kept emoji">:custom:</span><br><a href="https://example.com/browse/EX-1">https://example.com/browse/EX-1</a> <span class="kept macro">macro: anchor</span>10<sup>-3</sup><u>under</u><s>gone</s><a href="mailto:a@b.example">mail</a><a href="mailto:me@example.com">me@example.com</a> <span>tel:+491</span> <a href="https://e.example/a_(b)?c=d&amp;amp;e=f%22g">https://e.example/a_(b)?c=d&amp;e=f"g</a></p>`,
  `<div class="framed warning" role="group" aria-label="Warning"><p class="frame-name">Warning</p><p>hot</p><ul><li>x</li></ul></div>`,
  `<div class="framed purple" role="group" aria-label="Note"><p class="frame-name">Note</p><ul><li>x</li></ul></div>`,
  `<div class="framed plain" role="group" aria-label="Custom"><p class="frame-name">Custom</p><p>ours</p></div>`,
  `<details><summary>More &amp; &lt;b&gt; *x*</summary><div><p>in it</p><details><summary>Deeper</summary><div><p>deep</p></div></details></div></details>`,
  `<div class="columns"><div class="column"><p>left</p></div><div class="column"><h4>right</h4></div></div>`,
  `<div class="framed plain" role="group" aria-label="macro: excerpt"><p class="frame-name">macro: excerpt</p><p>short</p></div>`,
  `<p><span class="kept macro">macro: toc</span></p>`,
  `<p><span class="kept media">Picture: shot_1.png</span></p>`,
  `<p><a href="https://example.com/a.png">Picture: far</a></p>`,
  `<ul><li class="tasks"><span class="task" role="img" aria-label="done: ">☑</span> ship</li><li class="tasks"><span class="task" role="img" aria-label="to do: ">☐</span> </li></ul>`,
  `<ul><li>We do.</li></ul>`,
  `<pre tabindex="0"><code>let x = &amp;#97;;


\`\`\`
&gt; x
&lt;details&gt;</code></pre>`,
  `<ol start="3"><li>three<pre tabindex="0"><code>a


- b</code></pre></li><li>four<ul><li>x</li><li></li></ul></li></ol>`,
  `<ol><li>other list</li></ol>`,
  `<div class="wide-table" tabindex="0" role="group" aria-label="Table"><table><tbody><tr><td>a|b<br>• x</td><td>\`|\` \\<code>a|b</code></td></tr></tbody></table></div>`,
  `<p><strong>重要：</strong>内容</p>`,
  `<blockquote><p>said</p></blockquote>`,
  `<hr>`,
  `<p><a href="https://example.com/browse/EX-2">https://example.com/browse/EX-2</a></p>`,
  `<div class="wide-table" tabindex="0" role="group" aria-label="Table"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>c<br>d</td><td>e</td></tr></tbody></table></div>`,
  `<p>Note<sup class="note-number">1</sup> and <code>code</code><sup class="note-number">2</sup></p>`,
  `<ol class="notes" role="list" aria-label="Notes"><li><p><span class="note-number">1</span> foot</p><p>more</p></li><li><p><span class="note-number">2</span> other</p></li></ol>`,
];

/** Texts that people write and the service hands on, and what of them is seen. */
const ALSO = {
  "**foo*bar*baz**": "<p><strong>foo<em>bar</em>baz</strong></p>",
  "- a\n\n- b": "<ul><li>a</li><li>b</li></ul>",
  "1. a\n\n2. b": "<ol><li>a</li><li>b</li></ol>",
  "- a\n\n* b": "<ul><li>a</li></ul><ul><li>b</li></ul>",
  "&#0; &#x1F389; &#xD800; &#1114112; &unknown;": "<p>\ufffd 🎉 \ufffd \ufffd &amp;unknown;</p>",
  "`&#97;`": "<p><code>&amp;#97;</code></p>",
  "[a](https://example.com/\\&lt;x \"t\\\"t\")": '<p><a href="https://example.com/&amp;lt;x" rel="noreferrer noopener">a</a></p>',
  "> [!CAUTION]\n> hot": '<div class="framed problem" role="group" aria-label="Caution"><p class="frame-name">Caution</p><p>hot</p></div>',
  "> [!SOMETHING]\n> else": "<blockquote><p>[!SOMETHING] else</p></blockquote>",
  "<details>\n\nnot ended": "<details><summary>Details</summary><div><p>not ended</p></div></details>",
  "</details>": "<p>&lt;/details&gt;</p>",
  "[end of column](keep:end-column-1)\n\nx": "<p>x</p>",
  "@[](accountid:5b10)": '<p><span class="mention">@5b10</span></p>',
  "[x](javascript:alert)": "<p><span>x</span></p>",
  "```sh title=\"a \\\" b\"\nls\n```": '<div><p class="code-title">a " b</p><pre tabindex="0"><code>ls</code></pre></div>',
};

const LINK_ATTRIBUTES = ' rel="noreferrer noopener"';

/** In the page: what becomes of a text. */
async function elementsOf(text) {
  const { markdown } = await import("/static/parts/markdown.js");
  return [...markdown(text).children].map((each) => each.outerHTML);
}

story("whatever the service writes is shown and no mark of it stays", async ({ page, stage }) => {
  await page.goto(`${stage.service}/login`);
  const shown = await page.evaluate(elementsOf, EVERYTHING);
  assert.deepEqual(shown.map((each) => each.replaceAll(LINK_ATTRIBUTES, "")), SHOWN);
  for (const [text, elements] of Object.entries(ALSO)) {
    assert.equal((await page.evaluate(elementsOf, text)).join(""), elements, text);
  }
});

story("an issue with every construct is in order at every width, light and dark", async ({ page, stage }) => {
  await page.route("**/connectors/jira/issues/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), description: EVERYTHING } });
  });
  await openDashboard(page, stage);
  const troubles = watch(page, stage.service);
  await page.locator("#issues .open").first().click();
  await page.locator(".drawer .markdown .framed").first().waitFor();
  await page.locator(".drawer .markdown summary").first().click();
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${width} px, ${colorScheme}`;
      const wide = await page.evaluate(() => document.querySelector(".drawer").scrollWidth - document.querySelector(".drawer").clientWidth);
      assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
      assert.deepEqual(await accessibilityProblems(page), [], where);
    }
  }
  assert.deepEqual(troubles, []);
});
