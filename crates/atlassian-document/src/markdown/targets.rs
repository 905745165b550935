//! Links and pictures while they are read: what is between their beginning and their end leads somewhere.

use super::reader::Reader;
use crate::tree::Inline;
use crate::tree::flatten::words;
use crate::tree::link::Link;
use crate::tree::node::linked;

/// Where the text of a link or of a picture begins, and where it leads.
pub(super) struct Target {
    from: usize,
    address: String,
    title: String,
    /// Whether it is an address between angle brackets.
    is_bracketed: bool,
}

impl Reader {
    pub(super) fn target(&mut self, address: String, title: &str, is_bracketed: bool) {
        self.targets.push(Target {
            from: self.collector.pending(),
            address,
            title: title.to_owned(),
            is_bracketed,
        });
    }

    pub(super) fn end_link(&mut self) {
        let Some(target) = self.targets.pop() else {
            return;
        };
        let mut content = self.collector.take_from(target.from);
        let account = target.address.strip_prefix("accountid:");
        let person = account.and_then(|account| Inline::mention(account, &words(&content)));
        if let Some(person) = person {
            // `@[Mia](accountid:…)`: the sign belongs to the person.
            if let Some(Inline::Text { text, .. }) = self.collector.last()
                && text.ends_with('@')
            {
                text.pop();
            }
            self.collector.inline(person);
            return;
        }
        // A link without a text would lead nowhere.
        if content.is_empty() {
            content.push(Inline::text(target.address.clone(), &self.style()));
        }
        if target.is_bracketed && Link::once(&target.address, "").is_none() {
            // `Vec<crate::Type>` and `<host:port>` look like addresses, and mean their brackets.
            content.insert(0, Inline::text("<", &self.style()));
            content.push(Inline::text(">", &self.style()));
        } else {
            content = linked(content, &target.address, &target.title);
        }
        self.collector.inlines(content);
    }

    pub(super) fn end_image(&mut self) {
        let Some(target) = self.targets.pop() else {
            return;
        };
        let text = words(&self.collector.take_from(target.from));
        let image = Inline::image(&target.address, &target.title, &text, &self.style());
        self.collector.inlines(image);
    }
}
