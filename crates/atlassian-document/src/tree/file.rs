//! Files that lie beside a text, attached to the same issue or page, in the place of a picture's address: each format
//! shows such a picture in a form of its own.

use super::link::Link;

/// Before what stands for a file. The name can belong to nobody (RFC 2606).
const PLACE: &str = "https://attached.invalid/";

/// Signs that end a name in wiki markup.
const NO_NAME: [char; 4] = ['!', '|', '{', '}'];

/// A file beside a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// What Jira Cloud's documents know it by.
    pub(crate) media: Option<String>,
}

impl File {
    /// The address that stands for it; none where a picture cannot be called so.
    pub(crate) fn address(&self) -> Option<String> {
        let has_name = !self.name.is_empty()
            && !self
                .name
                .contains(|sign: char| sign.is_control() || NO_NAME.contains(&sign));
        let mut digits = String::with_capacity(2 * self.name.len());
        for byte in self.name.bytes() {
            digits.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')),
            );
        }
        let media = self.media.iter().map(|media| format!("/{media}"));
        has_name.then(|| format!("{PLACE}{digits}{}", media.collect::<String>()))
    }

    /// The file that an address stands for.
    pub(crate) fn at(link: &Link) -> Option<Self> {
        let place = link.href.strip_prefix(PLACE)?;
        let (digits, media) = match place.split_once('/') {
            Some((digits, media)) => (digits, Some(media.to_owned())),
            None => (place, None),
        };
        let pairs = digits.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let name = String::from_utf8(bytes?).ok()?;
        let file = Self { name, media };
        file.address().is_some().then_some(file)
    }
}
