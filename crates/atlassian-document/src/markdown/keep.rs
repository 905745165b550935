//! Reads placeholders: links and pictures whose address has the placeholders' own scheme.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::cjk::BESIDE;
use crate::tree::Inline;
use crate::tree::keep::{Keep, reference_in};

/// What an event has to do with placeholders.
pub(crate) enum Step {
    /// Nothing.
    Outside,
    /// It belongs to the text of a placeholder.
    Inside,
    /// A placeholder ends.
    Done(Inline),
}

/// The placeholder that is open, if there is one.
#[derive(Default)]
pub(crate) struct Keeping(Option<Open>);

struct Open {
    reference: String,
    label: String,
    is_picture: bool,
    /// Links and pictures that are open inside.
    depth: usize,
}

impl Keeping {
    /// Takes what belongs to a placeholder out of the reader's way.
    pub(crate) fn event(&mut self, event: &Event<'_>) -> Step {
        let Some(open) = &mut self.0 else {
            return self.outside(event);
        };
        match event {
            Event::InlineHtml(text) if **text == *BESIDE => {}
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                open.label.push_str(text);
            }
            Event::SoftBreak | Event::HardBreak => open.label.push(' '),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => open.depth += 1,
            Event::End(TagEnd::Link | TagEnd::Image) if open.depth > 0 => open.depth -= 1,
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let keep = Keep::said(&open.reference, &open.label, open.is_picture);
                self.0 = None;
                return Step::Done(Inline::Keep(keep));
            }
            _ => {}
        }
        Step::Inside
    }

    fn outside(&mut self, event: &Event<'_>) -> Step {
        let (address, is_picture) = match event {
            Event::Start(Tag::Link { dest_url, .. }) => (dest_url, false),
            Event::Start(Tag::Image { dest_url, .. }) => (dest_url, true),
            _ => return Step::Outside,
        };
        let Some(reference) = reference_in(address) else {
            return Step::Outside;
        };
        self.0 = Some(Open {
            reference,
            label: String::new(),
            is_picture,
            depth: 0,
        });
        Step::Inside
    }
}
