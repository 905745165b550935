//! Which words of a page a comment is about: as the page has them, however the caller wrote them, and where they stand.

use atlassian_document::{markdown_to_storage, passages_in_storage};

use super::Pages;
use super::people::storage;
use crate::model::comment::{NamedWords, TextSelection};
use crate::model::content::ContentId;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::work::long_text::on_text;

const INDEX: &str = "text_selection_match_index";

impl Pages {
    /// The words on the page that somebody named. Where the page cannot be read, Confluence says what it finds.
    ///
    /// # Errors
    /// `Validation` for words that stand there several times, without which of those is meant, and for a place that there is not.
    pub(super) async fn selection(
        &self,
        scope: &Scope,
        id: &ContentId,
        named: &NamedWords,
    ) -> Result<TextSelection, ServiceError> {
        let page = self.read(scope, id).await.ok();
        let text = page.as_ref().and_then(|page| storage(&page.raw));
        let passages = text.map(|text| on_text(text.len(), || passages_in_storage(text)));
        placed(&passages.unwrap_or_default(), named)
    }
}

fn placed(passages: &[String], named: &NamedWords) -> Result<TextSelection, ServiceError> {
    // Readers of this service see Markdown, and select what they see.
    let shown = || passages_in_storage(&markdown_to_storage(&named.text)).join(" ");
    let written = named.text.trim().to_owned();
    let found = match times(passages, &written) {
        0 => Some(shown()).map(|text| (times(passages, &text), text)),
        stands => Some((stands, written)),
    };
    let Some((stands, text)) = found.filter(|(stands, _)| *stands > 0) else {
        let index = named.index.unwrap_or_default();
        return Ok(TextSelection {
            text: named.text.clone(),
            count: named.count.unwrap_or(index + 1),
            index,
        });
    };
    let count = named.index.and(named.count).unwrap_or(stands);
    let refused = |argument, why: String| Err(ServiceError::invalid(argument, why));
    match named.index {
        None if stands > 1 => refused(
            "text_selection",
            format!(
                "text_selection stands {stands} times on the page; {INDEX} says which is meant, from 0; nothing was written"
            ),
        ),
        Some(index) if index >= count => refused(
            INDEX,
            format!("{INDEX} must be less than {count}: so often the page has these words"),
        ),
        index => Ok(TextSelection {
            text,
            count,
            index: index.unwrap_or_default(),
        }),
    }
}

/// How often the words stand on the page.
fn times(passages: &[String], words: &str) -> u32 {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return 0;
    }
    let found = passages
        .iter()
        .map(|passage| passage.matches(&words).count());
    u32::try_from(found.sum::<usize>()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str, index: Option<u32>) -> Result<(String, u32, u32), String> {
        let page =
            "<p>the quick <strong>brown</strong> fox</p><p>a quick brown \u{201c}dog\u{201d}</p>";
        let named = NamedWords {
            text: text.to_owned(),
            count: None,
            index,
        };
        placed(&passages_in_storage(page), &named)
            .map(|on| (on.text, on.count, on.index))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn words_are_found_as_the_page_has_them_and_several_need_their_place() {
        let found = |text: &str, count, index| Ok((text.to_owned(), count, index));
        assert_eq!(asked("  fox ", None), found("fox", 1, 0));
        assert_eq!(
            asked("the quick **brown** fox", None),
            found("the quick brown fox", 1, 0)
        );
        assert_eq!(asked("quick brown", Some(1)), found("quick brown", 2, 1));
        let several = asked("quick brown", None).unwrap_err();
        assert!(several.contains("stands 2 times"), "{several}");
        assert!(asked("quick brown", Some(2)).is_err());
        assert_eq!(asked("no such words", None), found("no such words", 1, 0));
    }
}
