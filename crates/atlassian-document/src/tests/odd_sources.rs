//! Sources as nobody should write them: reading one and writing it back changes nothing, and one word changes alone.

use serde_json::Value;

use super::real_documents::words;
use crate::{
    Losses, Lost, adf_to_markdown, edit_adf, edit_storage, edit_wiki, storage_to_markdown,
    wiki_to_markdown,
};

const WIKI: &[&str] = &[
    "|alpha|beta\ngamma\n|delta|\nomega",
    "||alpha|beta||\n||gamma||delta|",
    "|alpha||beta|\n|||gamma|",
    "| |\n|alpha|",
    "|alpha|\r\n|beta\r\ngamma|\r\n\r\ndelta",
    "|{code}alpha|{code}|beta|",
    "|{code}\nalpha\n|beta|gamma|",
    "|{quote}alpha\n|beta|{quote}|gamma|",
    "|{quote}alpha {code}beta{code} gamma{quote}|delta|",
    "|{panel:title=alpha|bgColor=#fff}beta{panel}|gamma|",
    "|* alpha\n** beta\n* gamma|# delta\n# omega|",
    "|- alpha\n- beta|h2. gamma\ndelta|",
    "|alpha\\\\beta\ngamma\\\\|delta|",
    "|alpha\\|\nbeta|gamma|",
    "|[alpha|https://x.example/a|b]|!beta.png|width=3|height=4!|\n|gamma|",
    "|{color:red}alpha\nbeta{color}|gamma|",
    "|{{alpha|beta}}|{{gamma}}\ndelta|",
    "|alpha|{noformat}{code}beta{code}{noformat}|",
    "|alpha {toc} beta\n{toc}|gamma|",
    "| alpha \n beta \n| gamma |",
    "||alpha\nbeta||gamma||\n|delta|",
    "* alpha\n|beta|\n* gamma",
    "alpha\n|beta|gamma|\ndelta",
    "{quote}|alpha|beta\ngamma|{quote}",
    "{panel}\n|alpha|\n{code}beta{code}\n{panel}",
    "|alpha|----\nbeta|",
    "|bq. alpha\nbeta|gamma|",
    "|[~mia] alpha\n[^beta.log] gamma|delta|",
    "|(/) alpha\n(x) beta|gamma :)|",
    "|alpha &#124; beta\ngamma|delta|",
    "|{anchor:alpha}beta\ngamma|delta|",
    "|alpha{code:java}beta{code}gamma|delta|",
    "|\n|alpha|",
    "||\n|alpha|beta|",
    "|alpha|\t|beta\n\tgamma|",
    "* alpha\nbeta\n** gamma\ndelta\n* omega",
    "# alpha\n#* beta\n## gamma\n#- delta\n* omega",
    "*{color:red}alpha{color}* _beta *gamma* delta_ +omega+",
    "* alpha\n{quote}\nbeta\n* gamma",
    "*\n{code}alpha{code}\n* beta",
    "* {quote}{quote}alpha\n* beta",
    "* alpha {code}beta{code} {code}gamma{code} delta\n** {panel}omega{panel}",
    "- alpha\n---- \nbeta\n- gamma",
    "* alpha\n{code}beta{code} * gamma\n* h2. delta\nomega",
    "|* alpha\n{code}beta{code}\n* gamma|delta|",
    "{quote}\n* alpha\n{panel}\n# beta\n{code}gamma{code}\n{panel}\n{quote}",
    "h1. alpha {code}beta{code} gamma\nh2.delta\nbq. omega",
];

