//! Keeps a credential out of answers that repeat it: each of its bytes becomes an asterisk, so that lengths stay.

use std::ops::Range;

use hyper::body::Bytes;
use memchr::{memchr_iter, memmem};

use crate::model::secret::Secret;

/// What is shorter could be any word.
const SHORTEST: usize = 8;
/// So much of a secret is looked for; what follows is compared where that was found.
const MOST_SOUGHT: usize = 64;
/// From this length on it pays to look at some bytes only.
const LONG: usize = 32;
/// As many bytes are looked at at once.
const GRAM: usize = 4;
type Gram = [u8; GRAM];
/// As many bits tell which of these bytes may be of a secret.
const BITS: u32 = 15;

/// Looks for secrets in parts of a text, also where a secret lies across two parts.
///
/// For long secrets, as Atlassian's are, a text is not read through: of every stretch as long as the shortest of them, four
/// bytes are looked at, and nearly always these are of none.
pub(super) struct Mask {
    secrets: Vec<Secret>,
    /// So much of each secret is looked for.
    sought: usize,
    /// Which four bytes may be of that.
    grams: Box<[u64; (1 << BITS) / 64]>,
    /// The end of what has come, which may be the beginning of a secret.
    kept: Vec<u8>,
}

impl Mask {
    pub(super) fn new(mut secrets: Vec<Secret>) -> Self {
        secrets.retain(|secret| secret.expose().len() >= SHORTEST);
        let shortest = secrets.iter().map(|secret| secret.expose().len()).min();
        let sought = shortest.unwrap_or_default().min(MOST_SOUGHT);
        let mut grams = Box::new([0; (1 << BITS) / 64]);
        for secret in &secrets {
            let all = beginning(secret, sought).windows(GRAM);
            for gram in all.filter_map(<[u8]>::first_chunk) {
                let (word, bit) = place(*gram);
                grams[word] |= bit;
            }
        }
        Self {
            secrets,
            sought,
            grams,
            kept: Vec::new(),
        }
    }

    /// Whether a text repeats a secret.
    pub(super) fn finds_any(&self, text: &[u8]) -> bool {
        self.first(text, 0).is_some()
    }

    /// Takes the next part, and gives what is certain by now. A part without any of it is given as it came.
    pub(super) fn push(&mut self, part: &Bytes) -> Bytes {
        if self.kept.is_empty() && !self.finds_any(part) {
            let certain = self.certain(part);
            self.kept.extend_from_slice(&part[certain..]);
            return part.slice(..certain);
        }
        let mut text = std::mem::take(&mut self.kept);
        text.extend_from_slice(part);
        self.hide(&mut text);
        self.kept = text.split_off(self.certain(&text));
        text.into()
    }

    /// Gives the rest.
    pub(super) fn finish(&mut self) -> Bytes {
        std::mem::take(&mut self.kept).into()
    }

    /// A whole text at once.
    pub(super) fn whole(secrets: Vec<Secret>, text: &[u8]) -> Bytes {
        let mut mask = Self::new(secrets);
        let start = mask.push(&Bytes::copy_from_slice(text));
        [start, mask.finish()].concat().into()
    }

    /// Where the first secret lies that begins at `from` or behind.
    fn first(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        if self.secrets.is_empty() {
            return None;
        }
        if self.sought < LONG {
            return self.read_through(text, from);
        }
        // However a secret lies, one of those that are looked at is of its beginning.
        let step = self.sought - GRAM + 1;
        let mut at = from + step - 1;
        while let Some(gram) = text.get(at..).and_then(<[u8]>::first_chunk) {
            let (word, bit) = place(*gram);
            if self.grams[word] & bit != 0
                && let Some(found) = self.around(text, at, *gram)
            {
                return Some(found);
            }
            at += step;
        }
        None
    }

    /// The same for short secrets, of which as many bytes would be looked at as vectors read at once.
    fn read_through(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let text_behind = text.get(from..)?;
        let all = self.secrets.iter().map(|secret| secret.expose().as_bytes());
        let starts = all.filter_map(|secret| memmem::find(text_behind, secret));
        self.at(text, from + starts.min()?)
    }

