//! What people and models write in Markdown's stead and mean as Markdown: pasted bullets, lists a little too far left,
//! links as Slack has them, addresses with blanks.

use std::borrow::Cow;

use super::below_numbers::nested;
use super::bullets::as_lists;
use super::spelt_addresses::spelt;

/// The text with Markdown in the place of such slips.
pub(crate) fn without_slips(markdown: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(markdown);
    for mend in [spelt, as_lists, nested] {
        if let Some(mended) = mend(&text) {
            text = Cow::Owned(mended);
        }
    }
    text
}