const PAGES: &[&str] = &[
    "<p>alpha <b>beta<i> gamma</i></b></p>",
    "<p>alpha</p>beta<p>gamma</p> delta ",
    "alpha<br/>beta<hr/>gamma",
    "<p><br/>alpha<br/></p><p><br/></p><p>beta</p>",
    "<div><div>alpha</div>beta<div><p>gamma</p></div></div>",
    "<ul><li>alpha<p>beta</p>gamma</li></ul>",
    "<ul><li><ul><li>alpha</li></ul></li><li/></ul>",
    "<ul>alpha<li>beta</li></ul>",
    "<ol><li>alpha</li><ul><li>beta</li></ul><li>gamma</li></ol>",
    "<table><tr><td>alpha</td></tr></table>",
    "<table><tbody><tr><td><table><tbody><tr><td>alpha</td></tr></tbody></table></td><td>beta</td></tr></tbody></table>",
    "<table><tbody><tr><td><p>alpha</p><p>beta</p></td><td><ul><li>gamma</li></ul>delta</td></tr></tbody></table>",
    "<table><tbody><tr><td rowspan=\"3\">alpha</td><td>beta</td></tr><tr><td>gamma</td></tr></tbody></table>",
    "<table><tbody><tr></tr><tr><td>alpha</td></tr></tbody></table>",
    "<table><thead><tr><th>alpha</th><td>beta</td></tr></thead><tfoot><tr><td>gamma</td></tr></tfoot></table>",
    "<p>alpha &lt;b&gt; beta &amp;amp; gamma &#x3c; &copy;</p>",
    "<p>alpha&nbsp;&nbsp; beta\n\n gamma</p>",
    "<p> alpha </p>\n\n<p>\nbeta\n</p>",
    "<pre>alpha\n\n  beta &lt;</pre>",
    "<pre><b>alpha</b> beta</pre>",
    "<blockquote>alpha<blockquote><p>beta</p></blockquote></blockquote>",
    "<h1>alpha <a href=\"#x\">beta</a></h1><h7>gamma</h7>",
    "<p><a href=\"javascript:x\">alpha</a> <a>beta</a> <a href=\"\">gamma</a></p>",
    "<p><a href=\"https://x.example/{id}|a\">alpha <b>beta</b></a></p>",
    "<p><a href=\"tel:+49\">alpha</a> <a href=\"vscode://x\">beta</a></p>",
    "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"title\">alpha</ac:parameter><ac:plain-text-body><![CDATA[beta ]]]]><![CDATA[> gamma]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"expand\"><ac:rich-text-body><p>alpha</p></ac:rich-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body>alpha<p>beta</p></ac:rich-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"unknown\"><ac:rich-text-body><p>alpha</p></ac:rich-text-body><ac:parameter ac:name=\"x\">beta</ac:parameter></ac:structured-macro>",
    "<p>alpha <ac:structured-macro ac:name=\"unknown\"><ac:rich-text-body><p>beta</p></ac:rich-text-body></ac:structured-macro> gamma</p>",
    "<ac:task-list><ac:task><ac:task-body>alpha<ul><li>beta</li></ul></ac:task-body></ac:task></ac:task-list>",
    "<p>alpha<!-- beta -->gamma</p><!-- delta --><p>omega</p>",
    "<p><![CDATA[alpha]]><![CDATA[ beta]]> gamma</p>",
    "<p>alpha <ac:emoticon ac:name=\"tick\"/> beta <ac:emoticon ac:name=\"tick\"/></p>",
    "<p><ac:inline-comment-marker ac:ref=\"1\">alpha <b>beta</b></ac:inline-comment-marker><b> gamma</b></p>",
    "<p><code>alpha `beta`</code><code> | gamma</code></p>",
    "<p>1. alpha</p><p>- beta</p><p># gamma</p><p>&gt; delta</p>",
    "<p>alpha_beta_gamma *delta* [omega](x)</p>",
    "<ac:layout><ac:layout-section ac:type=\"two_equal\"><ac:layout-cell>alpha</ac:layout-cell><ac:layout-cell/></ac:layout-section></ac:layout><p>beta</p>",
];