    /// The first secret whose beginning has these bytes here.
    fn around(&self, text: &[u8], at: usize, gram: Gram) -> Option<Range<usize>> {
        let starts = self.secrets.iter().filter_map(|secret| {
            let grams = beginning(secret, self.sought).windows(GRAM).enumerate();
            let same = grams.filter(|(_, one)| one.first_chunk() == Some(&gram));
            let mut starts = same.rev().map(|(before, _)| at - before);
            starts.find(|start| text[*start..].starts_with(secret.expose().as_bytes()))
        });
        self.at(text, starts.min()?)
    }

    /// The longest secret that begins here.
    fn at(&self, text: &[u8], start: usize) -> Option<Range<usize>> {
        let all = self.secrets.iter().map(|secret| secret.expose().as_bytes());
        let found = all.filter(|secret| text[start..].starts_with(secret));
        let longest = found.map(<[u8]>::len).max()?;
        Some(start..start + longest)
    }

    /// Puts asterisks in the place of all secrets, also of those that lie across each other.
    fn hide(&self, text: &mut [u8]) {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(place) = self.first(text, from) {
            from = place.start + 1;
            places.push(place);
        }
        for place in places {
            text[place].fill(b'*');
        }
    }

    /// How much of a text cannot be the beginning of a secret.
    fn certain(&self, text: &[u8]) -> usize {
        let begins = |secret: &Secret| {
            let secret = secret.expose().as_bytes();
            let from = text.len().saturating_sub(secret.len() - 1);
            let mut firsts = memchr_iter(secret[0], &text[from..]).map(|place| from + place);
            firsts.find(|place| secret.starts_with(&text[*place..]))
        };
        let first = self.secrets.iter().filter_map(begins).min();
        first.unwrap_or(text.len())
    }
}

/// What is looked for of a secret.
fn beginning(secret: &Secret, sought: usize) -> &[u8] {
    &secret.expose().as_bytes()[..sought]
}

/// Where it is told whether these bytes may be of a secret: by a number that others share.
fn place(gram: Gram) -> (usize, u64) {
    let hash = u32::from_le_bytes(gram).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS);
    (hash as usize / 64, 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets() -> Vec<Secret> {
        ["aaaab-aaaab-token", "short123"]
            .map(|text| Secret::new(text.to_owned()))
            .into()
    }

    #[test]
    fn a_secret_becomes_as_many_asterisks() {
        let masked = Mask::whole(secrets(), b"x aaaab-aaaab-token y short123short123 z");
        assert_eq!(
            masked,
            b"x ***************** y **************** z".as_slice()
        );
        assert_eq!(Mask::whole(vec![], b"all of it"), b"all of it".as_slice());
        let tiny = vec![Secret::new(String::from("ab"))];
        assert_eq!(Mask::whole(tiny, b"abab"), b"abab".as_slice());
    }

    #[test]
    fn of_secrets_that_lie_across_each_other_nothing_stays() {
        let secrets = ["0123456789", "6789abcdef", "0123456789-and-more"];
        let secrets = secrets.map(|text| Secret::new(text.to_owned()));
        let masked = Mask::whole(secrets.into(), b"0123456789abcdef 0123456789-and-more!");
        assert_eq!(masked, b"**************** *******************!".as_slice());
    }

    proptest! {
        #[test]
        fn a_secret_of_any_length_is_found_wherever_it_lies(
            secrets in prop::collection::vec("[ab]{8,90}", 1..3), before in "[ab\"]{0,200}", behind in "[ab\"]{0,200}",
        ) {
            let all = secrets.iter().map(|text| Secret::new(text.clone())).collect();
            let text = format!("{before}{}{behind}", secrets[0]);
            let shown = String::from_utf8(Mask::whole(all, text.as_bytes()).to_vec()).unwrap();
            for secret in &secrets {
                prop_assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
            }
            prop_assert_eq!(shown.len(), text.len());
            let none = Mask::new(secrets.iter().map(|text| Secret::new(text.clone())).collect());
            prop_assert_eq!(none.finds_any(before.as_bytes()), secrets.iter().any(|secret| before.contains(secret.as_str())));
        }

        #[test]
        fn it_does_not_matter_where_the_parts_end(
            words in prop::collection::vec(prop::sample::select(vec!["aaaab-", "aaaab-token", "short123", "short", "aaaab-aaaab-token", "x"]), 0..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let text = words.concat().into_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            places.extend([0, text.len()]);
            places.sort_unstable();
            let mut mask = Mask::new(secrets());
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
