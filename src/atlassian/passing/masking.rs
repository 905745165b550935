//! Keeps a credential out of answers that repeat it: each of its bytes becomes an asterisk, so that lengths stay.

use hyper::body::Bytes;
use memchr::memchr_iter;
use memchr::memmem::Finder;

use crate::model::secret::Secret;

/// What is shorter could be any word.
const SHORTEST: usize = 8;

/// Looks for secrets in parts of a text, also where a secret lies across two parts.
pub(super) struct Mask {
    secrets: Vec<Finder<'static>>,
    /// The end of what has come, which may be the beginning of a secret.
    kept: Vec<u8>,
}

impl Mask {
    pub(super) fn new(secrets: &[Secret]) -> Self {
        let secrets = secrets.iter().map(|secret| secret.expose().as_bytes());
        let secrets = secrets.filter(|secret| secret.len() >= SHORTEST);
        Self {
            secrets: secrets
                .map(|secret| Finder::new(secret).into_owned())
                .collect(),
            kept: Vec::new(),
        }
    }

    /// Takes the next part, and gives what is certain by now. A part without any of it is given as it came.
    pub(super) fn push(&mut self, part: &Bytes) -> Bytes {
        let is_clean = |secret: &Finder<'_>| secret.find(part).is_none();
        if self.kept.is_empty() && self.secrets.iter().all(is_clean) {
            let certain = self.certain(part);
            self.kept.extend_from_slice(&part[certain..]);
            return part.slice(..certain);
        }
        self.kept.extend_from_slice(part);
        for secret in &self.secrets {
            mask(secret, &mut self.kept);
        }
        let certain = self.certain(&self.kept);
        let rest = self.kept.split_off(certain);
        std::mem::replace(&mut self.kept, rest).into()
    }

    /// Gives the rest.
    pub(super) fn finish(&mut self) -> Bytes {
        std::mem::take(&mut self.kept).into()
    }

    /// How much of a text cannot be the beginning of a secret.
    fn certain(&self, text: &[u8]) -> usize {
        let begins = |secret: &Finder<'_>| {
            let secret = secret.needle();
            let from = text.len().saturating_sub(secret.len() - 1);
            let mut firsts = memchr_iter(secret[0], &text[from..]).map(|place| from + place);
            firsts.find(|place| secret.starts_with(&text[*place..]))
        };
        let first = self.secrets.iter().filter_map(begins).min();
        first.unwrap_or(text.len())
    }

    /// A whole text at once.
    pub(super) fn whole(secrets: &[Secret], text: &[u8]) -> Bytes {
        let mut mask = Self::new(secrets);
        let start = mask.push(&Bytes::copy_from_slice(text));
        [start, mask.finish()].concat().into()
    }
}

fn mask(secret: &Finder<'_>, text: &mut [u8]) {
    let mut from = 0;
    while let Some(place) = secret.find(&text[from..]) {
        let (start, length) = (from + place, secret.needle().len());
        text[start..start + length].fill(b'*');
        from = start + length;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets() -> [Secret; 2] {
        ["aaaab-aaaab-token", "short123"].map(|text| Secret::new(text.to_owned()))
    }

    #[test]
    fn a_secret_becomes_as_many_asterisks() {
        let masked = Mask::whole(&secrets(), b"x aaaab-aaaab-token y short123short123 z");
        assert_eq!(
            masked,
            b"x ***************** y **************** z".as_slice()
        );
        assert_eq!(Mask::whole(&[], b"all of it"), b"all of it".as_slice());
        let tiny = [Secret::new(String::from("ab"))];
        assert_eq!(Mask::whole(&tiny, b"abab"), b"abab".as_slice());
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_parts_end(
            words in prop::collection::vec(prop::sample::select(vec!["aaaab-", "aaaab-token", "short123", "short", "aaaab-aaaab-token", "x"]), 0..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let text = words.concat().into_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            places.extend([0, text.len()]);
            places.sort_unstable();
            let mut mask = Mask::new(&secrets());
            let mut got = Vec::new();
            for two in places.windows(2) {
                got.extend(mask.push(&Bytes::copy_from_slice(&text[two[0]..two[1]])));
            }
            got.extend(mask.finish());
            prop_assert_eq!(got.len(), text.len());
            let shown = String::from_utf8(got).unwrap();
            prop_assert!(!shown.contains("aaaab-aaaab-token"));
            prop_assert!(!shown.contains("short123"));
        }
    }
}