const NODES: &[&str] = &[
    r#"{"type":"paragraph","content":[{"type":"text","text":"alpha\nbeta"}]}"#,
    r#"{"type":"paragraph","content":[{"type":"text","text":"  alpha  "},{"type":"hardBreak"},{"type":"text","text":" beta"}]}"#,
    r#"{"type":"paragraph","content":[{"type":"text","text":"alpha"},{"type":"text","text":"beta"},{"type":"text","text":""}]}"#,
    r##"{"type":"paragraph","content":[{"type":"text","text":"alpha","marks":[{"type":"textColor","attrs":{"color":"#f00"}}]},{"type":"text","text":" beta","marks":[{"type":"strong"},{"type":"em"}]}]}"##,
    r#"{"type":"paragraph","content":[{"type":"text","text":"alpha","marks":[{"type":"link","attrs":{"href":"https://x.example/{a}|b c"}}]}]}"#,
    r#"{"type":"paragraph","content":[{"type":"text","text":"alpha ","marks":[{"type":"code"},{"type":"link","attrs":{"href":"/x"}}]},{"type":"text","text":"`beta`","marks":[{"type":"code"}]}]}"#,
    r#"{"type":"paragraph","content":[{"type":"emoji","attrs":{"shortName":":x:"}},{"type":"text","text":"alpha"},{"type":"status","attrs":{"text":"beta","color":"red","localId":"1"}}]}"#,
    r#"{"type":"paragraph","attrs":{"localId":"1"},"content":[]},{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}"#,
    r#"{"type":"heading","attrs":{"level":6},"content":[{"type":"text","text":"alpha"}]}"#,
    r#"{"type":"heading","attrs":{"level":1},"content":[{"type":"text","text":"alpha"},{"type":"hardBreak"},{"type":"text","text":"beta"}]}"#,
    r#"{"type":"codeBlock","content":[{"type":"text","text":"alpha\n```\nbeta"}]}"#,
    r#"{"type":"codeBlock","attrs":{"language":"a b`c"},"content":[{"type":"text","text":"alpha\n"}]}"#,
    r#"{"type":"codeBlock","attrs":{"language":"java","uniqueId":"1"}},{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}"#,
    r#"{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]},{"type":"codeBlock","content":[{"type":"text","text":"beta"}]}]},{"type":"listItem"}]}"#,
    r#"{"type":"orderedList","attrs":{"order":7},"content":[{"type":"listItem","content":[{"type":"paragraph"},{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}]}]}]}"#,
    r#"{"type":"taskList","attrs":{"localId":"a"},"content":[{"type":"taskItem","attrs":{"localId":"b","state":"DONE"},"content":[{"type":"text","text":"[ ] alpha"}]},{"type":"taskItem","attrs":{"localId":"c"}}]}"#,
    r#"{"type":"taskList","content":[{"type":"blockTaskItem","attrs":{"localId":"b","state":"TODO"},"content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}]}"#,
    r#"{"type":"decisionList","content":[{"type":"decisionItem","attrs":{"state":"DECIDED"},"content":[{"type":"text","text":"alpha"}]}]}"#,
    r#"{"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"[!NOTE]"}]},{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}"#,
    r##"{"type":"panel","attrs":{"panelType":"custom","panelColor":"#fff"},"content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}"##,
    r#"{"type":"panel","attrs":{"panelType":"info"},"content":[]},{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}"#,
    r#"{"type":"expand","attrs":{"title":"alpha </summary> beta"},"content":[{"type":"paragraph","content":[{"type":"text","text":"gamma"}]}]}"#,
    r#"{"type":"expand","content":[{"type":"expand","content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}]}"#,
    r#"{"type":"layoutSection","content":[{"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]},{"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"paragraph"}]}]}"#,
    r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"alpha | beta"}]},{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"gamma"}]}]}]}]},{"type":"tableCell"}]}]}"#,
    r#"{"type":"table","content":[{"type":"tableRow","content":[]},{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}]}]}"#,
    r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","attrs":{"colspan":2,"rowspan":2},"content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}]},{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"beta"}]}]}]}]}"#,
    r#"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"codeBlock","content":[{"type":"text","text":"alpha\n\nbeta"}]},{"type":"nestedExpand","attrs":{"title":"gamma"},"content":[{"type":"paragraph","content":[{"type":"text","text":"delta"}]}]}]}]}]}"#,
    r#"{"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"file","id":"1","collection":""}},{"type":"caption","content":[{"type":"text","text":"alpha"}]}]},{"type":"paragraph","content":[{"type":"text","text":"beta"}]}"#,
    r#"{"type":"mediaGroup","content":[{"type":"media","attrs":{"type":"file","id":"1"}},{"type":"media","attrs":{"type":"file","id":"1"}}]},{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}"#,
    r#"{"type":"blockCard","attrs":{"url":"https://x.example"}},{"type":"blockCard","attrs":{"url":"https://x.example"}},{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}"#,
    r#"{"type":"bodiedExtension","attrs":{"extensionKey":"k","extensionType":"t"},"content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]}]}"#,
    r#"{"type":"unknownThing","content":[{"type":"paragraph","content":[{"type":"text","text":"alpha"}]},{"type":"text","text":"beta"}]}"#,
    r#"{"type":"rule"},{"type":"rule"},{"type":"paragraph","content":[{"type":"text","text":"--- alpha"}]}"#,
    r#"{"type":"paragraph","content":[{"type":"date","attrs":{"timestamp":"0"}},{"type":"text","text":" alpha "},{"type":"date","attrs":{"timestamp":"0"}}]}"#,
    r#"{"type":"paragraph","content":[{"type":"mention","attrs":{"id":"a b","text":"@Mia"}},{"type":"text","text":"alpha"},{"type":"mention","attrs":{"id":"1"}}]}"#,
    r#"{"type":"paragraph","content":[{"type":"text","text":"alpha","marks":[{"type":"annotation","attrs":{"id":"1","annotationType":"inlineComment"}}]},{"type":"text","text":"beta","marks":[{"type":"annotation","attrs":{"id":"1","annotationType":"inlineComment"}},{"type":"strong"}]}]}"#,
    r#"{"type":"paragraph","content":[{"type":"text","text":"\u00adalpha\u200b\u202ebeta\u00a0"}]}"#,
    r#"{"type":"paragraph","content":[{"type":"text","text":"1. alpha\n- beta # gamma &amp; \\delta"}]}"#,
];

