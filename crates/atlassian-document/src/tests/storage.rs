//! Confluence's storage format, both ways, by example.

use insta::assert_snapshot;

use crate::{markdown_to_storage, storage_to_markdown};

#[test]
fn markdown_becomes_xhtml() {
    let markdown = "\
# Title & more

a **b *c*** `d<e` ~~f~~\\
[g](https://example.com?a=1&b=2 \"h\") <br> <b>

1. one
   - two
3. three

> quote

---

| a | b |
|---|---|
| c<br>d | |
";
    let storage = markdown_to_storage(markdown).replace("><", ">\n<");
    assert_snapshot!(storage, @r#"
    <h1>Title &amp; more</h1>
    <p>a <strong>b <em>c</em>
    </strong> <code>d&lt;e</code> <del>f</del>
    <br/>
    <a href="https://example.com?a=1&amp;b=2" title="h">g</a>
    <br/>&lt;b&gt;</p>
    <ol>
    <li>
    <p>one</p>
    <ul>
    <li>
    <p>two</p>
    </li>
    </ul>
    </li>
    <li>
    <p>three</p>
    </li>
    </ol>
    <blockquote>
    <p>quote</p>
    </blockquote>
    <hr/>
    <table>
    <tbody>
    <tr>
    <th>a</th>
    <th>b</th>
    </tr>
    <tr>
    <td>c<br/>d</td>
    <td>
    </td>
    </tr>
    </tbody>
    </table>
    "#);
}

#[test]
fn code_is_a_macro_and_its_end_mark_is_split() {
    assert_snapshot!(markdown_to_storage("```rust\na[b[0]]>c & <d>\n```"), @r#"<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">rust</ac:parameter><ac:plain-text-body><![CDATA[a[b[0]]]]><![CDATA[>c & <d>]]></ac:plain-text-body></ac:structured-macro>"#);
    let markdown = "```\n]]>\n]]]]>>\n```";
    assert_eq!(
        storage_to_markdown(&markdown_to_storage(markdown)),
        markdown
    );
}

#[test]
fn tasks_become_a_task_list() {
    assert_snapshot!(markdown_to_storage("- [ ] a\n  - [x] b\n- [x] c"), @"<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>a<ac:task-list><ac:task><ac:task-id>2</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>b</ac:task-body></ac:task></ac:task-list></ac:task-body></ac:task><ac:task><ac:task-id>3</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>c</ac:task-body></ac:task></ac:task-list>");
    assert_snapshot!(markdown_to_storage("- [ ] a\n- b"), @"<ul><li><p>[ ] a</p></li><li><p>b</p></li></ul>");
}

#[test]
fn scripts_stay_text() {
    let markdown =
        "<script>x</script> [a](javascript:b) &lt;p&gt; <ac:structured-macro ac:name=\"html\">";
    assert_snapshot!(markdown_to_storage(markdown), @"<p>&lt;script&gt;x&lt;/script&gt; [a](javascript:b) &amp;lt;p&amp;gt; &lt;ac:structured-macro ac:name=&quot;html&quot;&gt;</p>");
}

#[test]
fn white_space_and_entities_are_read_as_a_browser_would() {
    let storage = "<h2>\n  A&nbsp;&mdash; B &amp; C\n</h2>\n<p>one\n  two&hellip;<br />three &#8364; &unknown; </p>\n<p>&nbsp;</p>";
    assert_snapshot!(storage_to_markdown(storage), @r"
    ## A — B & C

    one two…\
    three € \&unknown;
    ");
}

#[test]
fn macros_are_read() {
    let storage = "\
<ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\"><ac:rich-text-body><p>a</p><p>b</p></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name=\"panel\"><ac:parameter ac:name=\"title\">T</ac:parameter><ac:rich-text-body><ul><li>c</li></ul></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">More</ac:parameter><ac:rich-text-body><p>d</p></ac:rich-text-body></ac:structured-macro>
<p>e <ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">DONE</ac:parameter><ac:parameter ac:name=\"colour\">Green</ac:parameter></ac:structured-macro></p>
<ac:structured-macro ac:name=\"toc\" />
<p><ac:structured-macro ac:name=\"jira\"><ac:parameter ac:name=\"key\">A-1</ac:parameter></ac:structured-macro></p>
<ac:structured-macro ac:name=\"excerpt\"><ac:rich-text-body><p>f</p></ac:rich-text-body></ac:structured-macro>
<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">py</ac:parameter><ac:plain-text-body><![CDATA[x = \"<a>\"
  y]]></ac:plain-text-body></ac:structured-macro>
<ac:layout><ac:layout-section ac:type=\"single\"><ac:layout-cell><p>g</p></ac:layout-cell></ac:layout-section></ac:layout>";
    assert_snapshot!(storage_to_markdown(storage), @r#"
    > [!INFO]
    > a
    >
    > b

    > [T](keep:panel-0e57b3ea)
    >
    > - c

    <details>
    <summary>More</summary>

    d

    </details>

    e [DONE](keep:status-b06f8a60)

    [macro: toc](keep:macro-94c104d0)

    [macro: jira A-1](keep:macro-c8c0fad0)

    > [macro: excerpt](keep:body-ccce04ac)
    >
    > f

    ```py
    x = "<a>"
      y
    ```

    g
    "#);
}

#[test]
fn confluence_links_images_and_dates_become_placeholders() {
    let storage = "\
<p><ac:link><ri:page ri:content-title=\"Home &amp; more\" ri:space-key=\"X\" /><ac:plain-text-link-body><![CDATA[the page]]></ac:plain-text-link-body></ac:link>,
<ac:link><ri:page ri:content-title=\"Home\" /></ac:link>,
<ac:link ac:anchor=\"top\"><ac:link-body>up</ac:link-body></ac:link>,
<ac:link><ri:user ri:account-id=\"5b10\" /></ac:link>,
<ac:link><ri:attachment ri:filename=\"a.pdf\" /></ac:link>,
<ac:image ac:width=\"200\"><ri:attachment ri:filename=\"b.png\" /></ac:image>,
<ac:image ac:alt=\"c\"><ri:url ri:value=\"https://example.com/c.png\" /></ac:image>,
<ac:emoticon ac:name=\"smile\" />, <ac:emoticon ac:name=\"blue-star\" ac:emoji-fallback=\"🎉\" />,
<time datetime=\"2026-01-31\" />, <a href=\"javascript:x\">no</a>, <u>under</u>,
<span style=\"text-decoration: line-through;\">gone</span>,
<ac:inline-comment-marker ac:ref=\"1\">marked</ac:inline-comment-marker></p>";
    assert_snapshot!(storage_to_markdown(storage), @"[the page (X:Home & more)](keep:link-af24c4e1), [Home](keep:link-3bb898ff), [up](#top), @[5b10](accountid:5b10), [a.pdf](keep:file-d6a3d90b), ![b.png](keep:image-b3a80f04), ![c](https://example.com/c.png), [:smile:](keep:emoji-1183f15f), 🎉, [2026-01-31](keep:date-5476cdbf), [no](keep:link-eb07c521), <u>under</u>, ~~gone~~, marked");
}

#[test]
fn tasks_lists_and_tables_are_read() {
    let storage = "\
<ac:task-list>
<ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body><span>a</span></ac:task-body></ac:task>
<ac:task><ac:task-id>2</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>b<ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body>c</ac:task-body></ac:task></ac:task-list></ac:task-body></ac:task>
</ac:task-list>
<ol start=\"4\"><li>d</li><li><p>e</p><ul><li>f</li></ul></li></ol>
<table><colgroup><col /></colgroup><thead><tr><th>g</th><th><p>h</p></th></tr></thead>
<tbody><tr><td><p>i</p><p>j</p></td><td><ul><li>k</li></ul></td></tr></tbody></table>
<pre>l
  m</pre>";
    assert_snapshot!(storage_to_markdown(storage), @r"
    - [ ] a
    - [x] b
      - [ ] c

    4. d
    5. e
       - f

    | g | h |
    | --- | --- |
    | i<br>j | • k |

    ```
    l
      m
    ```
    ");
}

#[test]
fn broken_markup_degrades_to_text() {
    assert_snapshot!(storage_to_markdown("a < b && c > d"), @"a < b && c > d");
    assert_snapshot!(storage_to_markdown("<p>a <b>c</p> d</b> <p>e"), @r"
    a **c**

    d

    e
    ");
    assert_snapshot!(storage_to_markdown("<p>a</p> 1 <2"), @r"
    a

    1 \<2
    ");
    assert_snapshot!(storage_to_markdown("no markup at all"), @"no markup at all");
    assert_snapshot!(storage_to_markdown("<p>one<br>two<hr>three"), @r"
    one\
    two

    ---

    three
    ");
}
