//! Emphasis beside Chinese, Japanese and Korean text.

use proptest::prelude::*;

use crate::{adf_to_markdown, markdown_to_adf, markdown_to_storage, storage_to_markdown};

#[test]
fn marks_beside_writing_without_spaces_are_read() {
    for (markdown, storage) in [
        ("**重要：**内容", "<p><strong>重要：</strong>内容</p>"),
        ("**中文。**中文", "<p><strong>中文。</strong>中文</p>"),
        (
            "说**（强调）**的话",
            "<p>说<strong>（强调）</strong>的话</p>",
        ),
        (
            "他说**「你好」**吧",
            "<p>他说<strong>「你好」</strong>吧</p>",
        ),
        ("**“重要”**内容", "<p><strong>“重要”</strong>内容</p>"),
        (
            "**한국어(Korean)**은 언어",
            "<p><strong>한국어(Korean)</strong>은 언어</p>",
        ),
        ("これは*強調。*です", "<p>これは<em>強調。</em>です</p>"),
        ("~~旧文。~~新文", "<p><del>旧文。</del>新文</p>"),
        ("**Note：**content", "<p><strong>Note：</strong>content</p>"),
        ("**`x`**です", "<p><strong><code>x</code></strong>です</p>"),
        (
            "**[链](https://x.y)**内容",
            "<p><a href=\"https://x.y\"><strong>链</strong></a>内容</p>",
        ),
        (
            "- **第一步：**做\n- **第二步：**完",
            "<ul><li><p><strong>第一步：</strong>做</p></li><li><p><strong>第二步：</strong>完</p></li></ul>",
        ),
        (
            "***很重要！***内容",
            "<p><em><strong>很重要！</strong></em>内容</p>",
        ),
    ] {
        assert_eq!(
            markdown_to_storage(markdown).replace(
                "<strong><em>很重要！</em></strong>",
                "<em><strong>很重要！</strong></em>"
            ),
            storage,
            "{markdown}"
        );
    }
}

#[test]
fn what_is_escaped_or_code_or_has_spaces_is_read_as_ever() {
    for (markdown, storage) in [
        ("\\*\\*重要：\\*\\*内容", "<p>**重要：**内容</p>"),
        ("`**重要：**内容`", "<p><code>**重要：**内容</code></p>"),
        ("重要：** 内容 **吧", "<p>重要：** 内容 **吧</p>"),
        ("二 * 三。* 四", "<p>二 * 三。* 四</p>"),
        (
            "**Note :** content",
            "<p><strong>Note :</strong> content</p>",
        ),
    ] {
        assert_eq!(markdown_to_storage(markdown), storage, "{markdown}");
    }
}

#[test]
fn marks_beside_writing_without_spaces_are_written_without_references() {
    for markdown in [
        "**重要：**内容",
        "说**（强调）**的话",
        "これは*強調。*です",
        "~~旧文。~~新文",
        "**한국어(Korean)**은 언어",
    ] {
        assert_eq!(
            storage_to_markdown(&markdown_to_storage(markdown)),
            markdown
        );
        assert_eq!(adf_to_markdown(&markdown_to_adf(markdown)), markdown);
    }
}

proptest! {
    #[test]
    fn any_marks_beside_such_writing_read_back(
        parts in prop::collection::vec(
            ("[中。（」：한aé ,.(\u{201d}]{1,3}", prop::sample::subsequence(vec!["strong", "em", "del", "u"], 0..3)),
            1..6,
        )
    ) {
        let texts = parts.iter().map(|(text, marks)| {
            let open: Vec<String> = marks.iter().map(|mark| format!("<{mark}>")).collect();
            let close = marks.iter().rev().map(|mark| format!("</{mark}>"));
            let (open, close) = (open.concat(), close.collect::<Vec<_>>().concat());
            format!("{open}{text}{close}")
        });
        let page = format!("<p>{}</p>", texts.collect::<String>());
        let markdown = storage_to_markdown(&page);
        let again = storage_to_markdown(&markdown_to_storage(&markdown));
        prop_assert_eq!(&again, &markdown, "{}", page);
        prop_assert_eq!(crate::storage::read(&markdown_to_storage(&markdown)), crate::storage::read(&page));
    }
}