/// Says so if an edit that changes nothing changes something, or one of a word something else.
fn judge(
    source: &str,
    shown: &str,
    edit: impl Fn(&str) -> Result<String, Lost>,
    meant: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let same = edit(shown);
    if same.as_deref() != Ok(meant(source).as_str()) {
        wrong.push(format!("{source}\n  unchanged: {same:?}\n  {shown}"));
    }
    for word in words(shown, source) {
        let edited = edit(&shown.replace(word, "thread"));
        let expected = meant(&source.replace(word, "thread"));
        // What would lose something is refused.
        if edited.as_ref().is_ok_and(|edited| *edited != expected) {
            wrong.push(format!("{source}\n  {word}: {edited:?}\n  {shown}"));
        }
    }
    wrong
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn odd_texts_in_wiki_markup_keep_what_is_not_changed() {
    let wrong = WIKI.iter().flat_map(|text| {
        let edit = |edited: &str| edit_wiki(text, edited, Losses::Refused);
        judge(text, &wiki_to_markdown(text), edit, str::to_owned)
    });
    none(&wrong.collect::<Vec<_>>());
}

#[test]
fn odd_pages_keep_what_is_not_changed() {
    let wrong = PAGES.iter().flat_map(|page| {
        let edit = |edited: &str| edit_storage(page, edited, Losses::Refused);
        judge(page, &storage_to_markdown(page), edit, str::to_owned)
    });
    none(&wrong.collect::<Vec<_>>());
}

#[test]
fn odd_documents_keep_what_is_not_changed() {
    let parsed = |nodes: &str| -> Value {
        let document = format!(r#"{{"type":"doc","version":1,"content":[{nodes}]}}"#);
        serde_json::from_str(&document).unwrap()
    };
    let wrong = NODES.iter().flat_map(|nodes| {
        let document = parsed(nodes);
        let edit = |edited: &str| {
            edit_adf(&document, edited, Losses::Refused).map(|edited| edited.to_string())
        };
        let shown = adf_to_markdown(&document);
        judge(nodes, &shown, edit, |nodes| parsed(nodes).to_string())
    });
    none(&wrong.collect::<Vec<_>>());
}

#[test]
fn a_link_that_is_said_goes_with_its_text() {
    let document = |nodes: &str| -> Value {
        let nodes = format!(
            r#"{{"type":"doc","version":1,"content":[{{"type":"paragraph","content":[{nodes}]}}]}}"#
        );
        serde_json::from_str(&nodes).unwrap()
    };
    let link =
        r#"{"type":"text","text":"alpha","marks":[{"type":"link","attrs":{"href":"vscode://x"}}]}"#;
    let current = document(&format!(r#"{link},{{"type":"text","text":" beta"}}"#));
    let edit = |edited: &str| edit_adf(&current, edited, Losses::Refused).unwrap();
    assert_eq!(adf_to_markdown(&current), "alpha (vscode://x) beta");
    let beside = document(&format!(r#"{link},{{"type":"text","text":" gamma"}}"#));
    assert_eq!(edit("alpha (vscode://x) gamma"), beside);
    let inside = edit("gamma (vscode://x) beta");
    assert_eq!(adf_to_markdown(&inside), "gamma (vscode://x) beta");
}
